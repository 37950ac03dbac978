#include "services/alerting/core/condition.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "services/alerting/core/doses.h"
#include "services/alerting/core/intake.h"
#include "services/alerting/core/leaf_condition.h"
#include "services/alerting/core/part_code.h"

namespace withdrawal::alerting {
namespace {

using domain::Observed;

// Low is the bad side when only an upper bound binds, and for SpO2; otherwise high is.
bool LowIsBad(const Observed& observed) {
  if (!observed.at_least) return true;
  return observed.at_most && observed.measure == domain::Measure::kVital &&
         observed.subject == "spo2";
}

bool IsClear(const Observed& observed, const Fact& fact) {
  if (LowIsBad(observed)) return fact.clearing_value >= *observed.at_most + observed.margin;
  // A margin of 0 still has to be outside the range.
  if (fact.clearing_value >= *observed.at_least) return false;
  return fact.clearing_value <= *observed.at_least - observed.margin;
}

Verdict JudgeFact(const Observed& observed, const Fact& fact) {
  // At most so much cannot be said of a sum that may still grow.
  Verdict verdict{Truth::kNear, true, fact.text};
  verdict.about = fact.about;
  if (fact.lower_bound && !observed.at_least) return verdict;
  if (InRange(observed, fact.value)) {
    verdict.truth = Truth::kTrue;
  } else if (!InRange(observed, fact.clearing_value) && IsClear(observed, fact)) {
    verdict.incomplete = fact.lower_bound;
    if (!fact.lower_bound) verdict.truth = Truth::kClear;
  }
  return verdict;
}

class Evaluator {
 public:
  Evaluator(const Facts& facts, const State& state, const domain::AlertPolicy& policy,
            std::optional<double> edge)
      : facts_(facts),
        state_(state),
        plan_(PlanAt(state, facts.observed_at())),
        context_{facts, state, policy, plan_},
        edge_(edge) {}

  Verdict Of(const domain::Condition& condition) const {
    Verdict verdict = std::visit([this](const auto& kind) { return Judge(kind); }, condition.kind);
    if (verdict.truth != Truth::kTrue) return verdict;
    const std::string code = PartCode(condition);
    if (!code.empty()) verdict.parts.insert(PartAbout(code, verdict.about));
    return verdict;
  }

  void Collect(const domain::Condition& condition, std::map<std::string, Verdict>& parts) const {
    const auto each = [&](const std::vector<domain::Condition>& of) {
      for (const domain::Condition& part : of) Collect(part, parts);
    };
    if (const auto* all = std::get_if<domain::AllOf>(&condition.kind)) return each(all->of);
    if (const auto* any = std::get_if<domain::AnyOf>(&condition.kind)) return each(any->of);
    const std::string code = PartCode(condition);
    if (code.empty()) return;
    Verdict verdict = Of(condition);
    if (!verdict.fresh || verdict.truth == Truth::kUnknown) return;
    Verdict& worst = parts[PartAbout(code, verdict.about)];
    if (verdict.truth > worst.truth) worst = std::move(verdict);
  }

 private:
  static Verdict Known(bool holds, std::string evidence = "") {
    Verdict verdict;
    verdict.truth = holds ? Truth::kTrue : Truth::kClear;
    verdict.evidence = std::move(evidence);
    return verdict;
  }

  Verdict Judge(const Observed& as_written) const {
    Observed observed = as_written;
    if (observed.adjustable && edge_) {
      (observed.at_least ? observed.at_least : observed.at_most) = *edge_;
    }
    Verdict now;
    if (const Fact* fact = facts_.Find(observed)) now = JudgeFact(observed, *fact);
    if (now.truth == Truth::kTrue || observed.within == absl::ZeroDuration()) return now;
    if (facts_.to_the_day()) return now;
    const std::string code = MemoryCode(observed);
    for (const RecentReading& reading : state_.readings) {
      if (reading.code != code || !InRange(observed, reading.value)) continue;
      if (absl::AbsDuration(facts_.observed_at() - reading.observed_at) > observed.within) continue;
      const std::string name =
          observed.subject.empty() ? "earlier reading" : absl::StrCat("earlier ", observed.subject);
      return Known(true, absl::StrCat(name, " ", reading.value));
    }
    return now;
  }

  Verdict Judge(const domain::InProgramme& rule) const {
    static const std::vector<domain::Programme> kNone;
    const auto& has = plan_ != nullptr ? plan_->programmes : kNone;
    const auto in = [&has](domain::Programme p) {
      return std::find(has.begin(), has.end(), p) != has.end();
    };
    const bool any = rule.any_of.empty() || std::any_of(rule.any_of.begin(), rule.any_of.end(), in);
    return Known(any && std::none_of(rule.none_of.begin(), rule.none_of.end(), in));
  }

  Verdict Judge(const domain::SinceLastUse& rule) const {
    if (plan_ == nullptr) return Known(false);
    for (const domain::SubstanceUse& use : plan_->substances) {
      const Duration since = facts_.observed_at() - use.last_use;
      if (std::find(rule.classes.begin(), rule.classes.end(), use.substance_class) !=
              rule.classes.end() &&
          since >= rule.from && since <= rule.to) {
        return Known(true, absl::StrCat(absl::ToInt64Hours(since), " h since last use"));
      }
    }
    return OfUnknownUse(rule);
  }

  // In the alcohol programme without a last use of alcohol the start of monitoring is the latest it
  // can have been: every age from then on is possible.
  Verdict OfUnknownUse(const domain::SinceLastUse& rule) const {
    const auto has = [](const auto& in, const auto& what) {
      return std::find(in.begin(), in.end(), what) != in.end();
    };
    const auto is_alcohol = [](const auto& use) { return use.substance_class == "alcohol"; };
    const bool known = std::any_of(plan_->substances.begin(), plan_->substances.end(), is_alcohol);
    if (known || !state_.monitored_since || !has(rule.classes, "alcohol") ||
        !has(plan_->programmes, domain::Programme::kAlcohol)) {
      return Known(false);
    }
    const Duration least = facts_.observed_at() - *state_.monitored_since;
    return Known(least <= rule.to, "last use not known");
  }

  template <typename Leaf>
  Verdict Judge(const Leaf& leaf) const {
    return alerting::Judge(leaf, context_);
  }

  Verdict Judge(const domain::TotalWithin& as_written) const {
    domain::TotalWithin total = as_written;
    if (total.adjustable && edge_) total.at_least = static_cast<int>(std::ceil(*edge_));
    return alerting::Judge(total, context_);
  }

  Verdict Judge(const domain::OnSpo2Scale& rule) const {
    return Known((plan_ != nullptr ? plan_->spo2_scale : domain::Spo2Scale::kScale1) == rule.scale);
  }

  Verdict Judge(const domain::OnOxygen&) const {
    const auto* vitals = facts_.CheckIn<domain::VitalSigns>();
    return Known(vitals != nullptr && vitals->on_oxygen.value_or(false), "on oxygen");
  }

  Verdict Judge(const domain::NotExerting&) const {
    const auto* vitals = facts_.CheckIn<domain::VitalSigns>();
    return Known(vitals == nullptr || vitals->at_rest.value_or(true));
  }

  Verdict Judge(const domain::Pregnant&) const {
    const bool in_plan = plan_ != nullptr && plan_->pregnant.value_or(false);
    return Known(in_plan || SaysPregnant(state_), "pregnant");
  }

  // Not fresh when only what is known about the person rules it out: that clears nothing.
  Verdict Judge(const domain::AllOf& all) const {
    Verdict result;
    result.truth = Truth::kTrue;
    bool clear = false, near = false, unknown = false, ruled_out_now = false;
    bool at_edge = false;
    for (const domain::Condition& condition : all.of) {
      const Verdict part = Of(condition);
      clear |= part.truth == Truth::kClear;
      ruled_out_now |= part.truth == Truth::kClear && part.fresh;
      near |= part.truth == Truth::kNear;
      at_edge |= part.truth == Truth::kNear && !part.incomplete;
      unknown |= part.truth == Truth::kUnknown;
      result.fresh |= part.fresh;
      result.anchor = std::max(result.anchor, part.anchor);
      result.since = std::max(result.since, part.since);
      result.parts.insert(part.parts.begin(), part.parts.end());
      Append(part.evidence, result.evidence);
    }
    if (clear) {
      result.truth = Truth::kClear;
      result.fresh = ruled_out_now;
    } else if (near) {
      result.truth = Truth::kNear;
      result.incomplete = !at_edge;
    } else if (unknown) {
      result.truth = Truth::kUnknown;
    }
    return result;
  }

  // The worst part decides; a fresh one of the same truth goes before a remembered one.
  Verdict Judge(const domain::AnyOf& any) const {
    Verdict result;
    for (const domain::Condition& condition : any.of) {
      Verdict part = Of(condition);
      if (part.truth > result.truth) {
        result = std::move(part);
      } else if (part.truth == result.truth && part.truth != Truth::kUnknown) {
        result.fresh |= part.fresh;
        result.incomplete &= part.incomplete;
        result.parts.insert(part.parts.begin(), part.parts.end());
        Append(part.evidence, result.evidence);
      }
    }
    return result;
  }

  Verdict Judge(const domain::NoneOf& none) const {
    Verdict result = Known(true);
    for (const domain::Condition& condition : none.of) {
      const Verdict part = Of(condition);
      result.fresh |= part.fresh;
      if (part.truth == Truth::kTrue) result.truth = Truth::kClear;
    }
    return result;
  }

  static void Append(const std::string& part, std::string& evidence) {
    if (part.empty() || evidence.find(part) != std::string::npos) return;
    absl::StrAppend(&evidence, evidence.empty() ? "" : "; ", part);
  }

  const Facts& facts_;
  const State& state_;
  const domain::CarePlan* const plan_;
  const Context context_;
  const std::optional<double> edge_;
};

// Where the plan moved the rule's edge to, if it did.
std::optional<double> EdgeOf(const domain::Rule& rule, const Facts& facts, const State& state) {
  const domain::CarePlan* plan = PlanAt(state, facts.observed_at());
  if (!rule.adjustable || plan == nullptr) return std::nullopt;
  const auto moved = plan->thresholds.find(rule.id);
  if (moved == plan->thresholds.end()) return std::nullopt;
  return std::clamp(moved->second, rule.adjustable->from, rule.adjustable->to);
}

// When time next flips one leaf.
struct NextVisitor {
  const State& state;
  const domain::AlertPolicy& policy;
  Instant after;
  std::optional<Instant> next;

  void Consider(Instant at) {
    if (at > after && at < absl::InfiniteFuture()) next = std::min(at, next.value_or(at));
  }
  void operator()(const domain::Elapsed& elapsed) {
    const domain::CarePlan* plan = state.plan ? &*state.plan : nullptr;
    const auto anchor = AnchorOf(elapsed, state, plan, policy, absl::InfiniteFuture());
    if (anchor) Consider(*anchor + elapsed.at_least);
    if (elapsed.since != domain::Elapsed::Since::kDoseCut || plan == nullptr) return;
    for (const Instant cut : DoseCuts(elapsed.names, state, *plan, policy)) {
      Consider(cut + elapsed.at_least);
    }
  }
  void operator()(const domain::MissedDoses& missed) {
    if (const auto at = NextMissable(missed, state, policy, after)) Consider(*at);
  }
  void operator()(const domain::UsedWithin& used) {
    for (const RecentDose& dose : state.doses) ConsiderEnd(dose.taken_at + used.within);
    for (const auto& [product, course] : state.courses) {
      if (course.last_taken_at) ConsiderEnd(*course.last_taken_at + used.within);
    }
  }
  void operator()(const domain::TotalWithin& total) {
    const auto series = state.series.find(FactCode(domain::Measure::kTotal, total.instrument));
    if (series == state.series.end()) return;
    for (const Series::Point& point : series->second.points) {
      ConsiderEnd(point.observed_at + total.within);
    }
  }
  template <typename Other>
  void operator()(const Other&) {}

  // A window is closed; the condition flips just after its end.
  void ConsiderEnd(Instant end) { Consider(end + absl::Nanoseconds(1)); }
};

}  // namespace

bool InRange(const domain::Observed& observed, double value) {
  return (!observed.at_least || value >= *observed.at_least) &&
         (!observed.at_most || value <= *observed.at_most);
}

Verdict Evaluate(const domain::Rule& rule, const Facts& facts, const State& state,
                 const domain::AlertPolicy& policy) {
  return Evaluator(facts, state, policy, EdgeOf(rule, facts, state)).Of(rule.when);
}

std::map<std::string, Verdict> PartsNow(const domain::Rule& rule, const Facts& facts,
                                        const State& state, const domain::AlertPolicy& policy) {
  std::map<std::string, Verdict> parts;
  Evaluator(facts, state, policy, EdgeOf(rule, facts, state)).Collect(rule.when, parts);
  return parts;
}

bool CountsMissedDoses(const domain::Condition& condition) {
  bool counts = false;
  domain::EachLeafOf<domain::MissedDoses>(condition,
                                          [&counts](const domain::MissedDoses&) { counts = true; });
  return counts;
}

std::optional<Instant> NextChange(const domain::Condition& condition, const State& state,
                                  const domain::AlertPolicy& policy, Instant after) {
  NextVisitor visitor{state, policy, after, std::nullopt};
  domain::EachLeaf(condition,
                   [&visitor](const domain::Condition& leaf) { std::visit(visitor, leaf.kind); });
  return visitor.next;
}

}  // namespace withdrawal::alerting
