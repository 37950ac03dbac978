// Numbers against what they were: rises of totals, changes of readings, totals of before.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "services/alerting/core/leaf_condition.h"

namespace withdrawal::alerting {
namespace {

using domain::Change;
using domain::PriorTotal;
using domain::Rise;

using Totals = std::vector<PriorTotal>;

// Those scoring knew of when it scored this form, and those that came later; newest first.
Totals EarlierTotals(const domain::Score& score, const State& state, Instant at) {
  Totals totals = score.prior_totals;
  const auto series = state.series.find(FactCode(domain::Measure::kTotal, score.instrument));
  if (series == state.series.end()) return totals;
  for (const Series::Point& point : series->second.points) {
    if (point.observed_at >= at || point.observed_at < at - kTotalsKeptFor) continue;
    std::erase_if(totals, [&](const auto& one) { return one.observed_at == point.observed_at; });
    if (!point.lower_bound) totals.push_back({static_cast<int>(point.value), point.observed_at});
  }
  std::stable_sort(totals.begin(), totals.end(),
                   [](const auto& a, const auto& b) { return a.observed_at > b.observed_at; });
  return totals;
}

std::optional<int> LowestSince(const Totals& totals, Instant since) {
  std::optional<int> lowest;
  for (const PriorTotal& prior : totals) {
    if (prior.observed_at < since) continue;
    lowest = std::min(lowest.value_or(prior.total), prior.total);
  }
  return lowest;
}

bool IsIts(const RecentDose& dose, const Rise& rise, Instant at) {
  return dose.product == rise.after_dose && dose.taken_at <= at &&
         dose.taken_at >= at - rise.within;
}

// The last total at or before each dose of the product in the window; the lowest of them.
std::optional<int> BeforeDose(const Totals& totals, const Rise& rise, const State& state,
                              Instant at) {
  std::optional<int> lowest;
  for (const RecentDose& dose : state.doses) {
    if (!IsIts(dose, rise, at)) continue;
    for (const PriorTotal& prior : totals) {
      if (prior.observed_at > dose.taken_at) continue;
      lowest = std::min(lowest.value_or(prior.total), prior.total);
      break;
    }
  }
  return lowest;
}

// Of the last dose, if it is long enough ago: the lowest total from the one before it on. Nothing
// when an earlier total was already that much higher: the rise did not come late.
std::optional<int> LowestOfLateRise(const Totals& totals, const Rise& rise, const State& state,
                                    Instant at) {
  std::optional<Instant> last;
  for (const RecentDose& dose : state.doses) {
    if (IsIts(dose, rise, at)) last = dose.taken_at;
  }
  if (!last || at - *last <= rise.later_than) return std::nullopt;
  std::optional<int> lowest;
  for (auto prior = totals.rbegin(); prior != totals.rend(); ++prior) {
    if (prior->observed_at <= *last) {
      lowest = prior->total;
      continue;
    }
    const bool early = prior->observed_at - *last <= rise.later_than;
    if (early && lowest && prior->total - *lowest >= rise.by) return std::nullopt;
    lowest = std::min(lowest.value_or(prior->total), prior->total);
  }
  return lowest;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

const char* Name(Change::From from) {
  switch (from) {
    case Change::From::kMedian:
      return "median";
    case Change::From::kHighest:
      return "highest";
    case Change::From::kLowest:
      return "lowest";
    case Change::From::kBaseline:
      return "baseline";
  }
  return "";
}

std::vector<Series::Point> Earlier(const Change& change, const State& state, Instant at) {
  std::vector<Series::Point> earlier;
  const auto series = state.series.find(FactCode(change.of));
  if (series == state.series.end()) return earlier;
  for (const Series::Point& point : series->second.points) {
    if (point.observed_at < at) earlier.push_back(point);
  }
  return earlier;
}

std::optional<double> Reference(const Change& change, const Context& context,
                                const std::vector<Series::Point>& earlier) {
  if (change.from == Change::From::kBaseline) {
    if (context.plan == nullptr) return std::nullopt;
    if (change.of.measure == domain::Measure::kTotal) {
      const auto& scores = context.plan->baseline_scores;
      const auto found = scores.find(change.of.subject);
      if (found == scores.end()) return std::nullopt;
      return found->second;
    }
    const auto vital = domain::VitalFromCode(change.of.subject);
    if (!vital || !context.plan->baseline_vitals.contains(*vital)) return std::nullopt;
    return context.plan->baseline_vitals.at(*vital);
  }
  std::vector<double> values;
  for (const Series::Point& point : earlier) {
    if (point.observed_at >= context.facts.observed_at() - change.within) {
      values.push_back(point.value);
    }
  }
  if (values.size() < static_cast<size_t>(std::max(change.readings_min, 1))) return std::nullopt;
  if (change.from == Change::From::kMedian) return Median(std::move(values));
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return change.from == Change::From::kHighest ? *high : *low;
}

// How far `value` is from the reference in the direction asked for, in the unit of `by`.
double Distance(const Change& change, double reference, double value) {
  const double difference = change.by > 0 ? value - reference : reference - value;
  return change.percent ? difference / reference * 100 : difference;
}

bool Reached(const Change& change, double reference, double value) {
  return Distance(change, reference, value) >= std::abs(change.by) - 1e-9;
}

bool IsClear(const Change& change, double reference, double value) {
  return Distance(change, reference, value) <= std::abs(change.by) - change.margin;
}

// An earlier reading was changed as much, and the change has lasted since.
bool Confirmed(const Change& change, double reference, const std::vector<Series::Point>& earlier,
               Instant at) {
  if (change.confirmed_after == absl::ZeroDuration()) return true;
  for (auto point = earlier.rbegin(); point != earlier.rend(); ++point) {
    const Duration age = at - point->observed_at;
    if (age > change.confirmed_within) return false;
    const bool reached = Reached(change, reference, point->value);
    if (reached && age >= change.confirmed_after) return true;
    if (!reached && IsClear(change, reference, point->value)) return false;
  }
  return false;
}

}  // namespace

Verdict Judge(const Rise& rise, const Context& context) {
  const domain::Score* score = context.facts.FindScore(rise.instrument);
  if (score == nullptr || score->no_total) return {};
  if (!context.facts.comparable(FactCode(domain::Measure::kTotal, rise.instrument))) return {};
  const Instant at = context.facts.observed_at();
  const Totals earlier = EarlierTotals(*score, context.state, at);
  std::optional<int> from;
  if (rise.after_dose.empty()) {
    from = LowestSince(earlier, at - rise.within);
  } else if (rise.later_than > absl::ZeroDuration()) {
    from = LowestOfLateRise(earlier, rise, context.state, at);
  } else {
    from = BeforeDose(earlier, rise, context.state, at);
  }
  Verdict verdict;
  verdict.fresh = true;
  if (!from) return verdict;
  const int now = score->total.value_or(score->partial_sum);
  if (now - *from >= rise.by) {
    verdict.truth = Truth::kTrue;
    verdict.evidence = absl::StrCat(rise.instrument, " rose from ", *from, " to ", now);
  } else {
    verdict.truth = score->complete() ? Truth::kClear : Truth::kNear;
  }
  return verdict;
}

Verdict Judge(const Change& change, const Context& context) {
  const Fact* fact = context.facts.Find(change.of);
  Verdict verdict;
  if (fact == nullptr || fact->lower_bound) return verdict;
  if (!context.facts.comparable(FactCode(change.of))) return verdict;
  verdict.fresh = true;
  const Instant at = context.facts.observed_at();
  const std::vector<Series::Point> earlier = Earlier(change, context.state, at);
  const std::optional<double> reference = Reference(change, context, earlier);
  if (!reference || (change.percent && *reference <= 0)) return verdict;
  const double by = Distance(change, *reference, fact->value);
  if (Reached(change, *reference, fact->value)) {
    const bool confirmed = Confirmed(change, *reference, earlier, at);
    verdict.truth = confirmed ? Truth::kTrue : Truth::kNear;
    verdict.evidence = absl::StrCat(
        fact->text, ", ", std::round(by * 10) / 10, change.percent ? " %" : "",
        change.by > 0 ? " above the " : " below the ", Name(change.from), " of ", *reference);
    return verdict;
  }
  verdict.truth = IsClear(change, *reference, fact->value) ? Truth::kClear : Truth::kNear;
  return verdict;
}

Verdict Judge(const domain::TotalWithin& total, const Context& context) {
  Verdict verdict;
  verdict.truth = Truth::kClear;
  verdict.fresh = context.facts.FindScore(total.instrument) != nullptr;
  const auto series =
      context.state.series.find(FactCode(domain::Measure::kTotal, total.instrument));
  if (series == context.state.series.end()) return verdict;
  const Instant at = context.facts.observed_at();
  for (const Series::Point& point : series->second.points) {
    if (point.observed_at > at || point.observed_at < at - total.within) continue;
    if (point.value < total.at_least) continue;
    verdict.truth = Truth::kTrue;
    verdict.evidence = absl::StrCat(total.instrument, " ", point.value, " before");
  }
  return verdict;
}

}  // namespace withdrawal::alerting
