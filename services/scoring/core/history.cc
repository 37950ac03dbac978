#include "services/scoring/core/history.h"

#include <algorithm>

namespace withdrawal::scoring {
namespace {

using domain::CheckIn;
using domain::Instant;

void Add(std::vector<KnownTotal>& history, KnownTotal added) {
  const auto place = std::find_if(history.begin(), history.end(), [&](const KnownTotal& known) {
    return known.observed_at <= added.observed_at;
  });
  history.insert(place, added);
  if (history.size() > kHistoryMax) history.pop_back();
}

void CompareWithEarlier(const PatientState& state, Instant observed_at, domain::Score& score) {
  const auto known = state.histories.find(score.instrument);
  if (known == state.histories.end()) return;
  for (const KnownTotal& prior : known->second) {
    if (prior.observed_at > observed_at) score.out_of_order = true;
    if (prior.observed_at >= observed_at) continue;
    if (score.total && !score.change_from_previous) {
      score.change_from_previous = *score.total - prior.total;
    }
    if (observed_at - prior.observed_at <= kPriorTotalsFor) {
      score.prior_totals.push_back({prior.total, prior.observed_at});
    }
  }
}

void CompareWithBaseline(const PatientState& state, Instant observed_at, domain::Score& score) {
  const PlanVersion* plan = PlanInForce(state, observed_at);
  if (plan == nullptr || !score.total) return;
  const auto baseline = plan->baseline_scores.find(score.instrument);
  if (baseline == plan->baseline_scores.end()) return;
  score.change_from_baseline = *score.total - baseline->second;
}

}  // namespace

const PlanVersion* PlanInForce(const PatientState& state, Instant at) {
  const PlanVersion* in_force = nullptr;
  for (const PlanVersion& version : state.plans) {
    if (in_force == nullptr || version.recorded_at <= at) in_force = &version;
  }
  return in_force;
}

void Compare(PatientState& state, const CheckIn& check_in, uint64_t id, domain::Score& score) {
  CompareWithBaseline(state, check_in.observed_at, score);
  if (check_in.precision == domain::Precision::kDay) return;
  CompareWithEarlier(state, check_in.observed_at, score);
  if (score.total) {
    Add(state.histories[score.instrument], {*score.total, check_in.observed_at, id});
  }
}

void Retract(PatientState& state, uint64_t id) {
  for (auto& [instrument, history] : state.histories) {
    std::erase_if(history, [id](const KnownTotal& known) { return known.check_in == id; });
  }
  std::erase_if(state.histories, [](const auto& entry) { return entry.second.empty(); });
}

}  // namespace withdrawal::scoring
