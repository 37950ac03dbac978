// Scoring on the real broker: through the loop, its transactions and its changelog.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <atomic>
#include <memory>
#include <thread>

#include "absl/synchronization/notification.h"
#include "libs/codec/time.h"
#include "libs/kafka/producer.h"
#include "libs/kafka/stream_runner.h"
#include "services/scoring/scoring_task.h"
#include "tests/libs/kafka/broker.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::scoring {
namespace {

using ::testing::SizeIs;

std::string CheckInBytes(const std::string& id, int nausea) {
  events::v1::CheckInRecorded recorded;
  auto* check_in = recorded.mutable_check_in();
  check_in->set_patient_id("p1");
  check_in->set_check_in_id(id);
  check_in->set_rater(events::v1::RATER_CLINICIAN_VIDEO);
  *check_in->mutable_observed_at() = codec::ToProto(absl::FromUnixSeconds(1'782'864'000));
  *recorded.mutable_received_at() = codec::ToProto(absl::FromUnixSeconds(1'782'864'001));
  auto* response = check_in->mutable_instrument_response();
  response->set_instrument("CIWA-Ar");
  auto* item = response->add_items();
  item->set_code("nausea");
  item->set_value(nausea);
  return recorded.SerializeAsString();
}

class ScoringOnBroker : public kafka::BrokerTest {
 protected:
  void SetUp() override {
    BrokerTest::SetUp();
    topics_.check_ins = MakeTopic("check-ins", 2);
    topics_.care_plans = MakeTopic("care-plans", 2, true);
    topics_.scores = MakeTopic("scores", 2);
    topics_.state = MakeTopic("state", 2, true);
    dead_letters_ = MakeTopic("dead-letters", 2);
    auto producer = kafka::Producer::Create(config_);
    ASSERT_TRUE(producer.ok()) << producer.status();
    producer_ = *std::move(producer);
  }

  void Send(const std::string& value) {
    absl::Notification stored;
    producer_->Send({topics_.check_ins, "p1", value, {}},
                    [&](const absl::StatusOr<kafka::Position>& at) {
                      EXPECT_TRUE(at.ok()) << at.status();
                      stored.Notify();
                    });
    stored.WaitForNotification();
  }

  // Runs the service until `topic` holds `count` records, as a process would that is then stopped.
  void RunUntil(const std::string& topic, size_t count) {
    prometheus::Registry registry;
    ScoringMetrics metrics(registry, catalogue_);
    ScoringTask task(catalogue_, metrics, topics_);
    kafka::StreamConfig stream;
    stream.client = config_;
    stream.service = Name("scoring");
    stream.instance_id = "0";
    stream.inputs = {topics_.check_ins, topics_.care_plans};
    stream.changelog = topics_.state;
    stream.dead_letters = dead_letters_;
    kafka::StreamRunner runner(stream, task, registry);
    std::atomic<bool> stop = false;
    absl::Status status;
    std::thread loop([&] { status = runner.Run(stop, [](bool) {}); });
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (ReadAll(topic).size() < count && absl::Now() < deadline) {
    }
    stop = true;
    loop.join();
    EXPECT_TRUE(status.ok()) << status;
  }

  std::vector<events::v1::CheckInScored> Scores() {
    std::vector<events::v1::CheckInScored> scores;
    for (const auto& record : ReadAll(topics_.scores)) {
      EXPECT_TRUE(scores.emplace_back().ParseFromString(record.value));
    }
    return scores;
  }

  const catalogue::Catalogue catalogue_ = *catalogue::Load("");
  ScoringTopics topics_;
  std::string dead_letters_;
  std::unique_ptr<kafka::Producer> producer_;
};

// cases C55, C56: the repeat arrives after a restart, when only the changelog knows the first.
TEST_F(ScoringOnBroker, ARepeatAfterARestartIsStillKnown) {
  Send(CheckInBytes("c1", 4));
  RunUntil(topics_.scores, 1);
  Send(CheckInBytes("c1", 4));
  Send(CheckInBytes("c2", 7));
  RunUntil(topics_.scores, 2);
  const auto scores = Scores();
  ASSERT_THAT(scores, SizeIs(2));
  EXPECT_EQ(scores[0].recorded().check_in().check_in_id(), "c1");
  EXPECT_EQ(scores[0].scores(0).partial_sum(), 4);
  EXPECT_EQ(scores[1].recorded().check_in().check_in_id(), "c2");
}

TEST_F(ScoringOnBroker, WhatIsNoCheckInBecomesADeadLetterAndTheNextIsScored) {
  Send("\xff\xff");
  Send(CheckInBytes("c1", 4));
  RunUntil(topics_.scores, 1);
  EXPECT_THAT(Scores(), SizeIs(1));
  EXPECT_THAT(ReadAll(dead_letters_), SizeIs(1));
}

}  // namespace
}  // namespace withdrawal::scoring
