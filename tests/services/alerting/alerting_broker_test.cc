// Alerting on the real broker: timers over a restart, with nothing but the changelog to know them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <atomic>
#include <memory>
#include <thread>

#include "absl/synchronization/notification.h"
#include "libs/catalogue/catalogue.h"
#include "libs/codec/time.h"
#include "libs/kafka/producer.h"
#include "libs/kafka/stream_runner.h"
#include "services/alerting/alerting_task.h"
#include "tests/libs/kafka/broker.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/command.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::alerting {
namespace {

using ::testing::SizeIs;

// The shipped rules with an emergency ladder whose second rung is due in two seconds, its third
// in an hour.
domain::AlertPolicy QuickPolicy(domain::AlertPolicy policy) {
  auto& rungs = policy.ladders.by_id.at("emergency").rungs;
  rungs[1].after = absl::Seconds(2);
  rungs[2].after = absl::Hours(1);
  rungs[3].after = absl::Hours(2);
  return policy;
}

std::string Seizure(const std::string& id) {
  events::v1::CheckInScored scored;
  scored.set_disposition(events::v1::CHECK_IN_DISPOSITION_ACCEPTED);
  auto* recorded = scored.mutable_recorded();
  auto* check_in = recorded->mutable_check_in();
  check_in->set_patient_id("p1");
  check_in->set_check_in_id(id);
  check_in->set_rater(events::v1::RATER_PATIENT);
  *check_in->mutable_observed_at() = codec::ToProto(absl::Now());
  *recorded->mutable_received_at() = codec::ToProto(absl::Now());
  check_in->mutable_red_flags()->add_flags(events::v1::RED_FLAG_SEIZURE);
  return scored.SerializeAsString();
}

std::string Resolve(const std::string& command_id) {
  events::v1::AlertCommand command;
  command.set_command_id(command_id);
  command.set_patient_id("p1");
  command.set_alert_id("p1:RF-01:1");
  command.set_actor("nurse-1");
  command.mutable_resolve()->set_reason("ambulance called");
  return command.SerializeAsString();
}

class AlertingOnBroker : public kafka::BrokerTest {
 protected:
  void SetUp() override {
    BrokerTest::SetUp();
    topics_.scores = MakeTopic("scores", 2);
    topics_.care_plans = MakeTopic("care-plans", 2, true);
    topics_.commands = MakeTopic("commands", 2);
    topics_.alerts = MakeTopic("alerts", 2);
    changelog_ = MakeTopic("state", 2, true);
    dead_letters_ = MakeTopic("dead-letters", 2);
    auto producer = kafka::Producer::Create(config_);
    ASSERT_TRUE(producer.ok()) << producer.status();
    producer_ = *std::move(producer);
  }

  void Send(const std::string& topic, const std::string& value) {
    absl::Notification stored;
    producer_->Send({topic, "p1", value, {}}, [&](const absl::StatusOr<kafka::Position>& at) {
      EXPECT_TRUE(at.ok()) << at.status();
      stored.Notify();
    });
    stored.WaitForNotification();
  }

  // Runs the service until the alerts topic holds `count` records, then stops it.
  void RunUntil(size_t count) {
    prometheus::Registry registry;
    AlertingMetrics metrics(registry, policy_);
    AlertingTask task(policy_, metrics, topics_);
    kafka::StreamConfig stream;
    stream.client = config_;
    stream.service = Name("alerting");
    stream.instance_id = "0";
    stream.inputs = {topics_.scores, topics_.care_plans, topics_.commands};
    stream.changelog = changelog_;
    stream.dead_letters = dead_letters_;
    kafka::StreamRunner runner(stream, task, registry);
    std::atomic<bool> stop = false;
    absl::Status status;
    std::thread loop([&] { status = runner.Run(stop, [](bool) {}); });
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (ReadAll(topics_.alerts).size() < count && absl::Now() < deadline) {
    }
    stop = true;
    loop.join();
    EXPECT_TRUE(status.ok()) << status;
  }

  std::vector<events::v1::AlertEvent> Alerts() {
    std::vector<events::v1::AlertEvent> alerts;
    for (const auto& record : ReadAll(topics_.alerts)) {
      EXPECT_TRUE(alerts.emplace_back().ParseFromString(record.value));
    }
    return alerts;
  }

  domain::AlertPolicy policy_ = catalogue::AlertPolicyOf(*catalogue::Load(""));
  AlertingTopics topics_;
  std::string changelog_, dead_letters_;
  std::unique_ptr<kafka::Producer> producer_;
};

// case C47: the timer goes on over a restart in between; each escalation once.
TEST_F(AlertingOnBroker, AnEscalationSurvivesARestartAndHappensOnce) {
  policy_ = QuickPolicy(policy_);
  Send(topics_.scores, Seizure("a"));
  RunUntil(1);
  RunUntil(2);
  Send(topics_.commands, Resolve("k1"));
  RunUntil(3);
  const auto alerts = Alerts();
  ASSERT_THAT(alerts, SizeIs(3));
  EXPECT_TRUE(alerts[0].has_raised());
  ASSERT_TRUE(alerts[1].has_escalated());
  EXPECT_EQ(alerts[1].escalated().target(), "secondary");
  EXPECT_TRUE(alerts[2].has_resolved());
  EXPECT_EQ(alerts[2].alert().version(), 3);
}

// case C75: one command delivered twice, the second time after a restart.
TEST_F(AlertingOnBroker, ACommandRepeatedAfterARestartDoesNothing) {
  Send(topics_.scores, Seizure("a"));
  RunUntil(1);
  Send(topics_.commands, Resolve("k1"));
  RunUntil(2);
  Send(topics_.commands, Resolve("k1"));
  Send(topics_.scores, Seizure("b"));
  RunUntil(3);
  const auto alerts = Alerts();
  ASSERT_THAT(alerts, SizeIs(3));
  EXPECT_EQ(alerts.back().alert().alert_id(), "p1:RF-01:2");
}

}  // namespace
}  // namespace withdrawal::alerting
