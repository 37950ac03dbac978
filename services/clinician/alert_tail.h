// Reads all partitions of the alerts topic into the ring, in every process and without a group, and
// independently of the projection: an alert reaches open streams before it is in the tables.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "libs/kafka/records.h"
#include "services/clinician/alert_ring.h"
#include "services/clinician/config.h"
#include "services/clinician/metrics.h"

namespace withdrawal::clinician {

class AlertTail {
 public:
  // `on_events` is called after events came; `on_blind` when the brokers have not answered for a
  // while, so that nobody is left watching a stream that cannot speak.
  struct Listener {
    std::function<void()> on_events;
    std::function<void()> on_blind;
  };

  AlertTail(const Config& config, AlertRing& ring, Metrics& metrics, Listener listener);

  // Reads until `stop`; after a failure again from where the ring ends. The first start is a little
  // behind the read model, so that snapshots and recent resume tokens find their place in the ring.
  void Run(const std::atomic<bool>& stop);
  // Whether the brokers have answered lately. Any thread.
  bool healthy() const { return healthy_; }

 private:
  absl::Status Session(const std::atomic<bool>& stop);
  absl::Status StartRing(const std::vector<kafka::Position>& partitions);
  void Append(const std::vector<kafka::OwnedRecord>& records);

  const Config& config_;
  AlertRing& ring_;
  Metrics& metrics_;
  const Listener listener_;
  std::atomic<bool> healthy_ = false;
  absl::Time answered_at_ = absl::InfinitePast();
};

}  // namespace withdrawal::clinician
