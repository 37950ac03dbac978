#include "libs/codec/check_in.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/codec/bytes.h"
#include "libs/codec/time.h"
#include "libs/domain/units.h"

namespace withdrawal::codec {
namespace {

using events::v1::CheckIn;
using events::v1::VitalSigns;

constexpr char kRedFlagPrefix[] = "RED_FLAG_";

absl::Status Unusable(const std::string& field, const std::string& why) {
  return absl::InvalidArgumentError(field + ": " + why);
}

absl::StatusOr<domain::VitalSigns> VitalsFromProto(const VitalSigns& message) {
  domain::VitalSigns vitals;
  for (int i = 0; i < domain::kVitalCount; ++i) {
    const auto vital = static_cast<domain::Vital>(i);
    const auto* reading = FindReading(message, vital);
    if (reading == nullptr) continue;
    const auto value = domain::ToCanonical(vital, reading->value(), reading->unit());
    if (!value) {
      return Unusable("vital_signs." + std::string(domain::VitalCode(vital)), "unknown unit");
    }
    vitals.Set(vital, *value);
  }
  if (message.has_on_oxygen()) vitals.on_oxygen = message.on_oxygen();
  if (message.has_rass()) vitals.rass = message.rass();
  if (message.has_at_rest()) vitals.at_rest = message.at_rest();
  vitals.consciousness = FromProto(message.consciousness());
  return vitals;
}

absl::StatusOr<domain::CheckInKind> DoseFromProto(const events::v1::DoseEvent& message) {
  const auto outcome = FromProto(message.outcome());
  if (!outcome) return Unusable("dose.outcome", "unspecified or unknown");
  domain::DoseEvent dose{message.product(), std::nullopt, *outcome, message.route(),
                         message.planned_dose_id()};
  if (message.has_amount()) {
    dose.milligrams = domain::ToMilligrams(message.amount().value(), message.amount().unit());
    if (!dose.milligrams) return Unusable("dose.amount.unit", "unknown unit");
  }
  return dose;
}

domain::Craving CravingFromProto(const events::v1::Craving& message) {
  domain::Craving craving;
  if (message.has_nrs()) craving.nrs = message.nrs();
  if (message.has_vas()) craving.vas = message.vas();
  craving.substance = message.substance();
  if (message.has_intends_to_use()) craving.intends_to_use = message.intends_to_use();
  return craving;
}

domain::SessionAttendance SessionFromProto(const events::v1::SessionAttendance& message) {
  domain::SessionAttendance session{message.session_id(), message.session_type(), {}, {}};
  if (message.has_planned_minutes()) session.planned_minutes = message.planned_minutes();
  if (message.has_attended_minutes()) session.attended_minutes = message.attended_minutes();
  return session;
}

absl::StatusOr<domain::CheckInKind> RedFlagsFromProto(const events::v1::RedFlagReport& message) {
  domain::RedFlagReport report;
  for (const int flag : message.flags()) {
    std::string code = RedFlagCode(static_cast<events::v1::RedFlag>(flag));
    if (code.empty()) return Unusable("red_flags.flags", "unspecified or unknown");
    report.flags.push_back(std::move(code));
  }
  if (message.has_vomiting_hours()) report.vomiting_hours = message.vomiting_hours();
  return report;
}

absl::StatusOr<domain::CheckInKind> KindFromProto(const CheckIn& message) {
  switch (message.kind_case()) {
    case CheckIn::kInstrumentResponse:
      return domain::ToResponse(FromProto(message.instrument_response()));
    case CheckIn::kVitalSigns: {
      auto vitals = VitalsFromProto(message.vital_signs());
      if (!vitals.ok()) return vitals.status();
      return *std::move(vitals);
    }
    case CheckIn::kDose:
      return DoseFromProto(message.dose());
    case CheckIn::kCraving:
      return CravingFromProto(message.craving());
    case CheckIn::kSession:
      return SessionFromProto(message.session());
    case CheckIn::kRedFlags:
      return RedFlagsFromProto(message.red_flags());
    case CheckIn::kLapse:
      if (message.lapse().substance_class().empty()) {
        return Unusable("lapse.substance_class", "empty");
      }
      return FromProto(message.lapse());
    case CheckIn::kTriggers:
      return FromProto(message.triggers());
    case CheckIn::kTargetBehaviour:
      if (message.target_behaviour().behaviour().empty() || !message.target_behaviour().has_met()) {
        return Unusable("target_behaviour", "without behaviour or met");
      }
      return FromProto(message.target_behaviour());
    case CheckIn::KIND_NOT_SET:
      break;
  }
  return Unusable("kind", "not set, or a kind this version does not know");
}

CheckIn Canonical(const CheckIn& check_in) {
  CheckIn content = check_in;
  content.clear_utc_offset_minutes();
  content.clear_source();
  content.clear_revision();
  if (content.has_instrument_response()) {
    content.mutable_instrument_response()->clear_status();
    auto* items = content.mutable_instrument_response()->mutable_items();
    std::sort(items->begin(), items->end(),
              [](const auto& a, const auto& b) { return a.code() < b.code(); });
  }
  if (content.has_red_flags()) {
    auto* flags = content.mutable_red_flags()->mutable_flags();
    std::sort(flags->begin(), flags->end());
  }
  if (content.has_triggers()) {
    auto* log = content.mutable_triggers();
    for (auto* tags : {log->mutable_people(), log->mutable_places(), log->mutable_things(),
                       log->mutable_coping()}) {
      std::sort(tags->begin(), tags->end());
    }
  }
  return content;
}

}  // namespace

absl::StatusOr<domain::CheckIn> FromProto(const events::v1::CheckInRecorded& recorded) {
  const CheckIn& message = recorded.check_in();
  domain::CheckIn check_in;
  check_in.patient_id = message.patient_id();
  check_in.check_in_id = message.check_in_id();
  if (check_in.patient_id.empty()) return Unusable("patient_id", "empty");
  if (check_in.check_in_id.empty()) return Unusable("check_in_id", "empty");
  if (!message.has_observed_at() || !IsValid(message.observed_at())) {
    return Unusable("observed_at", "absent or out of range");
  }
  if (!recorded.has_received_at() || !IsValid(recorded.received_at())) {
    return Unusable("received_at", "absent or out of range");
  }
  check_in.observed_at = FromProto(message.observed_at());
  check_in.received_at = FromProto(recorded.received_at());
  check_in.revision = message.revision();
  if (check_in.revision < 0) return Unusable("revision", "below 0");
  if (message.observed_precision() == events::v1::OBSERVED_PRECISION_DAY) {
    check_in.precision = domain::Precision::kDay;
  }
  const auto rater = FromProto(message.rater());
  if (!rater) return Unusable("rater", "unspecified or unknown");
  check_in.rater = *rater;
  auto kind = KindFromProto(message);
  if (!kind.ok()) return kind.status();
  check_in.kind = *std::move(kind);
  for (const auto& reading : recorded.set_aside()) {
    check_in.set_aside.push_back({reading.field(), reading.original().value(),
                                  reading.original().unit(), reading.reason(),
                                  reading.description()});
  }
  return check_in;
}

domain::RawAnswers FromProto(const events::v1::InstrumentResponse& response) {
  domain::RawAnswers answers;
  answers.instrument = response.instrument();
  for (const auto& item : response.items()) {
    answers.items.push_back(
        {item.code(), item.has_value() ? std::optional<int>(item.value()) : std::nullopt});
  }
  if (response.has_resting_pulse_per_minute()) {
    answers.resting_pulse_per_minute = response.resting_pulse_per_minute();
  }
  answers.form_id = response.form_id();
  return answers;
}

std::optional<domain::DoseOutcome> FromProto(events::v1::DoseOutcome outcome) {
  switch (outcome) {
    case events::v1::DOSE_OUTCOME_TAKEN:
      return domain::DoseOutcome::kTaken;
    case events::v1::DOSE_OUTCOME_MISSED:
      return domain::DoseOutcome::kMissed;
    case events::v1::DOSE_OUTCOME_REFUSED:
      return domain::DoseOutcome::kRefused;
    case events::v1::DOSE_OUTCOME_VOMITED:
      return domain::DoseOutcome::kVomited;
    case events::v1::DOSE_OUTCOME_HELD:
      return domain::DoseOutcome::kHeld;
    default:
      return std::nullopt;
  }
}

std::string RedFlagCode(events::v1::RedFlag flag) {
  if (flag == events::v1::RED_FLAG_UNSPECIFIED || !events::v1::RedFlag_IsValid(flag)) return "";
  return absl::AsciiStrToLower(events::v1::RedFlag_Name(flag).substr(sizeof(kRedFlagPrefix) - 1));
}

events::v1::RedFlag RedFlagFromCode(const std::string& code) {
  events::v1::RedFlag flag = events::v1::RED_FLAG_UNSPECIFIED;
  if (code != absl::AsciiStrToLower(code)) return flag;
  events::v1::RedFlag_Parse(kRedFlagPrefix + absl::AsciiStrToUpper(code), &flag);
  return flag;
}

std::string CanonicalContent(const CheckIn& check_in) {
  return DeterministicBytes(Canonical(check_in));
}

std::string CanonicalContent(const events::v1::CheckInRecorded& recorded) {
  events::v1::CheckInRecorded content;
  *content.mutable_check_in() = Canonical(recorded.check_in());
  for (const auto& reading : recorded.set_aside()) {
    auto* added = content.add_set_aside();
    added->set_field(reading.field());
    *added->mutable_original() = reading.original();
  }
  auto* readings = content.mutable_set_aside();
  std::sort(readings->begin(), readings->end(),
            [](const auto& a, const auto& b) { return a.field() < b.field(); });
  return DeterministicBytes(content);
}

CheckIn SubjectOf(const CheckIn& check_in) {
  CheckIn subject;
  subject.set_patient_id(check_in.patient_id());
  subject.set_check_in_id(check_in.check_in_id());
  *subject.mutable_observed_at() = check_in.observed_at();
  if (check_in.observed_precision() == events::v1::OBSERVED_PRECISION_DAY) {
    subject.set_observed_precision(check_in.observed_precision());
  }
  subject.set_rater(check_in.rater());
  if (check_in.has_instrument_response()) {
    auto& response = *subject.mutable_instrument_response();
    response.set_instrument(check_in.instrument_response().instrument());
  }
  return subject;
}

}  // namespace withdrawal::codec
