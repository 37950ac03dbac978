#include "services/ingest/core/check_in.h"

#include "services/ingest/core/kind.h"

namespace withdrawal::ingest {
namespace {

constexpr size_t kPatientIdLengthMax = 64;
constexpr size_t kCheckInIdLengthMax = 128;
constexpr size_t kSourceLengthMax = 64;
constexpr int kOffsetMinutesMax = 840;

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
  CheckRater(raw, errors);
  for (const auto& [field, text] : raw.source) {
    errors.CheckLength(field, text, kSourceLengthMax);
  }
  ExamineKind(rules, raw, findings);
  return findings;
}

}  // namespace withdrawal::ingest
