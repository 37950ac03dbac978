#include "services/alerting/core/confirmation.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/alerting/core/alert_parts.h"

namespace withdrawal::alerting {
namespace {

using domain::Measure;

enum class Kind { kMeasured, kOther, kContext };

struct KindOf {
  Kind operator()(const domain::Observed& observed) const {
    const bool measured = observed.measure == Measure::kVital ||
                          observed.measure == Measure::kSingleParameter ||
                          (observed.measure == Measure::kTotal && observed.subject == "NEWS2");
    return measured ? Kind::kMeasured : Kind::kOther;
  }
  Kind operator()(const domain::Change& change) const { return (*this)(change.of); }
  Kind operator()(const domain::UsedWithin&) const { return Kind::kContext; }
  Kind operator()(const domain::Elapsed&) const { return Kind::kContext; }
  Kind operator()(const domain::DoseCount&) const { return Kind::kContext; }
  Kind operator()(const domain::Planned&) const { return Kind::kContext; }
  Kind operator()(const domain::InProgramme&) const { return Kind::kContext; }
  Kind operator()(const domain::SinceLastUse&) const { return Kind::kContext; }
  Kind operator()(const domain::OnSpo2Scale&) const { return Kind::kContext; }
  Kind operator()(const domain::OnOxygen&) const { return Kind::kContext; }
  Kind operator()(const domain::NotExerting&) const { return Kind::kContext; }
  Kind operator()(const domain::Pregnant&) const { return Kind::kContext; }
  Kind operator()(const domain::AllOf& all) const { return Of(all.of); }
  Kind operator()(const domain::AnyOf& any) const { return Of(any.of); }
  Kind operator()(const domain::NoneOf& none) const { return Of(none.of); }
  template <typename Other>
  Kind operator()(const Other&) const {
    return Kind::kOther;
  }

  Kind Of(const std::vector<domain::Condition>& parts) const {
    Kind whole = Kind::kContext;
    for (const domain::Condition& part : parts) {
      const Kind kind = std::visit(*this, part.kind);
      if (kind == Kind::kOther) return Kind::kOther;
      if (kind == Kind::kMeasured) whole = Kind::kMeasured;
    }
    return whole;
  }
};

// It compares with an earlier reading as well: that was the first.
bool HasSecondReading(const domain::Condition& condition) {
  bool has = false;
  domain::EachLeafOf<domain::Change>(condition, [&has](const domain::Change& change) {
    has |= change.confirmed_after > absl::ZeroDuration();
  });
  return has;
}

auto FindPending(State& state, const domain::Rule& rule) {
  return std::find_if(state.pending.begin(), state.pending.end(),
                      [&rule](const PendingConfirmation& p) { return p.rule_id == rule.id; });
}

Cause CauseOf(const PendingConfirmation& first) {
  Cause cause{first.evidence, first.observed_at, first.received_at, first.check_in_id};
  cause.parts = first.parts;
  return cause;
}

}  // namespace

bool RestsOnVitals(const domain::Condition& condition) {
  return std::visit(KindOf(), condition.kind) == Kind::kMeasured;
}

bool Confirmations::Waits(const domain::Rule& rule, const Facts& facts, const Cause& cause) const {
  const domain::CheckIn& check_in = facts.scored().check_in;
  const auto* vitals = std::get_if<domain::VitalSigns>(&check_in.kind);
  if (vitals == nullptr || IsClinician(check_in.rater) || book_.IsLate(cause)) return false;
  // NEWS2 counts how awake somebody is, and that is no reading of a device.
  const bool awake = vitals->consciousness.value_or(domain::Consciousness::kAlert) ==
                     domain::Consciousness::kAlert;
  return awake && rule.priority == domain::Priority::kUrgent && !rule.technical &&
         RestsOnVitals(rule.when) && !HasSecondReading(rule.when);
}

template <typename Over>
void Confirmations::RaiseIf(Over over) {
  for (size_t i = 0; i < state_.pending.size();) {
    if (!over(state_.pending[i])) {
      ++i;
      continue;
    }
    const PendingConfirmation pending = state_.pending[i];
    state_.pending.erase(state_.pending.begin() + static_cast<std::ptrdiff_t>(i));
    // A rule that left the catalogue meanwhile cannot be raised any more.
    const domain::Rule* rule = policy_.FindRule(pending.rule_id);
    if (rule == nullptr || book_.FindByRule(rule->id) != nullptr) continue;
    book_.Raise(*rule, CauseOf(pending));
  }
}

void Confirmations::RaiseOlderThan(const domain::CheckIn& check_in) {
  const Duration within = policy_.management.confirm_within;
  RaiseIf([&](const PendingConfirmation& pending) {
    return pending.observed_at + within <= check_in.observed_at ||
           pending.received_at + within <= check_in.received_at;
  });
}

void Confirmations::RaiseDue() {
  RaiseIf([this](const PendingConfirmation& pending) { return pending.raise_at <= now_; });
}

void Confirmations::RaiseAll() {
  RaiseIf([](const PendingConfirmation&) { return true; });
}

void Confirmations::NoteTrue(const domain::Rule& rule, const Facts& facts, const Cause& cause) {
  const auto first = FindPending(state_, rule);
  if (first != state_.pending.end()) {
    Cause confirmed = CauseOf(*first);
    absl::StrAppend(&confirmed.evidence, "; confirmed: ", cause.evidence);
    confirmed.count = 2;
    confirmed.last_seen_at = std::max(first->observed_at, cause.observed_at);
    confirmed.parts.insert(cause.parts.begin(), cause.parts.end());
    state_.pending.erase(first);
    return book_.Raise(rule, confirmed);
  }
  if (!Waits(rule, facts, cause)) return book_.Raise(rule, cause);
  state_.pending.push_back({rule.id, cause.evidence, cause.observed_at, cause.received_at,
                            cause.check_in_id, now_ + policy_.management.confirm_within,
                            cause.parts});
}

void Confirmations::NoteNotTrue(const domain::Rule& rule, const Facts& facts, const Cause& cause) {
  const auto first = FindPending(state_, rule);
  if (first == state_.pending.end() || book_.IsLate(cause) ||
      cause.observed_at <= first->observed_at ||
      !SaysOver(first->parts, rule, facts, state_, policy_)) {
    return;
  }
  book_.Suppress(rule, CauseOf(*first), absl::StrCat("measured again and clear: ", cause.evidence));
  state_.pending.erase(first);
}

std::optional<Instant> NextConfirmation(const State& state) {
  std::optional<Instant> next;
  for (const PendingConfirmation& pending : state.pending) {
    next = std::min(pending.raise_at, next.value_or(pending.raise_at));
  }
  return next;
}

}  // namespace withdrawal::alerting
