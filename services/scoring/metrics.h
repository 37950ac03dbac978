// Scoring's series, resolved once. Counts what the task did, including work of a transaction that
// is later aborted and done again: rates, not an account.
#pragma once

#include <map>
#include <string>

#include "libs/catalogue/catalogue.h"
#include "libs/domain/score.h"
#include "prometheus/counter.h"
#include "prometheus/registry.h"
#include "services/scoring/core/step.h"

namespace withdrawal::scoring {

class ScoringMetrics {
 public:
  // `registry` outlives this. Instruments outside the catalogue have no series.
  ScoringMetrics(prometheus::Registry& registry, const catalogue::Catalogue& catalogue);

  void CountVerdict(Verdict verdict);
  void CountScore(const domain::Score& score);
  void CountCarePlan();

 private:
  struct ByStatus {
    prometheus::Counter& complete;
    prometheus::Counter& incomplete;
  };
  std::map<std::string, ByStatus> scores_;
  prometheus::Counter& accepted_;
  prometheus::Counter& duplicates_;
  prometheus::Counter& conflicts_;
  prometheus::Counter& amended_;
  prometheus::Counter& unusable_;
  prometheus::Counter& care_plans_;
};

}  // namespace withdrawal::scoring
