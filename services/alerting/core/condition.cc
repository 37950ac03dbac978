#include "services/alerting/core/condition.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/domain/substance.h"

namespace withdrawal::alerting {
namespace {

using domain::Observed;

bool InRange(const Observed& observed, double value) {
  return (!observed.at_least || value >= *observed.at_least) &&
         (!observed.at_most || value <= *observed.at_most);
}

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
  if (InRange(observed, fact.value)) return {Truth::kTrue, true, fact.text};
  const bool clear =
      !fact.lower_bound && !InRange(observed, fact.clearing_value) && IsClear(observed, fact);
  return {clear ? Truth::kClear : Truth::kNear, true, fact.text};
}

class Evaluator {
 public:
  Evaluator(const Facts& facts, const State& state, const domain::AlertPolicy& policy)
      : facts_(facts), state_(state), policy_(policy) {}

  Verdict Of(const domain::Condition& condition) const {
    return std::visit([this](const auto& kind) { return Judge(kind); }, condition.kind);
  }

 private:
  static Verdict Context(bool holds, std::string evidence = "") {
    return {holds ? Truth::kTrue : Truth::kClear, false, std::move(evidence)};
  }

  Verdict Judge(const Observed& observed) const {
    Verdict now;
    if (const Fact* fact = facts_.Find(observed)) now = JudgeFact(observed, *fact);
    if (now.truth == Truth::kTrue || observed.within == absl::ZeroDuration()) return now;
    if (facts_.to_the_day()) return now;
    const std::string code = FactCode(observed);
    for (const RecentReading& reading : state_.readings) {
      if (reading.code != code || !InRange(observed, reading.value)) continue;
      if (absl::AbsDuration(facts_.observed_at() - reading.observed_at) > observed.within) continue;
      const std::string name =
          observed.subject.empty() ? "earlier reading" : absl::StrCat("earlier ", observed.subject);
      return {Truth::kTrue, false, absl::StrCat(name, " ", reading.value)};
    }
    return now;
  }

  Verdict Judge(const domain::Rise& rise) const {
    const domain::Score* score = facts_.FindScore(rise.instrument);
    if (score == nullptr) return {};
    const std::optional<int> from =
        rise.after_dose.empty() ? LowestSince(*score, rise.within) : BeforeDose(*score, rise);
    if (!from) return {Truth::kUnknown, true, ""};
    const int now = score->total.value_or(score->partial_sum);
    if (now - *from >= rise.by) {
      return {Truth::kTrue, true, absl::StrCat(rise.instrument, " rose from ", *from, " to ", now)};
    }
    return {score->complete() ? Truth::kClear : Truth::kNear, true, ""};
  }

  std::optional<int> LowestSince(const domain::Score& score, Duration within) const {
    std::optional<int> lowest;
    for (const domain::PriorTotal& prior : score.prior_totals) {
      if (prior.observed_at < facts_.observed_at() - within) continue;
      lowest = std::min(lowest.value_or(prior.total), prior.total);
    }
    return lowest;
  }

  // The last total at or before each dose of the product in the window; the lowest of them.
  std::optional<int> BeforeDose(const domain::Score& score, const domain::Rise& rise) const {
    std::optional<int> lowest;
    for (const RecentDose& dose : state_.doses) {
      if (dose.product != rise.after_dose || dose.taken_at > facts_.observed_at() ||
          dose.taken_at < facts_.observed_at() - rise.within) {
        continue;
      }
      for (const domain::PriorTotal& prior : score.prior_totals) {  // newest first
        if (prior.observed_at > dose.taken_at) continue;
        lowest = std::min(lowest.value_or(prior.total), prior.total);
        break;
      }
    }
    return lowest;
  }

  Verdict Judge(const domain::InProgramme& rule) const {
    static const std::vector<domain::Programme> kNone;
    const auto& has = state_.plan ? state_.plan->programmes : kNone;
    const auto in = [&has](domain::Programme p) {
      return std::find(has.begin(), has.end(), p) != has.end();
    };
    const bool any = rule.any_of.empty() || std::any_of(rule.any_of.begin(), rule.any_of.end(), in);
    return Context(any && std::none_of(rule.none_of.begin(), rule.none_of.end(), in));
  }

  Verdict Judge(const domain::SinceLastUse& rule) const {
    if (!state_.plan) return Context(false);
    for (const domain::SubstanceUse& use : state_.plan->substances) {
      const Duration since = facts_.observed_at() - use.last_use;
      if (std::find(rule.classes.begin(), rule.classes.end(), use.substance_class) !=
              rule.classes.end() &&
          since >= rule.from && since <= rule.to) {
        return Context(true, absl::StrCat(absl::ToInt64Hours(since), " h since last use"));
      }
    }
    return Context(false);
  }

  Verdict Judge(const domain::UsedWithin& rule) const {
    const auto wanted = [&rule](const std::string& c) {
      return std::find(rule.classes.begin(), rule.classes.end(), c) != rule.classes.end();
    };
    const auto recent = [&](Instant used) {
      return used <= facts_.observed_at() && used >= facts_.observed_at() - rule.within;
    };
    const auto* dose = std::get_if<domain::DoseEvent>(&facts_.scored().check_in.kind);
    if (dose != nullptr && dose->outcome == domain::DoseOutcome::kTaken &&
        wanted(ClassOf(dose->product))) {
      return {Truth::kTrue, true, absl::StrCat(dose->product, " taken")};
    }
    const auto* lapse = std::get_if<domain::LapseReport>(&facts_.scored().check_in.kind);
    if (lapse != nullptr && wanted(domain::SubstanceFamily(lapse->substance_class))) {
      return {Truth::kTrue, true, absl::StrCat(lapse->substance_class, " use reported")};
    }
    for (const RecentDose& taken : state_.doses) {
      if (wanted(ClassOf(taken.product)) && recent(taken.taken_at)) {
        return Context(true, absl::StrCat(taken.product, " taken before"));
      }
    }
    if (!state_.plan) return Context(false);
    for (const domain::SubstanceUse& use : state_.plan->substances) {
      if (wanted(domain::SubstanceFamily(use.substance_class)) && recent(use.last_use)) {
        return Context(true, absl::StrCat("recent ", use.substance_class, " use"));
      }
    }
    return Context(false);
  }

  Verdict Judge(const domain::OnSpo2Scale& rule) const {
    return Context((state_.plan ? state_.plan->spo2_scale : domain::Spo2Scale::kScale1) ==
                   rule.scale);
  }

  Verdict Judge(const domain::OnOxygen&) const {
    const auto* vitals = std::get_if<domain::VitalSigns>(&facts_.scored().check_in.kind);
    return Context(vitals != nullptr && vitals->on_oxygen.value_or(false), "on oxygen");
  }

  Verdict Judge(const domain::NotExerting&) const {
    const auto* vitals = std::get_if<domain::VitalSigns>(&facts_.scored().check_in.kind);
    return Context(vitals == nullptr || vitals->at_rest.value_or(true));
  }

  Verdict Judge(const domain::Pregnant&) const {
    return Context(state_.plan && state_.plan->pregnant.value_or(false), "pregnant");
  }

  Verdict Judge(const domain::AllOf& all) const {
    Verdict result{Truth::kTrue, false, ""};
    bool clear = false, near = false, unknown = false;
    for (const domain::Condition& condition : all.of) {
      const Verdict part = Of(condition);
      clear |= part.truth == Truth::kClear;
      near |= part.truth == Truth::kNear;
      unknown |= part.truth == Truth::kUnknown;
      result.fresh |= part.fresh;
      Append(part.evidence, result.evidence);
    }
    if (clear) {
      result.truth = Truth::kClear;
    } else if (near) {
      result.truth = Truth::kNear;
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
        Append(part.evidence, result.evidence);
      }
    }
    return result;
  }

  static void Append(const std::string& part, std::string& evidence) {
    if (part.empty() || evidence.find(part) != std::string::npos) return;
    absl::StrAppend(&evidence, evidence.empty() ? "" : "; ", part);
  }

  std::string ClassOf(const std::string& product) const {
    const auto found = policy_.medications.find(absl::AsciiStrToLower(product));
    return found == policy_.medications.end() ? "" : found->second.medication_class;
  }

  const Facts& facts_;
  const State& state_;
  const domain::AlertPolicy& policy_;
};

template <typename Visit>
void EachObserved(const domain::Condition& condition, const Visit& visit) {
  if (const auto* observed = std::get_if<Observed>(&condition.kind)) visit(*observed);
  if (const auto* all = std::get_if<domain::AllOf>(&condition.kind)) {
    for (const domain::Condition& part : all->of) EachObserved(part, visit);
  }
  if (const auto* any = std::get_if<domain::AnyOf>(&condition.kind)) {
    for (const domain::Condition& part : any->of) EachObserved(part, visit);
  }
}

}  // namespace

Verdict Evaluate(const domain::Condition& condition, const Facts& facts, const State& state,
                 const domain::AlertPolicy& policy) {
  return Evaluator(facts, state, policy).Of(condition);
}

std::vector<RecentReading> Memorable(const Facts& facts, const domain::AlertPolicy& policy) {
  std::vector<RecentReading> readings;
  if (facts.to_the_day()) return readings;
  for (const domain::Rule& rule : policy.rules) {
    EachObserved(rule.when, [&](const Observed& observed) {
      if (observed.within == absl::ZeroDuration()) return;
      const Fact* fact = facts.Find(observed);
      if (fact == nullptr || !InRange(observed, fact->value)) return;
      RecentReading reading{FactCode(observed), fact->value, facts.observed_at()};
      if (std::find(readings.begin(), readings.end(), reading) == readings.end()) {
        readings.push_back(std::move(reading));
      }
    });
  }
  return readings;
}

Duration MemoryNeeded(const domain::AlertPolicy& policy) {
  Duration longest;
  for (const domain::Rule& rule : policy.rules) {
    EachObserved(rule.when,
                 [&](const Observed& observed) { longest = std::max(longest, observed.within); });
  }
  return longest;
}

}  // namespace withdrawal::alerting
