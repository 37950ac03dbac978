// Reads withdrawal.alerts.v1 as a consumer group and pages. One thread.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/kafka/consumer.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "services/notifier/core/outbox.h"
#include "services/notifier/core/page.h"
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
           Outbox::Limits limits, Clock clock);

  // `on_assigned` is called when partitions have come.
  absl::Status Subscribe(const std::string& topic, std::function<void()> on_assigned);

  // One round: read, try at most one page, commit what is done. An error: end the process.
  absl::Status RunOnce();

 private:
  absl::Status Read();
  void TryOne();
  absl::Status Commit();

  kafka::Consumer& consumer_;
  Pager& pager_;
  const Clock clock_;
  std::string topic_;
  Outbox outbox_;
  prometheus::Counter& delivered_;
  prometheus::Counter& refused_;
  prometheus::Counter& given_up_;
  prometheus::Counter& attempts_failed_;
  prometheus::Counter& undecodable_;
  prometheus::Gauge& waiting_;
  prometheus::Histogram& delay_seconds_;
};

}  // namespace withdrawal::notifier
