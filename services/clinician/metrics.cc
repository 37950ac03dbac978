#include "services/clinician/metrics.h"

#include "libs/metrics/metrics.h"

namespace withdrawal::clinician {

Metrics::Metrics(prometheus::Registry& registry)
    : projected(metrics::AddCounter(registry, "withdrawal_clinician_projected_records_total",
                                    "Records applied to the read model.")),
      dead_letters(metrics::AddCounter(registry, "withdrawal_clinician_dead_letters_total",
                                       "Records that could not be used and were set aside.")),
      fenced(metrics::AddCounter(registry, "withdrawal_clinician_fenced_batches_total",
                                 "Batches dropped because another reader had moved the offset.")),
      projection_restarts(
          metrics::AddCounter(registry, "withdrawal_clinician_projection_restarts_total",
                              "Restarts of the projection after a database or broker failure.")),
      lag_records(metrics::AddGauge(registry, "withdrawal_clinician_projection_lag_records",
                                    "Records of this process's partitions not yet applied.")),
      lag_seconds(
          metrics::AddGauge(registry, "withdrawal_clinician_projection_lag_seconds",
                            "Age of the newest applied record while there are more, else 0.")),
      commit_seconds(metrics::AddHistogram(
          registry, "withdrawal_clinician_projection_commit_seconds",
          "Time to write one batch of rows with its offsets.", metrics::LatencySeconds())),
      tailed(metrics::AddCounter(registry, "withdrawal_clinician_tailed_events_total",
                                 "Alert events read for the watch streams.")),
      streams(metrics::AddGauge(registry, "withdrawal_clinician_watch_streams",
                                "Open WatchAlerts calls.")),
      acknowledged(metrics::AddCounter(registry, "withdrawal_clinician_commands_total",
                                       "Commands and plans stored, by kind.",
                                       {{"kind", "acknowledge"}})),
      resolved(metrics::AddCounter(registry, "withdrawal_clinician_commands_total",
                                   "Commands and plans stored, by kind.", {{"kind", "resolve"}})),
      plans(metrics::AddCounter(registry, "withdrawal_clinician_commands_total",
                                "Commands and plans stored, by kind.", {{"kind", "care_plan"}})),
      shelved(metrics::AddCounter(registry, "withdrawal_clinician_commands_total",
                                  "Commands and plans stored, by kind.", {{"kind", "shelve"}})),
      unshelved(metrics::AddCounter(registry, "withdrawal_clinician_commands_total",
                                    "Commands and plans stored, by kind.", {{"kind", "unshelve"}})),
      failed_calls(metrics::AddCounter(registry, "withdrawal_clinician_commands_total",
                                       "Commands and plans stored, by kind.",
                                       {{"kind", "report_failed_call"}})),
      reassigned(metrics::AddCounter(registry, "withdrawal_clinician_commands_total",
                                     "Commands and plans stored, by kind.",
                                     {{"kind", "reassign"}})),
      commented(metrics::AddCounter(registry, "withdrawal_clinician_commands_total",
                                    "Commands and plans stored, by kind.", {{"kind", "comment"}})),
      degraded(metrics::AddGauge(registry, "withdrawal_clinician_monitoring_degraded",
                                 "1 while scoring, alerting or this view are too far behind.")),
      scoring_lag_seconds(
          metrics::AddGauge(registry, "withdrawal_clinician_scoring_lag_seconds",
                            "How long ago the oldest check-in came that is not scored yet.")),
      alerting_lag_seconds(
          metrics::AddGauge(registry, "withdrawal_clinician_alerting_lag_seconds",
                            "How long ago the oldest score came that alerting has not read yet.")),
      intakes(metrics::AddCounter(registry, "withdrawal_clinician_commands_total",
                                  "Commands and plans stored, by kind.", {{"kind", "intake"}})),
      shed(metrics::AddCounter(registry, "withdrawal_clinician_shed_calls_total",
                               "Calls refused because too many queries were waiting.")) {}

}  // namespace withdrawal::clinician
