#include "services/clinician/service.h"

#include <utility>

#include "libs/rpc/status.h"
#include "spdlog/spdlog.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kAuditFlushMax = absl::Seconds(4);

FreshFor FreshnessOf(const catalogue::Catalogue& catalogue) {
  FreshFor fresh_for;
  for (const auto& [id, instrument] : catalogue.instruments) fresh_for[id] = instrument.fresh_for;
  fresh_for[catalogue.news2.id] = catalogue.news2.fresh_for;
  return fresh_for;
}

Config Completed(Config config, const catalogue::Catalogue& catalogue) {
  config.watch.topic = config.topics.alerts;
  config.check_in_early = catalogue.missed.early;
  return config;
}

}  // namespace

Service::Service(const Config& config, const catalogue::Catalogue& catalogue,
                 identity::Callers callers, prometheus::Registry& registry,
                 std::unique_ptr<kafka::Producer> producer)
    : config_(Completed(config, catalogue)),
      catalogue_(catalogue),
      metrics_(registry),
      producer_(std::move(producer)),
      ring_(config_.ring_events_max),
      changes_(config_.ring_events_max),
      gate_(std::move(callers), registry),
      audit_({.service = "clinician", .topic = config_.topics.audit}, *producer_, registry),
      consistency_(config_),
      calls_(gate_, audit_, consistency_, ring_,
             {[this] { return projection_.current(); },
              [this](const std::string& patient_id, const std::string& etag) {
                return plans_.TeamAhead(patient_id, etag);
              }},
             workers_, metrics_),
      workers_(config_.database_url, config_.workers, config_.queue_max),
      hub_({config_.watch, ring_, workers_, health_}),
      patients_hub_({config_.watch, changes_, workers_, health_}),
      tail_(config_, ring_, metrics_,
            {[this] { hub_.Notify(); },
             [this] {
               hub_.EndAll(rpc::Unavailable("ALERTS_UNAVAILABLE", "the brokers do not answer"),
                           false);
             }}),
      patients_tail_(config_, changes_,
                     {[this] { patients_hub_.Notify(); },
                      [this] {
                        patients_hub_.EndAll(
                            rpc::Unavailable("CHANGES_UNAVAILABLE",
                                             "the brokers or the database do not answer"),
                            false);
                      }}),
      projection_(config_, *producer_, metrics_),
      outcomes_(config_.database_url, config_.outcomes_every, registry),
      monitor_(
          config_, catalogue.management.degraded_after, health_, metrics_,
          [this] { return absl::Seconds(metrics_.lag_seconds.Value()); },
          [this] {
            hub_.Notify();
            patients_hub_.Notify();
          }),
      queries_(FreshnessOf(catalogue), catalogue.engagement),
      reviewer_(catalogue),
      outbox_(*producer_),
      commands_(config_, AlertBounds::Of(catalogue), outbox_, ring_, metrics_),
      plans_(config_, PlanBounds::Of(catalogue), reviewer_, outbox_, metrics_),
      intakes_(config_, catalogue::SuitabilityPolicyOf(catalogue), outbox_, metrics_),
      life_cycle_(plans_),
      privacy_metrics_(registry),
      consents_(config_, catalogue.privacy, outbox_, privacy_metrics_),
      disclosures_(config_, catalogue.privacy.accounting_years, outbox_, privacy_metrics_),
      rpc_(calls_, queries_, reviewer_, commands_, plans_, intakes_, life_cycle_, health_, ring_,
           hub_, patients_hub_, catalogue_),
      privacy_rpc_(calls_, consents_, disclosures_),
      patient_rpc_(calls_, consents_, disclosures_, catalogue_) {}

absl::StatusOr<std::unique_ptr<Service>> Service::Start(const Config& config,
                                                        const rpc::ServerConfig& server_config,
                                                        const catalogue::Catalogue& catalogue,
                                                        identity::Callers callers,
                                                        prometheus::Registry& registry) {
  auto producer = kafka::Producer::Create(config.kafka);
  if (!producer.ok()) return producer.status();
  std::unique_ptr<Service> service(
      new Service(config, catalogue, std::move(callers), registry, *std::move(producer)));
  auto server = rpc::Server::Start(
      server_config, {&service->rpc_, &service->privacy_rpc_, &service->patient_rpc_}, registry);
  if (!server.ok()) {
    service->down_ = true;
    return server.status();
  }
  service->server_ = *std::move(server);
  Service* self = service.get();
  self->projection_thread_ = std::thread([self] { self->projection_.Run(self->stop_); });
  self->tail_thread_ = std::thread([self] { self->tail_.Run(self->stop_); });
  self->patients_tail_thread_ = std::thread([self] { self->patients_tail_.Run(self->stop_); });
  self->outcomes_thread_ = std::thread([self] { self->outcomes_.Run(); });
  self->monitor_thread_ = std::thread([self] { self->monitor_.Run(self->stop_); });
  return service;
}

Service::~Service() { Shutdown(absl::ZeroDuration()); }

bool Service::CheckReady() {
  metrics_.streams.Set(static_cast<double>(hub_.open() + patients_hub_.open()));
  const bool ready = projection_.current() && tail_.healthy() && producer_->healthy();
  server_->SetServing(ready);
  return ready;
}

void Service::Shutdown(absl::Duration grace) {
  if (down_) return;
  down_ = true;
  server_->SetServing(false);
  const grpc::Status end =
      rpc::Unavailable("SHUTTING_DOWN", "the server is going down: resume elsewhere");
  hub_.EndAll(end, true);
  patients_hub_.EndAll(end, true);
  server_->Shutdown(grace);
  if (absl::Status stored = audit_.Flush(kAuditFlushMax); !stored.ok()) {
    spdlog::error("audit: {}", stored.ToString());
  }
  stop_ = true;
  outcomes_.Stop();
  tail_thread_.join();
  patients_tail_thread_.join();
  projection_thread_.join();
  outcomes_thread_.join();
  monitor_thread_.join();
}

}  // namespace withdrawal::clinician
