#include "services/alerting/core/hindsight.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/alerting/core/condition.h"
#include "services/alerting/core/doses.h"
#include "services/alerting/core/leaf_condition.h"
#include "services/alerting/core/memory.h"
#include "services/alerting/core/timers.h"

namespace withdrawal::alerting {
namespace {

using domain::Measure;

// How long after its observation a check-in still matters to a rule that looks back; zero: not.
struct ReachVisitor {
  const Facts& facts;
  const domain::AlertPolicy& policy;
  Duration reach;

  void operator()(const domain::UsedWithin& used) {
    if (Takes(used.classes) || Takes(used.products)) Reach(used.within);
  }
  void operator()(const domain::DoseCount& count) {
    if (Takes(count.names)) Reach(count.within);
  }
  void operator()(const domain::Elapsed& elapsed) {
    if (Takes(elapsed.names)) Reach(elapsed.less_than);
  }
  void operator()(const domain::SinceLastUse& use) {
    const auto* lapse = facts.CheckIn<domain::LapseReport>();
    if (lapse == nullptr) return;
    const auto& classes = use.classes;
    if (std::find(classes.begin(), classes.end(), lapse->substance_class) != classes.end()) {
      Reach(use.to);
    }
  }
  void operator()(const domain::Rise& rise) {
    const bool after_dose = !rise.after_dose.empty();
    if (after_dose && Takes({rise.after_dose})) Reach(rise.within);
    if (Totals(rise.instrument)) Reach(after_dose ? rise.within + kTotalsKeptFor : rise.within);
  }
  void operator()(const domain::Change& change) {
    if (facts.FindCode(FactCode(change.of)) == nullptr) return;
    Reach(std::max(change.within, change.confirmed_within));
  }
  void operator()(const domain::TotalWithin& total) {
    if (Totals(total.instrument)) Reach(total.within);
  }
  void operator()(const domain::Observed& observed) {
    if (facts.Find(observed) == nullptr || observed.within == absl::ZeroDuration()) return;
    const bool deviation = observed.measure == Measure::kDoseDeviation;
    Reach(deviation ? observed.within + kDeviationReach : observed.within);
  }
  template <typename Other>
  void operator()(const Other&) {}

  void Reach(Duration within) { reach = std::max(reach, within); }
  bool Totals(const std::string& instrument) const {
    return facts.FindScore(instrument) != nullptr;
  }
  bool Takes(const std::vector<std::string>& names) const {
    if (names.empty()) return false;
    if (const auto* lapse = facts.CheckIn<domain::LapseReport>()) {
      return IsNamed(names, lapse->substance_class, policy);
    }
    const auto* dose = facts.CheckIn<domain::DoseEvent>();
    return dose != nullptr && dose->outcome == domain::DoseOutcome::kTaken &&
           IsNamed(names, ProductOf(dose->product, policy), policy);
  }
};

Duration ReachOf(const domain::Rule& rule, const Facts& facts, const domain::AlertPolicy& policy) {
  ReachVisitor visitor{facts, policy, absl::ZeroDuration()};
  domain::EachLeaf(rule.when,
                   [&visitor](const domain::Condition& leaf) { std::visit(visitor, leaf.kind); });
  return visitor.reach;
}

// "4/CIWA-Ar/agitation" 5: "CIWA-Ar agitation 5".
std::string Words(const std::string& code, double value) {
  const std::string name = code.substr(code.find('/') + 1);
  const std::string words = absl::StrReplaceAll(name, {{"/", " "}, {"_", " "}, {":", " by "}});
  const std::string prefix = code.substr(0, code.find('/') + 1);
  if (prefix == FactCode(Measure::kRass)) return absl::StrCat("RASS ", value);
  if (prefix == FactCode(Measure::kSymptom)) return absl::StrCat(words, " reported");
  if (prefix == FactCode(Measure::kConsciousness)) return absl::StrCat("consciousness: ", words);
  return absl::StrCat(words, " ", value);
}

// Whether the moment itself says something the rule looks at: else no verdict of it is fresh.
bool Concerns(const domain::Rule& rule, const Facts& moment) {
  const bool dose = moment.CheckIn<domain::DoseEvent>() != nullptr ||
                    moment.CheckIn<domain::LapseReport>() != nullptr;
  bool does = false;
  domain::EachLeaf(rule.when, [&](const domain::Condition& leaf) {
    if (const auto* observed = std::get_if<domain::Observed>(&leaf.kind)) {
      does |= moment.Find(*observed) != nullptr;
    } else if (const auto* change = std::get_if<domain::Change>(&leaf.kind)) {
      does |= moment.FindCode(FactCode(change->of)) != nullptr;
    } else if (const auto* rise = std::get_if<domain::Rise>(&leaf.kind)) {
      does |= moment.FindScore(rise->instrument) != nullptr;
    } else if (const auto* total = std::get_if<domain::TotalWithin>(&leaf.kind)) {
      does |= moment.FindScore(total->instrument) != nullptr;
    } else {
      does |= dose;  // of a dose, or of nothing a moment says
    }
  });
  return does;
}

bool HasRaised(const State& state, const domain::Rule& rule, Instant at) {
  const auto closed = state.closed.find(rule.id);
  return closed != state.closed.end() && closed->second >= at;
}

}  // namespace

Hindsight::Hindsight(const Facts& facts, const State& state, const domain::AlertPolicy& policy)
    : facts_(facts), policy_(policy) {
  if (facts.to_the_day()) return;
  const Instant at = facts.observed_at();
  std::vector<std::pair<const domain::Rule*, Instant>> looking_back;  // rule, until when
  Instant last = absl::InfinitePast();
  for (const domain::Rule& rule : policy.rules) {
    const Duration reach = ReachOf(rule, facts, policy);
    if (reach == absl::ZeroDuration()) continue;
    looking_back.emplace_back(&rule, at + reach);
    last = std::max(last, at + reach);
  }
  if (looking_back.empty()) return;
  AddDoses(state, at, last);
  AddReadings(state, at, last);
  std::vector<const Moment*> newest_first;
  for (const Moment& moment : moments_) newest_first.push_back(&moment);
  std::stable_sort(newest_first.begin(), newest_first.end(), [](const auto* a, const auto* b) {
    return a->facts.observed_at() > b->facts.observed_at();
  });
  for (const auto& [rule, until] : looking_back) {
    Candidate candidate{rule, {}};
    int moments = 0;
    for (const Moment* moment : newest_first) {
      if (moment->facts.observed_at() > until || !Concerns(*rule, moment->facts)) continue;
      if (++moments > kHindsightMomentsMax) break;
      const Verdict verdict = Evaluate(*rule, moment->facts, state, policy);
      if (verdict.truth != Truth::kTrue) candidate.not_true.push_back(moment);
    }
    if (!candidate.not_true.empty()) candidates_.push_back(std::move(candidate));
  }
  std::stable_sort(candidates_.begin(), candidates_.end(), [](const auto& a, const auto& b) {
    return a.rule->priority > b.rule->priority;
  });
}

void Hindsight::AddDoses(const State& state, Instant first, Instant last) {
  for (const RecentDose& dose : state.doses) {
    if (dose.taken_at < first || dose.taken_at > last) continue;
    domain::ScoredCheckIn scored;
    scored.check_in.observed_at = dose.taken_at;
    // What is no medication was told of as a substance used.
    if (ClassOf(dose.product, policy_).empty()) {
      domain::LapseReport lapse;
      lapse.substance_class = dose.product;
      scored.check_in.kind = std::move(lapse);
    } else {
      scored.check_in.kind =
          domain::DoseEvent{dose.product, dose.milligrams, domain::DoseOutcome::kTaken, "", ""};
    }
    Moment& moment = moments_.emplace_back(std::move(scored));
    if (const auto* taken = moment.facts.CheckIn<domain::DoseEvent>()) {
      AddTakenFacts(*taken, state, policy_, moment.facts);
    }
  }
}

void Hindsight::AddReadings(const State& state, Instant first, Instant last) {
  std::map<Instant, domain::ScoredCheckIn> checks;
  std::map<Instant, std::map<std::string, double>> values;
  for (const RecentReading& reading : state.readings) {
    if (reading.observed_at < first || reading.observed_at > last) continue;
    values[reading.observed_at][reading.code] = reading.value;
  }
  for (const auto& [code, series] : state.series) {
    static const std::string kTotals = FactCode(Measure::kTotal);
    const bool total = code.starts_with(kTotals);
    for (const Series::Point& point : series.points) {
      if (point.observed_at < first || point.observed_at > last) continue;
      std::map<std::string, double>& of = values[point.observed_at];
      if (!point.lower_bound) of[code] = point.value;
      if (!total) continue;
      domain::Score score;
      score.instrument = code.substr(kTotals.size());
      score.partial_sum = static_cast<int>(point.value);
      if (!point.lower_bound) score.total = score.partial_sum;
      checks[point.observed_at].scores.push_back(std::move(score));
    }
  }
  for (const auto& [at, of] : values) {
    domain::ScoredCheckIn& scored = checks[at];
    scored.check_in.observed_at = at;
    scored.check_in.kind = domain::VitalSigns{};
    Moment& moment = moments_.emplace_back(std::move(scored));
    for (const auto& [code, value] : of) moment.facts.Add(code, value, Words(code, value));
  }
}

void Hindsight::Raise(State& state, Confirmations& confirmations, AlertBook& book) const {
  const domain::CheckIn& told = facts_.scored().check_in;
  for (const Candidate& candidate : candidates_) {
    const domain::Rule& rule = *candidate.rule;
    for (const Moment* moment : candidate.not_true) {
      const Verdict verdict = Evaluate(rule, moment->facts, state, policy_);
      if (verdict.truth != Truth::kTrue || !verdict.fresh) continue;
      // What time made true is raised by ticks, once.
      if (rule.timed && verdict.anchor != absl::InfinitePast()) continue;
      const Instant at = moment->facts.observed_at();
      Cause cause{absl::StrCat(verdict.evidence, "; known since earlier data came in"), at,
                  told.received_at, told.check_in_id};
      cause.parts = verdict.parts;
      if (OpenAlert* open = book.FindByRule(rule.id); open != nullptr) {
        book.Repeat(*open, cause);
      } else if (HasRaised(state, rule, at)) {
        book.Suppress(rule, cause, "an alert of this rule was closed after this observation");
      } else if (rule.lasting > absl::ZeroDuration()) {
        NoteLasting(state, rule, cause);
      } else {
        confirmations.NoteTrue(rule, moment->facts, cause);
      }
      break;
    }
  }
}

}  // namespace withdrawal::alerting
