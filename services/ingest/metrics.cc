#include "services/ingest/metrics.h"

#include "libs/metrics/metrics.h"

namespace withdrawal::ingest {
namespace {

prometheus::Counter& CheckIns(prometheus::Registry& registry, const std::string& outcome,
                              const std::string& reason) {
  return metrics::AddCounter(registry, "withdrawal_ingest_check_ins_total",
                             "Check-ins answered, by outcome and reason.",
                             {{"outcome", outcome}, {"reason", reason}});
}

}  // namespace

Metrics::Metrics(prometheus::Registry& registry)
    : accepted(CheckIns(registry, "accepted", "")),
      duplicate(CheckIns(registry, "duplicate", "")),
      conflict(CheckIns(registry, "conflict", "CHECK_IN_ID_CONFLICT")),
      shed(CheckIns(registry, "shed", "IN_FLIGHT_LIMIT")),
      unavailable(CheckIns(registry, "unavailable", "NOT_CONFIRMED")),
      in_flight(metrics::AddGauge(registry, "withdrawal_ingest_in_flight_check_ins",
                                  "Check-ins waiting for the brokers.")),
      in_flight_bytes(metrics::AddGauge(registry, "withdrawal_ingest_in_flight_bytes",
                                        "Size of the check-ins waiting for the brokers.")),
      streams(metrics::AddGauge(registry, "withdrawal_ingest_open_streams",
                                "SubmitCheckIns calls open.")),
      delivery_seconds(metrics::AddHistogram(registry, "withdrawal_ingest_delivery_seconds",
                                             "From handing a record over to the brokers' answer.",
                                             metrics::LatencySeconds())),
      registry_(registry) {}

void Metrics::Refused(const std::string& reason) {
  CheckIns(registry_, "refused", reason).Increment();
}

void Metrics::SetAside(const std::string& field, const std::string& reason) {
  metrics::AddCounter(registry_, "withdrawal_ingest_set_aside_readings_total",
                      "Readings kept apart from scoring, by field and reason.",
                      {{"field", field}, {"reason", reason}})
      .Increment();
}

}  // namespace withdrawal::ingest
