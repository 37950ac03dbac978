#include "libs/codec/care_plan.h"

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

// Domain enums follow the proto numbers without UNSPECIFIED.
template <typename Enum>
Enum FromNumber(int number) {
  return static_cast<Enum>(number - 1);
}
template <typename Enum>
int ToNumber(Enum value) {
  return static_cast<int>(value) + 1;
}

absl::Status Invalid(const std::string& field, const std::string& why) {
  return absl::InvalidArgumentError(field + ": " + why);
}

absl::StatusOr<domain::ScheduleEntry> FromProto(const events::v1::ScheduleEntry& message,
                                                const std::string& path) {
  domain::ScheduleEntry entry;
  entry.entry_id = message.entry_id();
  if (entry.entry_id.empty()) return Invalid(path + ".entry_id", "empty");
  entry.satisfied_by = {message.satisfied_by().begin(), message.satisfied_by().end()};
  if (message.has_every() == (message.daily_at_size() > 0)) {
    return Invalid(path, "set exactly one of every and daily_at");
  }
  if (message.has_every()) {
    entry.every = codec::FromProto(message.every());
    if (*entry.every <= absl::ZeroDuration()) return Invalid(path + ".every", "must be positive");
  }
  for (const auto& time : message.daily_at()) {
    if (time.hour() < 0 || time.hour() > 23 || time.minute() < 0 || time.minute() > 59) {
      return Invalid(path + ".daily_at", "not a time of day");
    }
    entry.daily_at.push_back({time.hour(), time.minute()});
  }
  return entry;
}

absl::Status ReadSchedule(const events::v1::CheckInSchedule& schedule, domain::CarePlan& plan) {
  plan.time_zone = schedule.time_zone();
  absl::TimeZone zone;
  if (!plan.time_zone.empty() && !absl::LoadTimeZone(plan.time_zone, &zone)) {
    return Invalid("schedule.time_zone", "not an IANA time zone known here");
  }
  for (int i = 0; i < schedule.entries_size(); ++i) {
    const std::string path = absl::StrCat("schedule.entries[", i, "]");
    auto entry = FromProto(schedule.entries(i), path);
    if (!entry.ok()) return entry.status();
    if (!entry->daily_at.empty() && plan.time_zone.empty()) {
      return Invalid("schedule.time_zone", "needed for local times");
    }
    for (const auto& earlier : plan.schedule) {
      if (earlier.entry_id == entry->entry_id) return Invalid(path + ".entry_id", "not unique");
    }
    plan.schedule.push_back(*std::move(entry));
  }
  return absl::OkStatus();
}

absl::Status ReadSubstances(const events::v1::CarePlan& message, domain::CarePlan& plan) {
  for (int i = 0; i < message.programmes_size(); ++i) {
    const int number = message.programmes(i);
    if (number == 0 || !events::v1::Programme_IsValid(number)) {
      return Invalid(absl::StrCat("programmes[", i, "]"), "unspecified or unknown");
    }
    plan.programmes.push_back(FromNumber<domain::Programme>(number));
  }
  for (int i = 0; i < message.substances_size(); ++i) {
    const auto& use = message.substances(i);
    if (!use.has_last_use() || !IsValid(use.last_use())) {
      return Invalid(absl::StrCat("substances[", i, "].last_use"), "absent or out of range");
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
    if (!vital) return Invalid(absl::StrCat("baseline_vitals[", i, "].vital"), "unknown");
    plan.baseline_vitals[*vital] = baseline.value();
  }
  return absl::OkStatus();
}

void WriteSchedule(const domain::CarePlan& plan, events::v1::CheckInSchedule* schedule) {
  schedule->set_time_zone(plan.time_zone);
  for (const auto& entry : plan.schedule) {
    auto* added = schedule->add_entries();
    added->set_entry_id(entry.entry_id);
    for (const auto& kind : entry.satisfied_by) added->add_satisfied_by(kind);
    if (entry.every) *added->mutable_every() = ToProto(*entry.every);
    for (const auto& time : entry.daily_at) {
      auto* at = added->add_daily_at();
      at->set_hour(time.hour);
      at->set_minute(time.minute);
    }
  }
}

}  // namespace

absl::StatusOr<domain::CarePlan> FromProto(const events::v1::CarePlan& message) {
  domain::CarePlan plan;
  plan.patient_id = message.patient_id();
  if (plan.patient_id.empty()) return Invalid("patient_id", "empty");
  plan.etag = message.etag();
  if (message.status() == 0 || !events::v1::MonitoringStatus_IsValid(message.status())) {
    return Invalid("status", "unspecified or unknown");
  }
  plan.status = FromNumber<domain::MonitoringStatus>(message.status());
  if (!events::v1::Spo2Scale_IsValid(message.spo2_scale())) {
    return Invalid("spo2_scale", "unknown");
  }
  plan.spo2_scale = message.spo2_scale() == events::v1::SPO2_SCALE_2 ? domain::Spo2Scale::kScale2
                                                                     : domain::Spo2Scale::kScale1;
  for (const auto& read : {ReadSubstances, ReadBaselines}) {
    if (auto status = read(message, plan); !status.ok()) return status;
  }
  if (auto status = ReadSchedule(message.schedule(), plan); !status.ok()) return status;
  if (message.has_pregnant()) plan.pregnant = message.pregnant();
  plan.team = message.team();
  if (message.has_monitoring_started_at()) {
    if (!IsValid(message.monitoring_started_at())) {
      return Invalid("monitoring_started_at", "out of range");
    }
    plan.monitoring_started_at = codec::FromProto(message.monitoring_started_at());
  }
  return plan;
}

events::v1::CarePlan ToProto(const domain::CarePlan& plan) {
  events::v1::CarePlan message;
  message.set_patient_id(plan.patient_id);
  message.set_etag(plan.etag);
  message.set_status(static_cast<events::v1::MonitoringStatus>(ToNumber(plan.status)));
  for (const auto programme : plan.programmes) {
    message.add_programmes(static_cast<events::v1::Programme>(ToNumber(programme)));
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
  WriteSchedule(plan, message.mutable_schedule());
  if (plan.pregnant) message.set_pregnant(*plan.pregnant);
  message.set_team(plan.team);
  if (plan.monitoring_started_at != absl::InfinitePast()) {
    *message.mutable_monitoring_started_at() = ToProto(plan.monitoring_started_at);
  }
  return message;
}

}  // namespace withdrawal::codec
