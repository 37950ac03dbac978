// withdrawal-notifier: calls people about urgent alerts.
#include <curl/curl.h>

#include "absl/time/clock.h"
#include "libs/catalogue/catalogue.h"
#include "libs/kafka/consumer.h"
#include "libs/kafka/group_offsets.h"
#include "libs/kafka/topics.h"
#include "libs/runtime/log.h"
#include "libs/runtime/options.h"
#include "libs/runtime/process.h"
#include "services/notifier/notifier.h"
#include "services/notifier/pager.h"

namespace withdrawal::notifier {
namespace {

struct Settings {
  runtime::ServiceSettings service;
  catalogue::Location catalogue;
  std::string topic{kafka::kAlertsTopic};
  std::string group = "withdrawal-notifier";
  std::string webhook_url;
  std::string webhook_secret;
  int give_up_after_s = 900;
};

std::optional<int> Parse(int argc, char** argv, Settings& settings) {
  settings.service.service = "notifier";
  settings.service.metrics_address = "127.0.0.1:9105";
  settings.service.health_address = "127.0.0.1:50065";
  runtime::Options options("withdrawal-notifier", "Calls people about urgent alerts.");
  options.AddService(&settings.service);
  options.AddCatalogue(&settings.catalogue.directory, &settings.catalogue.overrides);
  options.Add("topic", &settings.topic, "where alert events are");
  options.Add("group", &settings.group, "consumer group");
  options.Add("webhook-url", &settings.webhook_url, "takes the pages as JSON; empty = log them");
  options.AddSecret("webhook-secret", &settings.webhook_secret, "key of the X-Signature header");
  options.Add("give-up-after-s", &settings.give_up_after_s, "seconds a page is retried", 0, 86'400);
  return options.Parse(argc, argv);
}

int Run(const Settings& settings) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  auto process = runtime::Process::Start(settings.service);
  if (!process.ok()) return runtime::Fail(process.status());
  const auto catalogue = catalogue::Load(settings.catalogue);
  if (!catalogue.ok()) return runtime::Fail(catalogue.status());
  runtime::Log(
      spdlog::level::info, "catalogue",
      {{"version", catalogue->version.version}, {"checksum", catalogue->version.checksum}});
  const kafka::ClientConfig client{settings.service.kafka_brokers, "withdrawal-notifier"};
  auto consumer = kafka::Consumer::Create(client, settings.group);
  if (!consumer.ok()) return runtime::Fail(consumer.status());
  std::unique_ptr<Pager> pager = std::make_unique<LogPager>();
  if (!settings.webhook_url.empty()) {
    pager = MakeWebhookPager(settings.webhook_url, settings.webhook_secret);
  }
  Outbox::Limits limits;
  limits.give_up_after = absl::Seconds(settings.give_up_after_s);
  Notifier notifier(**consumer, *pager, (*process)->registry(), limits, catalogue->management.flood,
                    absl::Now);

  auto status = notifier.Subscribe(
      settings.topic,
      [&] { return kafka::CommittedOffsets(client, settings.group, settings.topic); },
      [&] { (*process)->SetReady(true); });
  while (status.ok() && !(*process)->stop()) status = notifier.RunOnce();
  (*process)->SetReady(false);
  consumer->reset();  // while the notifier is there to hear of the revocation
  return status.ok() ? 0 : runtime::Fail(status);
}

}  // namespace
}  // namespace withdrawal::notifier

int main(int argc, char** argv) {
  withdrawal::notifier::Settings settings;
  if (const auto exit_code = withdrawal::notifier::Parse(argc, argv, settings)) return *exit_code;
  return withdrawal::notifier::Run(settings);
}
