#include "services/ingest/core/check_in.h"

#include "services/ingest/core/kind.h"

namespace withdrawal::ingest {
namespace {

constexpr size_t kPatientIdLengthMax = 64;
constexpr size_t kCheckInIdLengthMax = 128;
constexpr size_t kSourceLengthMax = 64;
constexpr int kOffsetMinutesMax = 840;
constexpr int kRevisionMax = 1000;

void CheckTime(const RawCheckIn& raw, domain::Instant now, FieldErrors& errors) {
  if (!raw.observed_at) {
    errors.Add("observed_at", "REQUIRED", "must be the time of the observation");
  } else if (*raw.observed_at > now + kAheadMax) {
    errors.Add("observed_at", "IN_THE_FUTURE", "more than 2 min ahead of the server's clock");
  } else if (*raw.observed_at < now - kAgeMax) {
    errors.Add("observed_at", "TOO_OLD", "more than 14 days ago");
  }
  if (raw.utc_offset_minutes) {
    errors.CheckRange("utc_offset_minutes", *raw.utc_offset_minutes, -kOffsetMinutesMax,
                      kOffsetMinutesMax);
  }
}

void CheckStart(const RawCheckIn& raw, FieldErrors& errors) {
  if (raw.precision.unknown()) {
    errors.Add("observed_precision", "UNKNOWN_VALUE", "to the instant, or to the day");
  }
  if (!raw.has_started_at) return;
  if (!raw.started_at) {
    errors.Add("started_at", "OUT_OF_RANGE", "not a time");
    return;
  }
  // Of a day there is no telling which moment of it was the end.
  const bool to_the_day = raw.precision.value == domain::Precision::kDay;
  if (raw.observed_at && !to_the_day && *raw.started_at > *raw.observed_at) {
    errors.Add("started_at", "AFTER_OBSERVED_AT", "it cannot have ended before it began");
  }
}

void CheckRevision(const RawCheckIn& raw, FieldErrors& errors) {
  if (raw.revision < 0 || raw.revision > kRevisionMax) {
    errors.CheckRange("revision", raw.revision, 0, kRevisionMax);
  }
  if (!std::holds_alternative<domain::RawAnswers>(raw.kind)) {
    if (raw.revision > 0) {
      errors.Add("revision", "REVISION_NOT_ALLOWED", "only answers to a questionnaire are amended");
    }
    return;
  }
  const std::string field = "instrument_response.status";
  if (raw.response_status.unknown()) {
    errors.Add(field, "UNKNOWN_VALUE", "completed or amended");
  } else if (raw.response_status.value == ResponseStatus::kInProgress) {
    errors.Add(field, "NOT_FINISHED",
               "nothing is scored before the questionnaire is finished; send it then");
  } else if (raw.response_status.value == ResponseStatus::kAmended && raw.revision == 0) {
    errors.Add("revision", "REVISION_REQUIRED", "an amended questionnaire has a revision above 0");
  }
}

void CheckRater(const RawCheckIn& raw, FieldErrors& errors) {
  if (!raw.rater.value) {
    errors.Add("rater", raw.rater.unknown() ? "UNKNOWN_VALUE" : "REQUIRED",
               "must say who made the observation");
    return;
  }
  // Of instruments domain::CheckAnswers knows more.
  const bool any_rater = std::holds_alternative<RawVitalSigns>(raw.kind) ||
                         std::holds_alternative<domain::RawAnswers>(raw.kind);
  if (*raw.rater.value == domain::Rater::kDevice && !any_rater) {
    errors.Add("rater", "RATER_NOT_ALLOWED", "a device reports vital signs only");
  }
}

}  // namespace

Findings Examine(const Rules& rules, const RawCheckIn& raw, domain::Instant now) {
  Findings findings;
  FieldErrors errors(findings.errors);
  errors.CheckId("patient_id", raw.patient_id, kPatientIdLengthMax, "._-");
  errors.CheckId("check_in_id", raw.check_in_id, kCheckInIdLengthMax, "._:-");
  CheckTime(raw, now, errors);
  CheckStart(raw, errors);
  CheckRevision(raw, errors);
  CheckRater(raw, errors);
  for (const auto& [field, text] : raw.source) {
    errors.CheckLength(field, text, kSourceLengthMax);
  }
  ExamineKind(rules, raw, findings);
  return findings;
}

}  // namespace withdrawal::ingest
