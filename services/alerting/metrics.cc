#include "services/alerting/metrics.h"

#include "libs/metrics/metrics.h"

namespace withdrawal::alerting {
namespace {

using domain::Priority;
using metrics::AddCounter;

constexpr std::pair<Priority, const char*> kPriorities[] = {{Priority::kRoutine, "routine"},
                                                            {Priority::kUrgent, "urgent"},
                                                            {Priority::kEmergency, "emergency"}};

prometheus::Counter& Events(prometheus::Registry& registry, const std::string& rule,
                            const std::string& event) {
  return AddCounter(registry, "withdrawal_alerting_alert_events_total",
                    "Alert events written, by rule and kind.", {{"rule", rule}, {"event", event}});
}

}  // namespace

AlertingMetrics::AlertingMetrics(prometheus::Registry& registry, const domain::AlertPolicy& policy)
    : commands_(AddCounter(registry, "withdrawal_alerting_commands_total",
                           "Alert commands read, those without effect included.")),
      receipt_to_alert_(
          metrics::AddHistogram(registry, "withdrawal_alerting_receipt_to_alert_seconds",
                                "From ingest's receipt of a check-in to the alert it raised.",
                                {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300})) {
  const auto add = [&](const std::string& rule) {
    by_rule_.emplace(
        rule, ByRule{Events(registry, rule, "raised"), Events(registry, rule, "repeated"),
                     Events(registry, rule, "escalated"), Events(registry, rule, "resolved"),
                     Events(registry, rule, "suppressed"), Events(registry, rule, "shelved")});
  };
  for (const domain::Rule& rule : policy.rules) add(rule.id);
  add(policy.missed.rule.id);
  add(policy.missed.device_silent.id);
  add(policy.missed.nothing_due.id);
  add(policy.missed.long_pause.id);
  add(policy.tolerance_loss.id);
  add(policy.reassessment.id);
  for (const auto& [priority, name] : kPriorities) {
    raised_by_priority_[priority] =
        &AddCounter(registry, "withdrawal_alerting_alerts_raised_total",
                    "Alerts raised, by priority at raising.", {{"priority", name}});
    open_[priority] = &metrics::AddGauge(
        registry, "withdrawal_alerting_alerts_open",
        "Alerts open among the persons this instance has served, by present priority.",
        {{"priority", name}});
  }
}

void AlertingMetrics::Count(const domain::AlertEvent& event) {
  const auto rule = by_rule_.find(event.alert.rule_id);
  if (rule == by_rule_.end()) return;  // opened under an earlier catalogue
  const ByRule& counters = rule->second;
  if (std::holds_alternative<domain::AlertRaised>(event.kind)) {
    counters.raised.Increment();
    raised_by_priority_.at(event.alert.priority)->Increment();
  } else if (std::holds_alternative<domain::AlertRepeated>(event.kind)) {
    counters.repeated.Increment();
  } else if (std::holds_alternative<domain::AlertEscalated>(event.kind)) {
    counters.escalated.Increment();
  } else if (std::holds_alternative<domain::AlertResolved>(event.kind)) {
    counters.resolved.Increment();
  } else if (std::holds_alternative<domain::AlertSuppressed>(event.kind)) {
    counters.suppressed.Increment();
  } else if (std::holds_alternative<domain::AlertShelved>(event.kind)) {
    counters.shelved.Increment();
  }
}

void AlertingMetrics::ObserveLatency(domain::Duration receipt_to_alert) {
  receipt_to_alert_.Observe(absl::ToDoubleSeconds(receipt_to_alert));
}

void AlertingMetrics::SetOpen(const std::string& patient_id, const State& state) {
  OpenCounts now;
  for (const OpenAlert& open : state.open) ++now[open.alert.priority];
  const auto known = open_by_patient_.find(patient_id);
  if (known == open_by_patient_.end() && now.empty()) return;
  OpenCounts& before = open_by_patient_[patient_id];
  for (const auto& [priority, gauge] : open_) gauge->Increment(now[priority] - before[priority]);
  if (state.open.empty()) {
    open_by_patient_.erase(patient_id);
  } else {
    before = std::move(now);
  }
}

void AlertingMetrics::CountCommand() { commands_.Increment(); }

}  // namespace withdrawal::alerting
