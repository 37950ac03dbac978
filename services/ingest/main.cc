// withdrawal-ingest: accepts check-ins over gRPC and stores them in Kafka.
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/audit/log.h"
#include "libs/catalogue/catalogue.h"
#include "libs/kafka/producer.h"
#include "libs/rpc/server.h"
#include "libs/runtime/log.h"
#include "libs/runtime/process.h"
#include "services/ingest/config.h"
#include "services/ingest/kafka_log.h"
#include "services/ingest/plan_tail.h"
#include "services/ingest/service.h"

namespace withdrawal::ingest {
namespace {

constexpr absl::Duration kCallsGrace = absl::Seconds(10);
constexpr absl::Duration kFlushGrace = absl::Seconds(5);

// Ready while the brokers know the topic. Returns when a stop was asked for, or the producer is
// lost.
absl::Status ServeUntilStop(const Settings& settings, runtime::Process& process,
                            kafka::Producer& producer, rpc::Server& server) {
  do {
    if (!producer.healthy()) return absl::InternalError("the Kafka producer cannot go on");
    const bool ready = producer.AwaitTopics({settings.topic}, absl::Seconds(2)).ok();
    process.SetReady(ready);
    server.SetServing(ready);
  } while (!process.WaitForStop(process.ready() ? absl::Seconds(5) : absl::Milliseconds(200)));
  return absl::OkStatus();
}

int Run(const Settings& settings) {
  auto process = runtime::Process::Start(settings.service);
  if (!process.ok()) return runtime::Fail(process.status());
  auto catalogue = catalogue::Load(settings.catalogue);
  if (!catalogue.ok()) return runtime::Fail(catalogue.status());
  runtime::Log(
      spdlog::level::info, "catalogue",
      {{"version", catalogue->version.version}, {"checksum", catalogue->version.checksum}});
  auto callers = settings.identity.Open((*process)->registry());
  if (!callers.ok()) return runtime::Fail(callers.status());
  const kafka::ClientConfig kafka_config{settings.service.kafka_brokers, "withdrawal-ingest",
                                         settings.service.kafka_security};
  auto producer = kafka::Producer::Create(kafka_config);
  if (!producer.ok()) return runtime::Fail(producer.status());

  IntakeConfig config;
  config.topic = settings.topic;
  config.admission = {settings.in_flight_max, static_cast<size_t>(settings.in_flight_megabytes_max)
                                                  << 20};
  Metrics metrics((*process)->registry());
  KafkaLog log(**producer);
  Intake intake(
      config,
      {catalogue->instruments, catalogue->vitals, catalogue->medications, catalogue->rewards}, log,
      metrics, absl::Now);
  Enrolments enrolments;
  PlanTail tail(kafka_config, settings.care_plans_topic, enrolments);
  identity::Gate gate(*std::move(callers), (*process)->registry());
  auto audit = std::make_unique<audit::Log>(
      audit::LogConfig{.service = "ingest", .topic = settings.audit_topic}, **producer,
      (*process)->registry());
  Senders senders(gate, *audit, enrolments);
  Service service(intake, senders, metrics);
  rpc::ServerConfig server_config;
  server_config.address = settings.listen_address;
  server_config.transport = settings.transport;
  server_config.message_bytes_max = config.message_bytes_max;
  auto server = rpc::Server::Start(server_config, {&service}, (*process)->registry());
  if (!server.ok()) return runtime::Fail(server.status());
  runtime::Log(spdlog::level::info, "IngestService is up",
               {{"port", absl::StrCat((*server)->port())}});

  const auto served = ServeUntilStop(settings, **process, **producer, **server);
  (*process)->SetReady(false);
  (*server)->SetServing(false);
  if (served.ok()) (*process)->Pause(absl::Milliseconds(settings.drain_delay_ms));
  service.Drain();
  (*server)->Shutdown(kCallsGrace);
  const auto flushed = (*producer)->Flush(kFlushGrace);
  audit.reset();
  producer->reset();  // answers what is still pending while the intake is there to hear it
  if (!served.ok()) return runtime::Fail(served);
  return flushed.ok() ? 0 : runtime::Fail(flushed);
}

}  // namespace
}  // namespace withdrawal::ingest

int main(int argc, char** argv) {
  withdrawal::ingest::Settings settings;
  withdrawal::runtime::Options options("withdrawal-ingest",
                                       "Accepts check-ins over gRPC and stores them in Kafka.");
  settings.AddTo(options);
  if (const auto exit_code = options.Parse(argc, argv)) return *exit_code;
  return withdrawal::ingest::Run(settings);
}
