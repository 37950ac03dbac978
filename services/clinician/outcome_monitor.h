// The outcome set of each programme over the 90 days before now, as gauges. Label values are the
// programmes and the names of the outcomes: no team, no person. Counted anew every few minutes.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

// What there is nothing to count of is NaN.
class OutcomeGauges {
 public:
  explicit OutcomeGauges(prometheus::Registry& registry);

  void Set(const v1::Outcomes& outcomes);

 private:
  using Key = std::pair<int, std::string>;  // programme, outcome
  std::map<Key, prometheus::Gauge*> shares_;
  std::map<Key, prometheus::Gauge*> rates_;
  std::map<Key, prometheus::Gauge*> seconds_;
  std::map<Key, prometheus::Gauge*> scales_;
};

class OutcomeMonitor {
 public:
  OutcomeMonitor(std::string database_url, absl::Duration every, prometheus::Registry& registry)
      : database_url_(std::move(database_url)), every_(every), gauges_(registry) {}

  // Until Stop; on a thread of its own. A database that is not there is tried again next time.
  void Run();
  void Stop();  // once; any thread

 private:
  const std::string database_url_;
  const absl::Duration every_;
  OutcomeGauges gauges_;
  absl::Notification stop_;
};

}  // namespace withdrawal::clinician
