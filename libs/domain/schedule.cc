#include "libs/domain/schedule.h"

#include <algorithm>

namespace withdrawal::domain {
namespace {

Instant Bounded(const ScheduleEntry& entry, Instant due) {
  return entry.until && due >= *entry.until ? absl::InfiniteFuture() : due;
}

Instant NextMoment(const ScheduleEntry& entry, Instant since, Duration early) {
  for (size_t i = 0; i < entry.at.size(); ++i) {
    Duration before = early;
    const Instant at = entry.at[i];
    if (i > 0) before = std::min(before, (at - entry.at[i - 1]) / 2);
    const bool received = early > absl::ZeroDuration();
    if (i == 0 && entry.from && received) before = std::max(before, at - *entry.from);
    if (at > since + before && (!entry.from || at >= *entry.from)) return at;
  }
  return absl::InfiniteFuture();
}

}  // namespace

absl::TimeZone ZoneOf(const std::string& time_zone) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(time_zone, &zone)) return absl::UTCTimeZone();
  return zone;
}

std::optional<Instant> AtLocalTime(absl::CivilDay day, LocalTime time, const absl::TimeZone& zone) {
  // Of a day left out, midnight and the next midnight are the same instant.
  if (absl::FromCivil(day, zone) == absl::FromCivil(day + 1, zone)) return std::nullopt;
  return absl::FromCivil(
      absl::CivilMinute(day.year(), day.month(), day.day(), time.hour, time.minute), zone);
}

Instant NextLocalTime(const std::vector<LocalTime>& times, const std::string& time_zone,
                      Instant after) {
  if (after == absl::InfinitePast() || after == absl::InfiniteFuture()) {
    return absl::InfiniteFuture();
  }
  const absl::TimeZone zone = ZoneOf(time_zone);
  const absl::CivilDay today = absl::ToCivilDay(after, zone);
  Instant best = absl::InfiniteFuture();
  // A day may be left out, and a leap may carry a late time into the next day.
  for (absl::CivilDay day = today - 1; day <= today + 2; ++day) {
    for (const LocalTime time : times) {
      const auto at = AtLocalTime(day, time, zone);
      if (at && *at > after) best = std::min(best, *at);
    }
  }
  return best;
}

Instant AfterQuietHours(const CarePlan& plan, Instant at) {
  if (!plan.quiet_hours || at == absl::InfiniteFuture()) return at;
  const LocalTime from = plan.quiet_hours->from;
  const LocalTime to = plan.quiet_hours->to;
  const int length = (to.hour - from.hour) * 60 + to.minute - from.minute;
  if (length == 0) return at;
  const absl::TimeZone zone = ZoneOf(plan.time_zone);
  const absl::CivilDay today = absl::ToCivilDay(at, zone);
  for (absl::CivilDay day = today - 1; day <= today; ++day) {
    const absl::CivilDay last = length > 0 ? day : day + 1;
    const Instant begin = absl::FromCivil(
        absl::CivilMinute(day.year(), day.month(), day.day(), from.hour, from.minute), zone);
    const Instant end = absl::FromCivil(
        absl::CivilMinute(last.year(), last.month(), last.day(), to.hour, to.minute), zone);
    if (begin <= at && at < end) return end;
  }
  return at;
}

Instant NextDue(const ScheduleEntry& entry, const CarePlan& plan, Instant since, Duration early) {
  if (entry.every) {
    Instant due = since + *entry.every;
    if (entry.from) due = std::max(due, *entry.from);
    return Bounded(entry, AfterQuietHours(plan, due));
  }
  if (!entry.at.empty()) return Bounded(entry, NextMoment(entry, since, early));
  Instant after = since + early;
  if (entry.from) after = std::max(after, *entry.from - absl::Nanoseconds(1));
  return Bounded(entry, NextLocalTime(entry.daily_at, plan.time_zone, after));
}

Instant NextDueSince(const ScheduleEntry& entry, const CarePlan& plan, Instant since,
                     Duration early, Instant recorded_at) {
  const Instant due = NextDue(entry, plan, since, early);
  if (due > recorded_at) return due;
  if (!entry.every) return NextDue(entry, plan, recorded_at, absl::ZeroDuration());
  return Bounded(entry, AfterQuietHours(plan, recorded_at));
}

bool SameTimes(const ScheduleEntry& a, const ScheduleEntry& b) {
  return a.every == b.every && a.daily_at == b.daily_at && a.at == b.at && a.from == b.from &&
         a.until == b.until;
}

}  // namespace withdrawal::domain
