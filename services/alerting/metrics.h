// Alerting's series, resolved once. Counts what the task did, including work of a transaction that
// is later aborted and done again: rates, not an account. Labels: rule ids and priorities of the
// catalogue.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>

#include "libs/domain/alert.h"
#include "libs/domain/rule.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

class AlertingMetrics {
 public:
  // `registry` outlives this.
  AlertingMetrics(prometheus::Registry& registry, const domain::AlertPolicy& policy);

  void Count(const domain::AlertEvent& event);
  // Check-in to alert, from ingest's receipt to now.
  void ObserveLatency(domain::Duration receipt_to_alert);
  // The person's open alerts as they now stand: after a step, and for each row restored.
  void SetOpen(const std::string& patient_id, const State& state);
  void CountCommand();

 private:
  struct ByRule {
    prometheus::Counter& raised;
    prometheus::Counter& repeated;
    prometheus::Counter& escalated;
    prometheus::Counter& resolved;
    prometheus::Counter& suppressed;
    prometheus::Counter& shelved;
  };
  std::map<std::string, ByRule> by_rule_;
  std::map<domain::Priority, prometheus::Counter*> raised_by_priority_;
  using OpenCounts = std::map<domain::Priority, int>;
  std::map<domain::Priority, prometheus::Gauge*> open_;
  std::unordered_map<std::string, OpenCounts> open_by_patient_;  // those with open alerts
  prometheus::Counter& commands_;
  prometheus::Histogram& receipt_to_alert_;
};

}  // namespace withdrawal::alerting
