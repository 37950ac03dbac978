#include "tests/services/clinician/service_fixture.h"

namespace withdrawal::clinician {

void ServiceTest::SetUp() {
  BrokerTest::SetUp();
  database_ = std::make_unique<TestDatabase>();
  config_of_service_.kafka = config_;
  config_of_service_.group = Name("group");
  config_of_service_.database_url = database_->url();
  config_of_service_.workers = 2;
  config_of_service_.health_every = absl::ZeroDuration();
  config_of_service_.scoring_group = Name("scoring");
  config_of_service_.alerting_group = Name("alerting");
  config_of_service_.topics = {.check_ins = MakeTopic("check-ins", 3),
                               .scores = MakeTopic("scores", 3),
                               .alerts = MakeTopic("alerts", 3),
                               .care_plans = MakeTopic("care-plans", 3),
                               .alert_commands = MakeTopic("alert-commands", 3),
                               .dead_letters = MakeTopic("dead-letters", 3),
                               .intakes = MakeTopic("intakes", 3),
                               .consents = MakeTopic("consents", 3),
                               .disclosures = MakeTopic("disclosures", 3),
                               .audit = MakeTopic("audit", 3)};
  auto producer = kafka::Producer::Create(config_);
  ASSERT_TRUE(producer.ok()) << producer.status();
  producer_ = *std::move(producer);
}

void ServiceTest::TearDown() {
  Stop();
  producer_.reset();
  database_.reset();
  BrokerTest::TearDown();
}

void ServiceTest::Start() {
  Stop();
  registry_ = std::make_unique<prometheus::Registry>();
  auto catalogue = catalogue::Load("");
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  catalogue->management.degraded_after = degraded_after_;
  auto service =
      Service::Start(config_of_service_, {.address = "127.0.0.1:0"}, *catalogue, NewCallers(),
                     *registry_);
  ASSERT_TRUE(service.ok()) << service.status();
  service_ = *std::move(service);
  // The window stays at 64 KiB, so that a reader who does not read is soon felt by the server.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  stub_ = v1::ClinicianService::NewStub(
      grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(service_->port()),
                                grpc::InsecureChannelCredentials(), arguments));
  Eventually([this] { return service_->CheckReady(); }, "the service is ready");
}

void ServiceTest::Produce(const std::string& topic, const std::string& key,
                          const std::string& value) {
  producer_->Send({.topic = topic, .key = key, .value = value, .headers = {}},
                  [](const absl::StatusOr<kafka::Position>& stored) {
                    EXPECT_TRUE(stored.ok()) << stored.status();
                  });
  const absl::Status status = producer_->Flush(absl::Seconds(10));
  ASSERT_TRUE(status.ok()) << status;
}

void ServiceTest::Eventually(const std::function<bool()>& condition, const std::string& what) {
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (!condition()) {
    ASSERT_LT(absl::Now(), deadline) << "not within 20 s: " << what;
    absl::SleepFor(absl::Milliseconds(20));
  }
}

events::v1::CarePlan ServiceTest::MethadoneFrom(double milligrams) {
  events::v1::CarePlan plan;
  plan.set_patient_id("p-1");
  plan.set_status(events::v1::MONITORING_STATUS_ACTIVE);
  plan.add_programmes(events::v1::PROGRAMME_OPIOID);
  plan.mutable_schedule()->set_time_zone("Europe/London");
  auto& order = *plan.add_medications();
  order.set_order_id("methadone");
  order.set_product("methadone");
  order.set_purpose(events::v1::MEDICATION_PURPOSE_INDUCTION);
  auto& step = *order.add_steps();
  *step.mutable_from() = At(absl::Now());
  step.set_milligrams(milligrams);
  step.add_daily_at()->set_hour(9);
  return plan;
}

Watcher::Watcher(v1::ClinicianService::Stub& stub, const v1::WatchAlertsRequest& request,
                 absl::Duration deadline, const std::map<std::string, std::string>& metadata) {
  for (const auto& [key, value] : metadata) context_.AddMetadata(key, value);
  context_.set_deadline(absl::ToChronoTime(absl::Now() + deadline));
  reader_ = stub.WatchAlerts(&context_, request);
}

v1::WatchAlertsResponse Watcher::NextOfAnyKind() {
  v1::WatchAlertsResponse message;
  if (!reader_->Read(&message)) return {};
  if (!message.resume_token().empty()) token_ = message.resume_token();
  return message;
}

v1::WatchAlertsResponse Watcher::Next() {
  while (true) {
    v1::WatchAlertsResponse message = NextOfAnyKind();
    if (!message.has_heartbeat()) return message;
  }
}

std::vector<std::string> Watcher::Snapshot() {
  std::vector<std::string> ids;
  while (true) {
    const v1::WatchAlertsResponse message = Next();
    if (!message.has_snapshot_alert()) {
      EXPECT_TRUE(message.has_snapshot_end()) << message.ShortDebugString();
      return ids;
    }
    ids.push_back(message.snapshot_alert().alert_id());
  }
}

grpc::Status Watcher::Finish() {
  v1::WatchAlertsResponse message;
  while (reader_->Read(&message)) {
    if (!message.resume_token().empty()) token_ = message.resume_token();
  }
  return reader_->Finish();
}

}  // namespace withdrawal::clinician
