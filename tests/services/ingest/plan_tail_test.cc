#include "services/ingest/plan_tail.h"

#include "absl/time/clock.h"
#include "libs/kafka/producer.h"
#include "tests/libs/kafka/broker.h"

namespace withdrawal::ingest {
namespace {

class PlanTailTest : public kafka::BrokerTest {
 protected:
  void Put(const std::string& patient, const std::string& team, const std::string& into = "") {
    events::v1::CarePlanRecorded recorded;
    recorded.mutable_care_plan()->set_patient_id(patient);
    recorded.mutable_care_plan()->set_team(team);
    recorded.mutable_care_plan()->set_merged_into(into);
    PutBytes(patient, recorded.SerializeAsString());
  }
  void PutBytes(const std::string& key, const std::string& value) {
    if (!producer_) {
      auto producer = kafka::Producer::Create(config_);
      ASSERT_TRUE(producer.ok()) << producer.status();
      producer_ = *std::move(producer);
    }
    producer_->Send({topic_, key, value, {}}, [](const auto& at) { EXPECT_TRUE(at.ok()); });
    EXPECT_TRUE(producer_->Flush(absl::Seconds(10)).ok());
  }
  template <typename Condition>
  void Eventually(const Condition& condition) {
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    while (!condition() && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(10));
    EXPECT_TRUE(condition());
  }

  std::string topic_;
  std::unique_ptr<kafka::Producer> producer_;
  Enrolments enrolments_;
};

TEST_F(PlanTailTest, ReadsEveryPartitionAndThenEveryChange) {
  topic_ = MakeTopic("care-plans", 3);
  for (int i = 0; i < 30; ++i) Put(absl::StrCat("p-", i), "north");
  PutBytes("p-0", "\xff not a plan");
  PlanTail tail(config_, topic_, enrolments_);
  Eventually([&] { return enrolments_.complete(); });
  for (int i = 0; i < 30; ++i) EXPECT_EQ(enrolments_.Find(absl::StrCat("p-", i)).team, "north");
  Put("p-7", "south", "p-8");
  Eventually([&] { return enrolments_.Find("p-7").team == "south"; });
  EXPECT_EQ(enrolments_.Find("p-7").merged_into, "p-8");
  EXPECT_EQ(enrolments_.Find("nobody").team, "");
}

TEST_F(PlanTailTest, AnEmptyTopicIsReadAtOnce) {
  topic_ = MakeTopic("care-plans", 3);
  PlanTail tail(config_, topic_, enrolments_);
  Eventually([&] { return enrolments_.complete(); });
}

TEST_F(PlanTailTest, ATopicThatComesLaterIsRead) {
  PlanTail tail(config_, Name("care-plans"), enrolments_);
  topic_ = MakeTopic("care-plans", 3);
  Put("p-1", "north");
  Eventually([&] { return enrolments_.complete() && enrolments_.Find("p-1").team == "north"; });
}

}  // namespace
}  // namespace withdrawal::ingest
