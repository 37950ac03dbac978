// withdrawal-clinician: the clinicians' read model, watch streams and commands.
#include <memory>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "libs/catalogue/catalogue.h"
#include "libs/identity/settings.h"
#include "libs/kafka/producer.h"
#include "libs/runtime/log.h"
#include "libs/runtime/options.h"
#include "libs/runtime/process.h"
#include "services/clinician/projection.h"
#include "services/clinician/service.h"

namespace {

constexpr absl::Duration kCheckEvery = absl::Milliseconds(500);
constexpr absl::Duration kGrace = absl::Seconds(5);

int Rebuild(const withdrawal::clinician::Config& config, withdrawal::runtime::Process& process) {
  using namespace withdrawal;  // NOLINT(build/namespaces)
  auto producer = kafka::Producer::Create(config.kafka);
  if (!producer.ok()) return runtime::Fail(producer.status());
  clinician::Metrics metrics(process.registry());
  clinician::Projection projection(config, **producer, metrics);
  const absl::Status status = projection.Rebuild(process.stop());
  if (!status.ok()) return runtime::Fail(status);
  runtime::Log(spdlog::level::info, "rebuilt", {});
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace withdrawal;  // NOLINT(build/namespaces)
  runtime::ServiceSettings settings{.service = "clinician",
                                    .metrics_address = "127.0.0.1:9104",
                                    .health_address = "127.0.0.1:50064"};
  clinician::Config config;
  config.database_url = "host=127.0.0.1 port=15432 user=postgres dbname=withdrawal";
  rpc::ServerConfig server{.address = "127.0.0.1:50052", .transport = {}};
  catalogue::Location location;
  int heartbeat_seconds = 15;
  runtime::Options options("withdrawal-clinician",
                           "Read model, live alerts and commands for clinicians.");
  options.AddService(&settings);
  options.AddCatalogue(&location.directory, &location.overrides);
  options.Add("listen-address", &server.address, "gRPC address of ClinicianService");
  options.AddTransport(&server.transport);
  identity::Settings identity;
  identity.AddTo(options);
  options.AddSecret("database-url", &config.database_url, "PostgreSQL connection string or URI");
  options.Add("workers", &config.workers, "database connections for calls", 1, 256);
  options.Add("queue-max", &config.queue_max, "calls that wait for a connection", 1, 100000);
  options.Add("heartbeat-seconds", &heartbeat_seconds, "of a watch without news", 1, 300);
  bool rebuild = false;
  options.Add("rebuild", &rebuild, "fill an empty database from Kafka, then end");
  if (auto exit_code = options.Parse(argc, argv)) return *exit_code;

  auto process = runtime::Process::Start(settings);
  if (!process.ok()) return runtime::Fail(process.status());
  const auto catalogue = catalogue::Load(location);
  if (!catalogue.ok()) return runtime::Fail(catalogue.status());
  runtime::Log(
      spdlog::level::info, "catalogue",
      {{"version", catalogue->version.version}, {"checksum", catalogue->version.checksum}});
  config.kafka = {.brokers = settings.kafka_brokers,
                  .client_id = "withdrawal-clinician",
                  .security_file = settings.kafka_security};
  config.watch.heartbeat = absl::Seconds(heartbeat_seconds);
  config.check_in_early = catalogue->missed.early;
  if (rebuild) return Rebuild(config, **process);
  auto callers = identity.Open((*process)->registry());
  if (!callers.ok()) return runtime::Fail(callers.status());
  auto service = clinician::Service::Start(config, server, *catalogue, *std::move(callers),
                                           (*process)->registry());
  if (!service.ok()) return runtime::Fail(service.status());
  runtime::Log(spdlog::level::info, "listening", {{"address", server.address}});

  while (!(*process)->WaitForStop(kCheckEvery)) {
    (*process)->SetReady((*service)->CheckReady());
    if (!(*service)->healthy()) {
      return runtime::Fail(absl::UnavailableError("the Kafka producer cannot go on"));
    }
  }
  (*process)->SetReady(false);
  (*service)->Shutdown(kGrace);
  return 0;
}
