#include "services/alerting/core/unwatched.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace withdrawal::alerting {
namespace {

using domain::MonitoringStatus;

struct Unwatched {
  const domain::Rule* rule = nullptr;
  Instant since;
  Duration after;
};

// Absent: a check-in is due, or the end of the pause.
std::optional<Unwatched> Find(const State& state, const domain::AlertPolicy& policy) {
  const domain::MissedCheckInPolicy& missed = policy.missed;
  if (!state.plan) return std::nullopt;
  if (state.plan->status == MonitoringStatus::kPaused) {
    if (state.plan->paused_until) return std::nullopt;
    return Unwatched{&missed.long_pause, state.plan_since, missed.long_pause_after};
  }
  if (state.plan->status != MonitoringStatus::kActive) return std::nullopt;
  Instant since = std::max(state.plan_since, state.monitored_since.value_or(absl::InfinitePast()));
  for (const auto& [entry_id, schedule] : state.schedules) {
    if (schedule.due_at < absl::InfiniteFuture()) return std::nullopt;
    since = std::max(since, schedule.last_satisfied_at.value_or(absl::InfinitePast()));
  }
  return Unwatched{&missed.nothing_due, since, missed.nothing_due_after};
}

Instant DueAt(const Unwatched& unwatched, const State& state) {
  const auto fired = state.fired.find(unwatched.rule->id);
  const Instant before = fired == state.fired.end() ? absl::InfinitePast() : fired->second;
  return std::max(unwatched.since, before) + unwatched.after;
}

bool IsOpen(const State& state, const domain::Rule& rule) {
  return std::any_of(state.open.begin(), state.open.end(),
                     [&rule](const OpenAlert& open) { return open.alert.rule_id == rule.id; });
}

}  // namespace

void RaiseUnwatched(State& state, const domain::AlertPolicy& policy, Instant now, AlertBook& book) {
  const auto unwatched = Find(state, policy);
  if (!unwatched || IsOpen(state, *unwatched->rule) || DueAt(*unwatched, state) > now) return;
  Cause cause;
  cause.evidence = absl::StrCat(
      "so since ", absl::FormatTime(absl::RFC3339_sec, unwatched->since, absl::UTCTimeZone()));
  cause.observed_at = cause.received_at = DueAt(*unwatched, state);
  state.fired[unwatched->rule->id] = now;
  book.Raise(*unwatched->rule, cause);
}

void ResolveWatched(State& state, const domain::AlertPolicy& policy, AlertBook& book) {
  const auto unwatched = Find(state, policy);
  for (const domain::Rule* rule : {&policy.missed.nothing_due, &policy.missed.long_pause}) {
    if (unwatched && unwatched->rule == rule) continue;
    if (OpenAlert* open = book.FindByRule(rule->id); open != nullptr) {
      book.Resolve(*open, kSystemActor, "", "the plan was changed");
    }
  }
}

std::optional<Instant> NextUnwatched(const State& state, const domain::AlertPolicy& policy) {
  const auto unwatched = Find(state, policy);
  if (!unwatched || IsOpen(state, *unwatched->rule)) return std::nullopt;
  return DueAt(*unwatched, state);
}

}  // namespace withdrawal::alerting
