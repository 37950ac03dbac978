// withdrawal-alerting: scores, plans and commands in, alerts out; timers derived from its state.
#include <string>

#include "libs/catalogue/catalogue.h"
#include "libs/kafka/stream_runner.h"
#include "libs/runtime/log.h"
#include "libs/runtime/options.h"
#include "libs/runtime/process.h"
#include "services/alerting/alerting_task.h"
#include "services/alerting/metrics.h"

namespace {

using namespace withdrawal;  // NOLINT: the wiring of the whole process

kafka::StreamConfig ToStreamConfig(const runtime::ServiceSettings& settings,
                                   const std::string& instance_id, int interval_ms, int records) {
  const alerting::AlertingTopics topics;
  kafka::StreamConfig config;
  config.client.brokers = settings.kafka_brokers;
  config.client.security_file = settings.kafka_security;
  config.client.client_id = "withdrawal-alerting-" + instance_id;
  config.service = "alerting";
  config.instance_id = instance_id;
  config.inputs = {topics.scores, topics.care_plans, topics.commands, topics.intakes};
  config.upstream = kafka::Upstream{"withdrawal.check-ins.v1", "scoring"};
  config.changelog = "withdrawal.alerting-state.v1";
  config.outputs = {topics.alerts};
  config.commit_interval = absl::Milliseconds(interval_ms);
  config.commit_records_max = records;
  return config;
}

}  // namespace

int main(int argc, char** argv) {
  runtime::ServiceSettings settings;
  settings.service = "alerting";
  settings.metrics_address = "127.0.0.1:9103";
  settings.health_address = "127.0.0.1:50063";
  catalogue::Location location;
  std::string instance_id = "0";
  int commit_interval_ms = 50;
  int commit_records = 500;
  runtime::Options options("withdrawal-alerting", "Judges scored check-ins and raises alerts.");
  options.AddService(&settings);
  options.AddCatalogue(&location.directory, &location.overrides);
  options.Add("instance-id", &instance_id, "unique among the alerting instances, kept on restart");
  options.Add("commit-interval-ms", &commit_interval_ms, "longest time until a commit", 1, 5000);
  options.Add("commit-records", &commit_records, "most records of one commit", 1, 10000);
  if (auto exit_code = options.Parse(argc, argv)) return *exit_code;

  auto process = runtime::Process::Start(settings);
  if (!process.ok()) return runtime::Fail(process.status());
  const auto catalogue = catalogue::Load(location);
  if (!catalogue.ok()) return runtime::Fail(catalogue.status());
  runtime::Log(
      spdlog::level::info, "catalogue",
      {{"version", catalogue->version.version}, {"checksum", catalogue->version.checksum}});
  const domain::AlertPolicy policy = catalogue::AlertPolicyOf(*catalogue);

  alerting::AlertingMetrics metrics((*process)->registry(), policy);
  alerting::AlertingTask task(policy, metrics);
  kafka::StreamRunner runner(
      ToStreamConfig(settings, instance_id, commit_interval_ms, commit_records), task,
      (*process)->registry());
  const absl::Status status =
      runner.Run((*process)->stop(), [&](bool ready) { (*process)->SetReady(ready); });
  return status.ok() ? 0 : runtime::Fail(status);
}
