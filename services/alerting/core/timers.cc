#include "services/alerting/core/timers.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace withdrawal::alerting {
namespace {

bool IsMonitored(const State& state) {
  return state.plan && state.plan->status == domain::MonitoringStatus::kActive;
}

bool HasFired(const State& state, const std::string& rule_id, Instant anchor) {
  const auto fired = state.fired.find(rule_id);
  return fired != state.fired.end() && fired->second == anchor;
}

Cause CauseOf(const Lasting& lasting, const domain::Rule& rule) {
  Cause cause;
  cause.evidence =
      absl::StrCat(lasting.evidence, ", for ", absl::FormatDuration(rule.lasting), " or longer");
  cause.observed_at = lasting.since;
  cause.received_at = lasting.received_at;
  cause.check_in_id = lasting.check_in_id;
  cause.parts = lasting.parts;
  return cause;
}

// Of data that comes late, the time begins anew with its receipt: what ended it may still be on
// its way.
Instant TickFor(const Lasting& lasting, const domain::Rule& rule) {
  return std::max(lasting.since, lasting.received_at) + rule.lasting;
}

template <typename IsOver>
void RaiseLasting(State& state, const domain::AlertPolicy& policy, AlertBook& book,
                  const IsOver& is_over) {
  std::vector<std::string> over;
  for (const auto& [rule_id, lasting] : state.lasting) {
    const domain::Rule* rule = policy.FindRule(rule_id);
    if (rule != nullptr && !is_over(lasting, *rule)) continue;
    over.push_back(rule_id);
    if (rule != nullptr && book.FindByRule(rule_id) == nullptr) {
      book.Raise(*rule, CauseOf(lasting, *rule));
    }
  }
  for (const std::string& rule_id : over) state.lasting.erase(rule_id);
}

}  // namespace

void JudgeTimed(State& state, const domain::AlertPolicy& policy, Instant now, bool caught_up,
                AlertBook& book) {
  RaiseLasting(state, policy, book, [now](const Lasting& lasting, const domain::Rule& rule) {
    return TickFor(lasting, rule) <= now;
  });
  if (!IsMonitored(state)) return;
  state.judged_at = std::max(state.judged_at, now);
  const Facts facts(now);
  for (const domain::Rule& rule : policy.rules) {
    if (!rule.timed) continue;
    const Verdict verdict = Evaluate(rule, facts, state, policy);
    if (verdict.truth != Truth::kTrue || HasFired(state, rule.id, verdict.anchor)) continue;
    state.fired[rule.id] = verdict.anchor;
    Cause cause;
    cause.evidence = verdict.evidence;
    // When it became true is when it happened; time has no transmission delay.
    cause.observed_at = cause.received_at = std::min(verdict.since, now);
    cause.data_incomplete = !caught_up;
    cause.parts = verdict.parts;
    book.RaiseOrRepeat(rule, cause);
  }
}

void ResolveUnplanned(State& state, const domain::AlertPolicy& policy, Instant now,
                      AlertBook& book) {
  for (size_t i = state.open.size(); i-- > 0;) {
    const domain::Rule* rule = policy.FindRule(state.open[i].alert.rule_id);
    if (rule == nullptr || !rule->timed || !CountsMissedDoses(rule->when)) continue;
    if (!state.open[i].alert.check_in_id.empty()) continue;
    if (Evaluate(*rule, Facts(now), state, policy).truth != Truth::kTrue) {
      book.Resolve(state.open[i], kSystemActor, "", "no longer in the plan");
    }
  }
}

std::optional<Instant> NextTimed(const State& state, const domain::AlertPolicy& policy) {
  std::optional<Instant> next;
  const auto consider = [&next](Instant at) { next = std::min(at, next.value_or(at)); };
  for (const auto& [rule_id, lasting] : state.lasting) {
    const domain::Rule* rule = policy.FindRule(rule_id);
    consider(rule == nullptr ? lasting.since : TickFor(lasting, *rule));
  }
  if (!IsMonitored(state)) return next;
  const Facts facts(state.judged_at);
  for (const domain::Rule& rule : policy.rules) {
    if (!rule.timed) continue;
    // What a check-in or a new plan made true in hindsight is overdue.
    const Verdict verdict = Evaluate(rule, facts, state, policy);
    if (verdict.truth == Truth::kTrue && !HasFired(state, rule.id, verdict.anchor)) {
      consider(state.judged_at);
    }
    if (const auto at = NextChange(rule.when, state, policy, state.judged_at)) consider(*at);
  }
  return next;
}

void NoteLasting(State& state, const domain::Rule& rule, const Cause& cause) {
  const auto [known, first] = state.lasting.try_emplace(rule.id);
  Lasting& lasting = known->second;
  lasting.parts.insert(cause.parts.begin(), cause.parts.end());
  if (first || cause.observed_at < lasting.since) {
    lasting.since = cause.observed_at;
    lasting.evidence = cause.evidence;
    lasting.received_at = cause.received_at;
    lasting.check_in_id = cause.check_in_id;
  }
  if (first || cause.observed_at > lasting.last_seen_at) lasting.last_seen_at = cause.observed_at;
}

void EndLasting(State& state, const domain::Rule& rule, Instant observed_at) {
  const auto known = state.lasting.find(rule.id);
  if (known != state.lasting.end() && observed_at > known->second.last_seen_at) {
    state.lasting.erase(known);
  }
}

void RaiseLastingBefore(State& state, const domain::AlertPolicy& policy, Instant observed_at,
                        AlertBook& book) {
  RaiseLasting(state, policy, book,
               [observed_at](const Lasting& lasting, const domain::Rule& rule) {
                 return lasting.since + rule.lasting <= observed_at;
               });
}

}  // namespace withdrawal::alerting
