// When the entries of a care plan's schedule are due. Pure functions of the plan; local times
// follow the IANA database, so that a check-in is due once in each night of a clock change.
#pragma once

#include <string>

#include "libs/domain/care_plan.h"

namespace withdrawal::domain {

// An unknown name is UTC.
absl::TimeZone ZoneOf(const std::string& time_zone);

// The instant of a local time on a civil day: the first of two, and the end of the leap where the
// clock leaps over it. Nothing on a day that the zone leaves out (Apia, 30 December 2011).
std::optional<Instant> AtLocalTime(absl::CivilDay day, LocalTime time, const absl::TimeZone& zone);

// The first of these local times after `after`; InfiniteFuture without any.
Instant NextLocalTime(const std::vector<LocalTime>& times, const std::string& time_zone,
                      Instant after);

// `at`, or the end of the plan's quiet hours when it falls into them. Their beginning belongs to
// them, their end does not. Quiet hours from and to the same time are none.
Instant AfterQuietHours(const CarePlan& plan, Instant at);

// When `entry` is due next, a check-in having been received at `since`, or with no `early`
// monitoring begun then.
//   every      since + every, not before entry.from, after quiet hours
//   daily_at   the next of these times that is later than `since` + `early`
//   at         the next of these moments that is later than `since` + `early`; where moments stand
//              closer together than twice `early`, half their distance takes its place; the first
//              is satisfied by all that came since `from`, where there is one
// InfiniteFuture when that would be entry.until or later, or when no moment is left.
Instant NextDue(const ScheduleEntry& entry, const CarePlan& plan, Instant since, Duration early);

// As NextDue, for a schedule that is known since `recorded_at` only: what was due before is not
// owed, but an interval that has run out is due at once.
Instant NextDueSince(const ScheduleEntry& entry, const CarePlan& plan, Instant since,
                     Duration early, Instant recorded_at);

// Whether both are due at the same times.
bool SameTimes(const ScheduleEntry& a, const ScheduleEntry& b);

}  // namespace withdrawal::domain
