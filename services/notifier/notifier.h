// Reads withdrawal.alerts.v1 as a consumer group and pages. One thread.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/kafka/consumer.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "services/notifier/core/outbox.h"
#include "services/notifier/core/page.h"
#include "services/notifier/core/paging.h"
#include "services/notifier/pager.h"

namespace withdrawal::notifier {

// What an alerts record says.
//   InvalidArgument      not an AlertEvent with an alert: skip it
//   FailedPrecondition   a kind we do not know that must not be ignored: stop
absl::StatusOr<AlertNews> Decode(const std::string& value);

class Notifier {
 public:
  using Clock = std::function<domain::Instant()>;

  // All outlive this.
  Notifier(kafka::Consumer& consumer, Pager& pager, prometheus::Registry& registry,
           Outbox::Limits limits, domain::FloodLimits flood, Clock clock);

  // How far the group has come (kafka::CommittedOffsets).
  using Committed = std::function<absl::StatusOr<std::vector<kafka::Position>>()>;

  // `on_assigned` is called when partitions have come. Their news of the last minutes are read
  // again without paging: so a restart does not forget a flood.
  absl::Status Subscribe(const std::string& topic, Committed committed,
                         std::function<void()> on_assigned);

  // One round: read, try at most one page, commit what is done. An error: end the process.
  absl::Status RunOnce();

 private:
  absl::StatusOr<std::vector<kafka::Position>> StartOf(
      const std::vector<kafka::Position>& partitions, const Committed& committed);
  absl::Status Read();
  void TryOne();
  absl::Status Commit();

  kafka::Consumer& consumer_;
  Pager& pager_;
  const Clock clock_;
  std::string topic_;
  Outbox outbox_;
  const domain::Duration flood_within_;
  Paging paging_;
  std::map<int32_t, int64_t> done_;         // by partition: to be committed
  std::map<int32_t, int64_t> done_before_;  // by partition: offsets before are only remembered
  prometheus::Counter& delivered_;
  prometheus::Counter& refused_;
  prometheus::Counter& given_up_;
  prometheus::Counter& cancelled_;
  prometheus::Counter& attempts_failed_;
  prometheus::Counter& undecodable_;
  prometheus::Gauge& waiting_;
  prometheus::Gauge& floods_;
  prometheus::Histogram& delay_seconds_;
};

}  // namespace withdrawal::notifier
