// withdrawal-notifier: calls people about urgent alerts.
#include <curl/curl.h>

#include "absl/time/clock.h"
#include "libs/catalogue/catalogue.h"
#include "libs/kafka/consumer.h"
#include "libs/kafka/group_offsets.h"
#include "libs/kafka/producer.h"
#include "libs/kafka/topics.h"
#include "libs/metrics/metrics.h"
#include "libs/runtime/log.h"
#include "libs/runtime/options.h"
#include "libs/runtime/process.h"
#include "services/notifier/consents.h"
#include "services/notifier/notifier.h"
#include "services/notifier/on_call_file.h"
#include "services/notifier/sender.h"

namespace withdrawal::notifier {
namespace {

constexpr absl::Duration kReadOnCallEvery = absl::Seconds(5);
constexpr absl::Duration kFinishMax = absl::Seconds(6);  // longer than a try takes

struct Settings {
  runtime::ServiceSettings service;
  catalogue::Location catalogue;
  std::string topic{kafka::kAlertsTopic};
  std::string commands_topic{kafka::kAlertCommandsTopic};
  std::string consents_topic{kafka::kConsentsTopic};
  std::string disclosures_topic{kafka::kDisclosuresTopic};
  std::string group = "withdrawal-notifier";
  std::string on_call;
  SendSettings send;
  int give_up_after_s = 900;
};

void AddChannels(runtime::Options& options, SendSettings& send) {
  options.Add("webhook-url", &send.webhook_url,
              "takes pages as JSON: all, or those for which the on-call file names no other");
  options.AddSecret("webhook-secret", &send.webhook_secret, "key of the X-Signature header");
  options.Add("sms-url", &send.sms_url, "gateway for text messages");
  options.Add("sms-content-type", &send.sms_content_type,
              "application/json or application/x-www-form-urlencoded");
  options.Add("sms-body", &send.sms_body, "what is sent to it, with {to}, {text} and {id}");
  options.AddSecret("sms-headers", &send.sms_headers, "headers for it, one a line");
  options.Add("smtp-url", &send.smtp_url, "mail server: smtp://host:587 or smtps://host:465");
  options.Add("smtp-from", &send.smtp_from, "sender of mails");
  options.AddSecret("smtp-user", &send.smtp_user, "to log in there; empty = no login");
  options.AddSecret("smtp-password", &send.smtp_password, "to log in there");
  options.Add("smtp-starttls", &send.smtp_starttls, "no mail by smtp:// without STARTTLS");
}

std::optional<int> Parse(int argc, char** argv, Settings& settings) {
  settings.service.service = "notifier";
  settings.service.metrics_address = "127.0.0.1:9105";
  settings.service.health_address = "127.0.0.1:50065";
  runtime::Options options("withdrawal-notifier", "Calls people about urgent alerts.");
  options.AddService(&settings.service);
  options.AddCatalogue(&settings.catalogue.directory, &settings.catalogue.overrides);
  options.Add("topic", &settings.topic, "where alert events are");
  options.Add("commands-topic", &settings.commands_topic, "where reports of pages go");
  options.Add("consents-topic", &settings.consents_topic, "what may be told to support contacts");
  options.Add("disclosures-topic", &settings.disclosures_topic, "where what was told them goes");
  options.Add("group", &settings.group, "consumer group");
  options.Add("on-call", &settings.on_call,
              "YAML file: who is on call and how people are reached; read again on change");
  AddChannels(options, settings.send);
  options.Add("give-up-after-s", &settings.give_up_after_s, "seconds a page is retried", 0, 86'400);
  return options.Parse(argc, argv);
}

// The on-call file as it is now, looked at every few seconds.
class Rotas {
 public:
  Rotas(OnCallFile file, prometheus::Registry& registry)
      : file_(std::move(file)),
        bad_(metrics::AddGauge(registry, "withdrawal_notifier_on_call_file_bad",
                               "1 while the on-call file cannot be used; the last good one is.")) {}

  absl::Status Refresh() {
    checked_at_ = absl::Now();
    absl::Status status = file_.Refresh();
    bad_.Set(status.ok() && file_.good() ? 0 : 1);
    return status;
  }

  const OnCall* Now() {
    if (absl::Now() - checked_at_ < kReadOnCallEvery) return &file_.current();
    if (auto status = Refresh(); !status.ok()) {
      spdlog::error("the on-call file is not used: {}", std::string(status.message()));
    }
    return &file_.current();
  }

 private:
  OnCallFile file_;
  absl::Time checked_at_ = absl::InfinitePast();
  prometheus::Gauge& bad_;
};

std::unique_ptr<Sender> MakeSender(const Settings& settings) {
  const SendSettings& send = settings.send;
  if (settings.on_call.empty() && send.webhook_url.empty()) return std::make_unique<LogSender>();
  return MakeCurlSender(send);
}

Notifier::Surroundings SurroundingsOf(const Settings& settings, Rotas& rotas,
                                      const Consents& consents,
                                      const domain::PrivacyPolicy& privacy) {
  Notifier::Surroundings around;
  around.clock = absl::Now;
  if (!settings.on_call.empty()) around.on_call = [&rotas] { return rotas.Now(); };
  around.may_tell = [&consents](const std::string& patient_id, const std::string& contact_id,
                                domain::Instant as_of) {
    return consents.MayTell(patient_id, contact_id, as_of);
  };
  around.notice = {privacy.short_notice, privacy.notices.at(privacy.short_notice)};
  around.commands_topic = settings.commands_topic;
  around.disclosures_topic = settings.disclosures_topic;
  return around;
}

// What is wrong with the settings or the on-call file is told before anything is started.
absl::Status Check(const Settings& settings, Rotas& rotas) {
  if (const std::string problem = ProblemWith(settings.send); !problem.empty()) {
    return absl::InvalidArgumentError(problem);
  }
  return settings.on_call.empty() ? absl::OkStatus() : rotas.Refresh();
}

int Run(const Settings& settings) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  auto process = runtime::Process::Start(settings.service);
  if (!process.ok()) return runtime::Fail(process.status());
  const SendSettings& send = settings.send;
  const Gateways gateways{!send.webhook_url.empty(), !send.sms_url.empty(), !send.smtp_url.empty()};
  Rotas rotas(OnCallFile(settings.on_call, gateways), (*process)->registry());
  if (auto status = Check(settings, rotas); !status.ok()) return runtime::Fail(status);
  const auto catalogue = catalogue::Load(settings.catalogue);
  if (!catalogue.ok()) return runtime::Fail(catalogue.status());
  runtime::Log(
      spdlog::level::info, "catalogue",
      {{"version", catalogue->version.version}, {"checksum", catalogue->version.checksum}});
  const kafka::ClientConfig client{settings.service.kafka_brokers, "withdrawal-notifier",
                                   settings.service.kafka_security};
  auto consumer = kafka::Consumer::Create(client, settings.group);
  if (!consumer.ok()) return runtime::Fail(consumer.status());
  Consents consents(client, settings.consents_topic);
  const std::unique_ptr<Sender> sender = MakeSender(settings);
  auto producer = kafka::Producer::Create(client);
  if (!producer.ok()) return runtime::Fail(producer.status());
  Outbox::Limits limits;
  limits.give_up_after = absl::Seconds(settings.give_up_after_s);
  Notifier notifier(**consumer, **producer, *sender, (*process)->registry(), limits,
                    catalogue->management.flood,
                    SurroundingsOf(settings, rotas, consents, catalogue->privacy));

  auto status = notifier.Subscribe(
      settings.topic,
      [&] { return kafka::CommittedOffsets(client, settings.group, settings.topic); },
      [&] { (*process)->SetReady(true); });
  while (status.ok() && !(*process)->stop()) {
    // A bad file is told when it comes, not when it is needed.
    if (!settings.on_call.empty()) rotas.Now();
    status = notifier.RunOnce();
  }
  (*process)->SetReady(false);
  if (status.ok()) notifier.Finish(kFinishMax);
  producer->reset();  // while the notifier is there to hear of what was stored
  consumer->reset();  // and of the revocation
  return status.ok() ? 0 : runtime::Fail(status);
}

}  // namespace
}  // namespace withdrawal::notifier

int main(int argc, char** argv) {
  withdrawal::notifier::Settings settings;
  if (const auto exit_code = withdrawal::notifier::Parse(argc, argv, settings)) return *exit_code;
  return withdrawal::notifier::Run(settings);
}
