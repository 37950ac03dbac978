#include "services/notifier/metrics.h"

#include <string>

#include "libs/metrics/metrics.h"

namespace withdrawal::notifier {
namespace {

prometheus::Counter& Pages(prometheus::Registry& registry, const std::string& outcome) {
  return metrics::AddCounter(registry, "withdrawal_notifier_pages_total",
                             "Pages finished, by outcome.", {{"outcome", outcome}});
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry)
    : delivered(Pages(registry, "delivered")),
      refused(Pages(registry, "refused")),
      given_up(Pages(registry, "given_up")),
      cancelled(Pages(registry, "cancelled")),
      withheld(Pages(registry, "withheld")),
      unreached(metrics::AddCounter(registry, "withdrawal_notifier_rungs_unreached_total",
                                    "Rungs on which nobody was on call or no channel worked.")),
      attempts_failed(metrics::AddCounter(registry, "withdrawal_notifier_failed_attempts_total",
                                          "Attempts that will be repeated or were the last.")),
      undecodable(metrics::AddCounter(registry, "withdrawal_notifier_undecodable_records_total",
                                      "Records that are no alert event.")),
      waiting(metrics::AddGauge(registry, "withdrawal_notifier_waiting_pages",
                                "Pages not delivered, or not reported, yet.")),
      floods(metrics::AddGauge(registry, "withdrawal_notifier_teams_flooded",
                               "Teams with more new alerts than they can take in.")),
      delay_seconds(metrics::AddHistogram(registry, "withdrawal_notifier_page_delay_seconds",
                                          "From the alert's event to the delivery of its page.",
                                          metrics::LatencySeconds())) {}

void Metrics::Count(Outbox::Result result) {
  switch (result) {
    case Outbox::Result::kDelivered:
      return delivered.Increment();
    case Outbox::Result::kRefused:
      return refused.Increment();
    case Outbox::Result::kGivenUp:
      return given_up.Increment();
    case Outbox::Result::kCancelled:
      return cancelled.Increment();
    case Outbox::Result::kUnknown:
    case Outbox::Result::kGoesOn:
      return;
  }
}

}  // namespace withdrawal::notifier
