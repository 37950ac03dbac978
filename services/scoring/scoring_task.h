// Scoring as the processing loop sees it: decode, Step, encode. Used by main and by tests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "libs/catalogue/catalogue.h"
#include "libs/kafka/topics.h"
#include "libs/stream/task.h"
#include "services/scoring/metrics.h"

namespace withdrawal::scoring {

struct ScoringTopics {
  std::string check_ins{kafka::kCheckInsTopic};
  std::string care_plans{kafka::kCarePlansTopic};
  std::string scores{kafka::kScoresTopic};
  std::string state{kafka::kScoringStateTopic};
};

// One thread: the loop's. InvalidArgument for a record that is not what its topic holds, whose key
// is not its patient, or whose answers no form allows.
class ScoringTask : public stream::Task {
 public:
  // Both outlive the task.
  ScoringTask(const catalogue::Catalogue& catalogue, ScoringMetrics& metrics,
              ScoringTopics topics = {});

  absl::StatusOr<stream::Effects> OnRecord(std::string_view state,
                                           const stream::InputRecord& record,
                                           domain::Instant now) override;
  // Scoring has no timers.
  absl::StatusOr<stream::Effects> OnDeadline(std::string_view key, std::string_view state,
                                             domain::Instant now, bool caught_up) override;
  std::optional<domain::Instant> NextDeadline(std::string_view state) const override;

 private:
  absl::StatusOr<stream::Effects> OnCheckIn(std::string_view state,
                                            const stream::InputRecord& record);
  absl::StatusOr<stream::Effects> OnCarePlan(std::string_view state,
                                             const stream::InputRecord& record);

  const catalogue::Catalogue& catalogue_;
  ScoringMetrics& metrics_;
  const ScoringTopics topics_;
};

}  // namespace withdrawal::scoring
