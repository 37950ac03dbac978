#include "libs/codec/care_plan.h"

#include "absl/strings/str_cat.h"
#include "libs/codec/care_plan_parts.h"
#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

absl::Status ReadSubstances(const events::v1::CarePlan& message, domain::CarePlan& plan) {
  for (int i = 0; i < message.programmes_size(); ++i) {
    const int number = message.programmes(i);
    if (number == 0 || !events::v1::Programme_IsValid(number)) {
      return InvalidField(absl::StrCat("programmes[", i, "]"), "unspecified or unknown");
    }
    plan.programmes.push_back(EnumFromNumber<domain::Programme>(number));
  }
  for (int i = 0; i < message.substances_size(); ++i) {
    const auto& use = message.substances(i);
    if (!use.has_last_use() || !IsValid(use.last_use())) {
      return InvalidField(absl::StrCat("substances[", i, "].last_use"), "absent or out of range");
    }
    plan.substances.push_back({use.substance_class(), codec::FromProto(use.last_use())});
  }
  return absl::OkStatus();
}

absl::Status ReadBaselines(const events::v1::CarePlan& message, domain::CarePlan& plan) {
  for (const auto& score : message.baseline_scores()) {
    plan.baseline_scores[score.instrument()] = score.total();
  }
  for (int i = 0; i < message.baseline_vitals_size(); ++i) {
    const auto& baseline = message.baseline_vitals(i);
    const auto vital = domain::VitalFromCode(baseline.vital());
    if (!vital) return InvalidField(absl::StrCat("baseline_vitals[", i, "].vital"), "unknown");
    plan.baseline_vitals[*vital] = baseline.value();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status InvalidField(const std::string& field, const std::string& why) {
  return absl::InvalidArgumentError(field + ": " + why);
}

absl::Status ReadTime(bool present, const google::protobuf::Timestamp& timestamp,
                      const std::string& field, std::optional<domain::Instant>& into) {
  if (!present) return absl::OkStatus();
  if (!IsValid(timestamp)) return InvalidField(field, "out of range");
  into = codec::FromProto(timestamp);
  return absl::OkStatus();
}

absl::StatusOr<domain::LocalTime> ReadLocalTime(const events::v1::LocalTime& time,
                                                const std::string& field) {
  if (time.hour() < 0 || time.hour() > 23 || time.minute() < 0 || time.minute() > 59) {
    return InvalidField(field, "not a time of day");
  }
  return domain::LocalTime{time.hour(), time.minute()};
}

void WriteLocalTime(domain::LocalTime time, events::v1::LocalTime& message) {
  message.set_hour(time.hour);
  message.set_minute(time.minute);
}

absl::StatusOr<domain::CarePlan> FromProto(const events::v1::CarePlan& message) {
  domain::CarePlan plan;
  plan.patient_id = message.patient_id();
  if (plan.patient_id.empty()) return InvalidField("patient_id", "empty");
  plan.etag = message.etag();
  if (message.status() == 0 || !events::v1::MonitoringStatus_IsValid(message.status())) {
    return InvalidField("status", "unspecified or unknown");
  }
  plan.status = EnumFromNumber<domain::MonitoringStatus>(message.status());
  if (!events::v1::Spo2Scale_IsValid(message.spo2_scale())) {
    return InvalidField("spo2_scale", "unknown");
  }
  plan.spo2_scale = message.spo2_scale() == events::v1::SPO2_SCALE_2 ? domain::Spo2Scale::kScale2
                                                                     : domain::Spo2Scale::kScale1;
  for (const auto& read :
       {ReadSubstances, ReadBaselines, ReadSchedule, ReadMedications, ReadSupport, ReadSettings}) {
    if (auto status = read(message, plan); !status.ok()) return status;
  }
  if (message.has_pregnant()) plan.pregnant = message.pregnant();
  plan.team = message.team();
  if (message.has_monitoring_started_at()) {
    if (!IsValid(message.monitoring_started_at())) {
      return InvalidField("monitoring_started_at", "out of range");
    }
    plan.monitoring_started_at = codec::FromProto(message.monitoring_started_at());
  }
  return plan;
}

events::v1::CarePlan ToProto(const domain::CarePlan& plan) {
  events::v1::CarePlan message;
  message.set_patient_id(plan.patient_id);
  message.set_etag(plan.etag);
  message.set_status(static_cast<events::v1::MonitoringStatus>(EnumToNumber(plan.status)));
  for (const auto programme : plan.programmes) {
    message.add_programmes(static_cast<events::v1::Programme>(EnumToNumber(programme)));
  }
  for (const auto& use : plan.substances) {
    auto* added = message.add_substances();
    added->set_substance_class(use.substance_class);
    *added->mutable_last_use() = ToProto(use.last_use);
  }
  message.set_spo2_scale(static_cast<events::v1::Spo2Scale>(plan.spo2_scale));
  for (const auto& [instrument, total] : plan.baseline_scores) {
    auto* added = message.add_baseline_scores();
    added->set_instrument(instrument);
    added->set_total(total);
  }
  for (const auto& [vital, value] : plan.baseline_vitals) {
    auto* added = message.add_baseline_vitals();
    added->set_vital(std::string(domain::VitalCode(vital)));
    added->set_value(value);
  }
  WriteSchedule(plan, message);
  WriteMedications(plan, message);
  WriteSupport(plan, message);
  WriteSettings(plan, message);
  if (plan.pregnant) message.set_pregnant(*plan.pregnant);
  message.set_team(plan.team);
  if (plan.monitoring_started_at != absl::InfinitePast()) {
    *message.mutable_monitoring_started_at() = ToProto(plan.monitoring_started_at);
  }
  return message;
}

}  // namespace withdrawal::codec
