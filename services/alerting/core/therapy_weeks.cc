#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/domain/engagement.h"
#include "libs/domain/schedule.h"
#include "services/alerting/core/condition.h"
#include "services/alerting/core/engagement.h"

namespace withdrawal::alerting {
namespace {

using domain::Measure;

constexpr char kWeeksBelow[] = "weeks_below_hours";

const std::string& ZoneName(const State& state) {
  static const std::string utc;
  return state.plan ? state.plan->time_zone : utc;
}

domain::IsoWeek WeekFrom(int64_t monday, const std::string& time_zone) {
  const absl::TimeZone zone = domain::ZoneOf(time_zone);
  const absl::CivilDay first = absl::CivilDay(1970, 1, 1) + monday;
  return {absl::FromCivil(first, zone), absl::FromCivil(first + 7, zone)};
}

bool CountsWeeksBelow(const domain::Rule& rule) {
  bool counts = false;
  domain::EachLeafOf<domain::Observed>(rule.when, [&counts](const domain::Observed& observed) {
    counts |= observed.measure == Measure::kEngagement && observed.subject == kWeeksBelow;
  });
  return counts;
}

void JudgeWeek(const State& state, const domain::AlertPolicy& policy, const domain::IsoWeek& week,
               const std::string& evidence, bool caught_up, AlertBook& book) {
  Facts facts(week.end);
  facts.Add(FactCode(Measure::kEngagement, kWeeksBelow), state.engagement.weeks_below, evidence);
  for (const domain::Rule& rule : policy.rules) {
    if (!CountsWeeksBelow(rule)) continue;
    const Verdict verdict = Evaluate(rule, facts, state, policy);
    OpenAlert* open = book.FindByRule(rule.id);
    if (verdict.truth != Truth::kTrue) {
      if (open != nullptr && state.engagement.weeks_below == 0) {
        book.Resolve(*open, kSystemActor, "", "the hours were reached again");
      }
      continue;
    }
    Cause cause;
    cause.evidence = verdict.evidence;
    cause.observed_at = cause.received_at = week.end;
    cause.data_incomplete = !caught_up;
    book.RaiseOrRepeat(rule, cause);
  }
}

}  // namespace

void NoteEngagementPlan(State& state, Instant recorded_at, const domain::AlertPolicy& policy,
                        AlertBook& book) {
  Engagement& engagement = state.engagement;
  if (!state.plan) {
    engagement = {};
    return;
  }
  for (const ReportedUse& use : engagement.uses) MoveLastUse(use, *state.plan);
  const bool active = state.plan->status == domain::MonitoringStatus::kActive;
  if (active && domain::WeeklyMinimum(policy.engagement, *state.plan)) {
    if (engagement.open_week) return;
    Instant from = std::max(recorded_at, state.plan->monitoring_started_at);
    from = std::max(from, state.plan->level_of_care->since.value_or(from));
    const absl::TimeZone zone = domain::ZoneOf(ZoneName(state));
    absl::CivilDay monday =
        absl::NextWeekday(absl::ToCivilDay(from, zone) - 1, absl::Weekday::monday);
    if (absl::FromCivil(monday, zone) < from) monday += 7;
    engagement.open_week = monday - absl::CivilDay(1970, 1, 1);
    return;
  }
  engagement.open_week.reset();
  engagement.weeks_below = 0;
  if (!active) return;
  for (const domain::Rule& rule : policy.rules) {
    OpenAlert* open = book.FindByRule(rule.id);
    if (open == nullptr || !CountsWeeksBelow(rule)) continue;
    book.Resolve(*open, kSystemActor, "", "the plan asks for no weekly hours any more");
  }
}

void CloseWeeks(State& state, const domain::AlertPolicy& policy, Instant now, bool caught_up,
                AlertBook& book) {
  Engagement& engagement = state.engagement;
  while (const auto end = NextWeekClose(state)) {
    if (*end > now) return;
    const domain::IsoWeek week = WeekFrom(*engagement.open_week, ZoneName(state));
    *engagement.open_week += 7;
    const auto minimum = domain::WeeklyMinimum(policy.engagement, *state.plan);
    if (!minimum) continue;
    Duration attended;
    for (const AttendedSession& session : engagement.sessions) {
      if (week.Has(session.at)) attended += session.attended;
    }
    engagement.weeks_below = attended < *minimum ? engagement.weeks_below + 1 : 0;
    const std::string evidence =
        absl::StrCat(absl::FormatDuration(attended), " of therapy in the week from ",
                     absl::FormatTime("%Y-%m-%d", week.begin, domain::ZoneOf(ZoneName(state))),
                     ", ", absl::FormatDuration(*minimum), " expected; ", engagement.weeks_below,
                     " such weeks in a row");
    JudgeWeek(state, policy, week, evidence, caught_up, book);
  }
}

std::optional<Instant> NextWeekClose(const State& state) {
  if (!state.plan || !state.engagement.open_week) return std::nullopt;
  return WeekFrom(*state.engagement.open_week, ZoneName(state)).end;
}

}  // namespace withdrawal::alerting
