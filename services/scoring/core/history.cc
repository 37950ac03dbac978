#include "services/scoring/core/history.h"

#include <algorithm>

namespace withdrawal::scoring {
namespace {

using domain::Instant;
using domain::PriorTotal;

void Add(std::vector<PriorTotal>& history, PriorTotal added) {
  const auto place = std::find_if(history.begin(), history.end(), [&](const PriorTotal& known) {
    return known.observed_at <= added.observed_at;
  });
  history.insert(place, added);
  if (history.size() > kHistoryMax) history.pop_back();
}

}  // namespace

void Compare(PatientState& state, Instant observed_at, domain::Score& score) {
  const auto known = state.histories.find(score.instrument);
  if (known != state.histories.end()) {
    for (const PriorTotal& prior : known->second) {
      if (prior.observed_at > observed_at) score.out_of_order = true;
      if (prior.observed_at >= observed_at) continue;
      if (score.total && !score.change_from_previous) {
        score.change_from_previous = *score.total - prior.total;
      }
      if (observed_at - prior.observed_at <= kPriorTotalsFor) score.prior_totals.push_back(prior);
    }
  }
  if (!score.total) return;
  if (state.care_plan) {
    const auto baseline = state.care_plan->baseline_scores.find(score.instrument);
    if (baseline != state.care_plan->baseline_scores.end()) {
      score.change_from_baseline = *score.total - baseline->second;
    }
  }
  Add(state.histories[score.instrument], {*score.total, observed_at});
}

}  // namespace withdrawal::scoring
