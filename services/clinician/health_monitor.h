// Measures how far scoring and alerting are behind their input, and whether the brokers answer
// (AL-13): metrics and a log line for operators, the HealthBoard for clinicians. One thread runs
// it; it reads the scores itself, for their offsets only.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/kafka/consumer.h"
#include "services/clinician/config.h"
#include "services/clinician/health_board.h"
#include "services/clinician/lag_clock.h"
#include "services/clinician/metrics.h"

namespace withdrawal::clinician {

class HealthMonitor {
 public:
  // `own_lag` answers how far this read model is behind. `on_change` is called when the board has
  // changed. All outlive this.
  HealthMonitor(const Config& config, absl::Duration degraded_after, HealthBoard& board,
                Metrics& metrics, std::function<absl::Duration()> own_lag,
                std::function<void()> on_change);

  void Run(const std::atomic<bool>& stop);

 private:
  // What is wrong now, in words that stay the same while it lasts.
  std::vector<std::string> Measure();
  absl::StatusOr<absl::Duration> ScoringLag();
  absl::StatusOr<absl::Duration> AlertingLag();
  absl::StatusOr<LagClock::Offsets> Committed(const std::string& group, const std::string& topic);
  absl::Status ReadScores();
  void AddIfBehind(const std::string& what, absl::Duration lag,
                   std::vector<std::string>& reasons) const;

  const Config& config_;
  const absl::Duration degraded_after_;
  HealthBoard& board_;
  Metrics& metrics_;
  const std::function<absl::Duration()> own_lag_;
  const std::function<void()> on_change_;
  std::unique_ptr<kafka::Consumer> consumer_;
  LagClock::Offsets scores_;  // the next after the newest seen, by partition
  LagClock scoring_;
  LagClock alerting_;
  int failures_ = 0;  // in a row
};

}  // namespace withdrawal::clinician
