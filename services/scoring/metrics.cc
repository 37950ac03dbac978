#include "services/scoring/metrics.h"

#include "libs/metrics/metrics.h"

namespace withdrawal::scoring {
namespace {

prometheus::Counter& CheckIns(prometheus::Registry& registry, const std::string& verdict) {
  return metrics::AddCounter(registry, "withdrawal_scoring_check_ins_total",
                             "Check-ins read, by what became of them.", {{"verdict", verdict}});
}

prometheus::Counter& Scores(prometheus::Registry& registry, const std::string& instrument,
                            const std::string& status) {
  return metrics::AddCounter(registry, "withdrawal_scoring_scores_total",
                             "Scores computed, by instrument and status.",
                             {{"instrument", instrument}, {"status", status}});
}

}  // namespace

ScoringMetrics::ScoringMetrics(prometheus::Registry& registry,
                               const catalogue::Catalogue& catalogue)
    : accepted_(CheckIns(registry, "accepted")),
      duplicates_(CheckIns(registry, "duplicate")),
      conflicts_(CheckIns(registry, "conflict")),
      amended_(CheckIns(registry, "amended")),
      unusable_(CheckIns(registry, "unusable")),
      care_plans_(metrics::AddCounter(registry, "withdrawal_scoring_care_plans_total",
                                      "Versions of care plans read, deletions included.")) {
  const auto add = [&](const std::string& instrument) {
    scores_.emplace(instrument, ByStatus{Scores(registry, instrument, "complete"),
                                         Scores(registry, instrument, "incomplete")});
  };
  for (const auto& [id, unused] : catalogue.instruments) add(id);
  add(catalogue.news2.id);
}

void ScoringMetrics::CountVerdict(Verdict verdict) {
  switch (verdict) {
    case Verdict::kAccepted:
      return accepted_.Increment();
    case Verdict::kDuplicate:
      return duplicates_.Increment();
    case Verdict::kConflict:
      return conflicts_.Increment();
    case Verdict::kAmended:
      return amended_.Increment();
    case Verdict::kUnusable:
      return unusable_.Increment();
  }
}

void ScoringMetrics::CountScore(const domain::Score& score) {
  const auto series = scores_.find(score.instrument);
  if (series == scores_.end()) return;
  auto& counter = score.complete() ? series->second.complete : series->second.incomplete;
  counter.Increment();
}

void ScoringMetrics::CountCarePlan() { care_plans_.Increment(); }

}  // namespace withdrawal::scoring
