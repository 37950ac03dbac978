// Alerting as the processing loop sees it: decode, Step, encode. Used by main and by tests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "libs/domain/rule.h"
#include "libs/kafka/topics.h"
#include "libs/stream/task.h"
#include "services/alerting/core/step.h"
#include "services/alerting/metrics.h"

namespace withdrawal::alerting {

struct AlertingTopics {
  std::string scores{kafka::kScoresTopic};
  std::string care_plans{kafka::kCarePlansTopic};
  std::string commands{kafka::kAlertCommandsTopic};
  std::string alerts{kafka::kAlertsTopic};
  std::string intakes{kafka::kIntakesTopic};
};

// One thread: the loop's. InvalidArgument for a record that is not what its topic holds or whose
// key is not its patient.
class AlertingTask : public stream::Task {
 public:
  // Both outlive the task.
  AlertingTask(const domain::AlertPolicy& policy, AlertingMetrics& metrics,
               AlertingTopics topics = {});

  absl::StatusOr<stream::Effects> OnRecord(std::string_view state,
                                           const stream::InputRecord& record,
                                           domain::Instant now) override;
  absl::StatusOr<stream::Effects> OnDeadline(std::string_view key, std::string_view state,
                                             domain::Instant now, bool caught_up) override;
  std::optional<domain::Instant> NextDeadline(std::string_view state) const override;

 private:
  absl::StatusOr<Input> Decode(const stream::InputRecord& record) const;
  absl::StatusOr<stream::Effects> Run(std::string_view key, std::string_view state,
                                      const Input& input, std::string_view trace_parent,
                                      domain::Instant now);

  const domain::AlertPolicy& policy_;
  AlertingMetrics& metrics_;
  const AlertingTopics topics_;
};

}  // namespace withdrawal::alerting
