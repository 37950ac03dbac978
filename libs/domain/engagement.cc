#include "libs/domain/engagement.h"

#include <algorithm>
#include <cstdint>

#include "absl/time/civil_time.h"
#include "libs/domain/schedule.h"

namespace withdrawal::domain {

std::optional<Duration> WeeklyMinimum(const EngagementPolicy& policy, const CarePlan& plan) {
  if (!plan.level_of_care) return std::nullopt;
  const bool adult = plan.age_years.value_or(policy.adult_from_years) >= policy.adult_from_years;
  for (const CareHours& hours : policy.care_hours) {
    if (hours.level == plan.level_of_care->level) return adult ? hours.adult : hours.adolescent;
  }
  return std::nullopt;
}

IsoWeek IsoWeekOf(Instant at, const std::string& time_zone) {
  const absl::TimeZone zone = ZoneOf(time_zone);
  const absl::CivilDay monday =
      absl::PrevWeekday(absl::ToCivilDay(at, zone) + 1, absl::Weekday::monday);
  return {absl::FromCivil(monday, zone), absl::FromCivil(monday + 7, zone)};
}

Duration PlannedPerWeek(const CarePlan& plan, const IsoWeek& week) {
  Duration planned;
  for (const SessionPlan& session : plan.sessions) {
    if (IsMutualHelp(session.session_type)) continue;
    if (session.from && *session.from >= week.end) continue;
    planned += session.per_week * absl::Minutes(session.minutes_each);
  }
  return planned;
}

int SupportCategory(std::string_view instrument, int points) {
  if (instrument != "BAM-R") return points;
  if (points >= 16) return 4;
  if (points >= 9) return 3;
  if (points >= 4) return 2;
  return points >= 1 ? 1 : 0;
}

int RewardFor(const RewardSchedule& schedule, int in_a_row) {
  const int64_t points = schedule.first + int64_t{schedule.step} * (in_a_row - 1);
  return static_cast<int>(std::min<int64_t>(points, schedule.most));
}

ConsentState ConsentAt(const SupportContact& contact, Instant at) {
  if (contact.consent_revoked_at && *contact.consent_revoked_at <= at) {
    return ConsentState::kRevoked;
  }
  if (contact.consented_to.empty() || !contact.consent_signed_at ||
      *contact.consent_signed_at > at) {
    return ConsentState::kNone;
  }
  if (contact.consent_expires_at && *contact.consent_expires_at <= at) {
    return ConsentState::kExpired;
  }
  return ConsentState::kRunning;
}

}  // namespace withdrawal::domain
