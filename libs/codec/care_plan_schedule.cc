#include "absl/strings/str_cat.h"
#include "libs/codec/care_plan_parts.h"
#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

absl::Status ReadMoments(const events::v1::ScheduleEntry& message, const std::string& path,
                         domain::ScheduleEntry& entry) {
  for (int i = 0; i < message.at_size(); ++i) {
    const std::string field = absl::StrCat(path, ".at[", i, "]");
    if (!IsValid(message.at(i))) return InvalidField(field, "out of range");
    const domain::Instant at = FromProto(message.at(i));
    if (!entry.at.empty() && at <= entry.at.back()) return InvalidField(field, "must ascend");
    entry.at.push_back(at);
  }
  absl::Status status = ReadTime(message.has_from(), message.from(), path + ".from", entry.from);
  if (status.ok()) {
    status = ReadTime(message.has_until(), message.until(), path + ".until", entry.until);
  }
  if (status.ok() && entry.from && entry.until && *entry.until <= *entry.from) {
    return InvalidField(path + ".until", "must be after from");
  }
  return status;
}

absl::StatusOr<domain::ScheduleEntry> ReadEntry(const events::v1::ScheduleEntry& message,
                                                const std::string& path) {
  domain::ScheduleEntry entry;
  entry.entry_id = message.entry_id();
  if (entry.entry_id.empty()) return InvalidField(path + ".entry_id", "empty");
  entry.satisfied_by = {message.satisfied_by().begin(), message.satisfied_by().end()};
  if (message.has_every() + (message.daily_at_size() > 0) + (message.at_size() > 0) != 1) {
    return InvalidField(path, "set exactly one of every, daily_at and at");
  }
  if (message.has_every()) {
    entry.every = FromProto(message.every());
    if (!IsValid(message.every()) || *entry.every <= absl::ZeroDuration()) {
      return InvalidField(path + ".every", "must be positive");
    }
  }
  for (const auto& time : message.daily_at()) {
    auto at = ReadLocalTime(time, path + ".daily_at");
    if (!at.ok()) return at.status();
    entry.daily_at.push_back(*at);
  }
  if (auto status = ReadMoments(message, path, entry); !status.ok()) return status;
  return entry;
}

}  // namespace

absl::Status ReadSchedule(const events::v1::CarePlan& message, domain::CarePlan& plan) {
  const events::v1::CheckInSchedule& schedule = message.schedule();
  plan.time_zone = schedule.time_zone();
  absl::TimeZone zone;
  if (!plan.time_zone.empty() && !absl::LoadTimeZone(plan.time_zone, &zone)) {
    return InvalidField("schedule.time_zone", "not an IANA time zone known here");
  }
  for (int i = 0; i < schedule.entries_size(); ++i) {
    const std::string path = absl::StrCat("schedule.entries[", i, "]");
    auto entry = ReadEntry(schedule.entries(i), path);
    if (!entry.ok()) return entry.status();
    if (!entry->daily_at.empty() && plan.time_zone.empty()) {
      return InvalidField("schedule.time_zone", "needed for local times");
    }
    for (const auto& earlier : plan.schedule) {
      if (earlier.entry_id == entry->entry_id) {
        return InvalidField(path + ".entry_id", "not unique");
      }
    }
    plan.schedule.push_back(*std::move(entry));
  }
  return absl::OkStatus();
}

void WriteSchedule(const domain::CarePlan& plan, events::v1::CarePlan& message) {
  auto* schedule = message.mutable_schedule();
  schedule->set_time_zone(plan.time_zone);
  for (const auto& entry : plan.schedule) {
    auto* added = schedule->add_entries();
    added->set_entry_id(entry.entry_id);
    for (const auto& kind : entry.satisfied_by) added->add_satisfied_by(kind);
    if (entry.every) *added->mutable_every() = ToProto(*entry.every);
    for (const auto time : entry.daily_at) WriteLocalTime(time, *added->add_daily_at());
    for (const auto at : entry.at) *added->add_at() = ToProto(at);
    if (entry.from) *added->mutable_from() = ToProto(*entry.from);
    if (entry.until) *added->mutable_until() = ToProto(*entry.until);
  }
}

}  // namespace withdrawal::codec
