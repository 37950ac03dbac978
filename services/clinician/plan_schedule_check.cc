#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "services/clinician/plan_field_checks.h"

namespace withdrawal::clinician {
namespace {

constexpr int kEntriesMax = 32;
constexpr int kMomentsMax = 48;
constexpr absl::Duration kEveryMin = absl::Minutes(15);
constexpr absl::Duration kEveryMax = absl::Hours(24 * 31);

void CheckMoments(const std::string& field, const events::v1::ScheduleEntry& entry,
                  FieldChecks& checks) {
  checks.Count(field + ".at", entry.at_size(), kMomentsMax);
  for (int i = 0; i < entry.at_size(); ++i) {
    const std::string path = absl::StrCat(field, ".at[", i, "]");
    checks.Time(path, entry.at(i), kPlannedMax);
    if (i > 0 && codec::FromProto(entry.at(i)) <= codec::FromProto(entry.at(i - 1))) {
      checks.Add(path, "NOT_ASCENDING", "later than the one before");
    }
  }
  checks.OptionalTime(field + ".from", entry.has_from(), entry.from(), kPlannedMax);
  checks.OptionalTime(field + ".until", entry.has_until(), entry.until(), kPlannedMax);
  if (entry.has_from() && entry.has_until() &&
      codec::FromProto(entry.until()) <= codec::FromProto(entry.from())) {
    checks.Add(field + ".until", "NOT_AFTER_FROM", "must be after from");
  }
}

void CheckEntry(const std::string& field, const events::v1::ScheduleEntry& entry,
                const PlanBounds& bounds, FieldChecks& checks) {
  for (int i = 0; i < entry.satisfied_by_size(); ++i) {
    const auto& known = bounds.check_ins;
    if (std::find(known.begin(), known.end(), entry.satisfied_by(i)) == known.end()) {
      checks.Add(absl::StrCat(field, ".satisfied_by[", i, "]"), "UNKNOWN_CHECK_IN",
                 "vital-signs, red-flags, sedation or an instrument of the catalogue");
    }
  }
  if (entry.has_every() + (entry.daily_at_size() > 0) + (entry.at_size() > 0) != 1) {
    checks.Add(field, "EXACTLY_ONE", "give one of every, daily_at and at");
  }
  if (entry.has_every()) checks.Length(field + ".every", entry.every(), kEveryMin, kEveryMax);
  checks.LocalTimes(field + ".daily_at", entry.daily_at());
  CheckMoments(field, entry, checks);
}

bool HasLocalTimes(const events::v1::CarePlan& plan) {
  const auto& entries = plan.schedule().entries();
  const auto& orders = plan.medications();
  return plan.has_quiet_hours() ||
         std::any_of(entries.begin(), entries.end(),
                     [](const auto& entry) { return entry.daily_at_size() > 0; }) ||
         std::any_of(orders.begin(), orders.end(), [](const auto& order) {
           return std::any_of(order.steps().begin(), order.steps().end(),
                              [](const auto& step) { return step.daily_at_size() > 0; });
         });
}

}  // namespace

void CheckSchedule(const events::v1::CarePlan& plan, const PlanBounds& bounds,
                   FieldChecks& checks) {
  const events::v1::CheckInSchedule& schedule = plan.schedule();
  checks.Count("schedule.entries", schedule.entries_size(), kEntriesMax);
  std::set<std::string> seen;
  for (int i = 0; i < std::min(schedule.entries_size(), kEntriesMax); ++i) {
    const events::v1::ScheduleEntry& entry = schedule.entries(i);
    const std::string field = absl::StrCat("schedule.entries[", i, "]");
    checks.Id(field + ".entry_id", entry.entry_id(), 64, true);
    if (!seen.insert(entry.entry_id()).second) {
      checks.Add(field + ".entry_id", "DUPLICATE", "must be unique in the plan");
    }
    CheckEntry(field, entry, bounds, checks);
  }
  if (schedule.time_zone().empty()) {
    if (HasLocalTimes(plan)) {
      checks.Add("schedule.time_zone", "REQUIRED", "needed for local times");
    }
  } else if (!IsTimeZone(schedule.time_zone())) {
    checks.Add("schedule.time_zone", "UNKNOWN_TIME_ZONE",
               "UTC, or an IANA name such as Europe/London");
  }
}

}  // namespace withdrawal::clinician
