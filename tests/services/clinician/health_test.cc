// AL-13: clinicians are told when what they see is not up to date.
#include "gmock/gmock.h"
#include "libs/kafka/consumer.h"
#include "tests/services/clinician/service_fixture.h"

namespace withdrawal::clinician {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class HealthTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    config_of_service_.health_every = absl::Milliseconds(100);
    degraded_after_ = absl::Milliseconds(300);
  }
  v1::MonitoringHealth Listed() {
    grpc::ClientContext context;
    v1::ListPatientsResponse response;
    EXPECT_TRUE(stub_->ListPatients(&context, {}, &response).ok());
    return response.health();
  }
  // Has read everything, as the group of the service does.
  void CommitAll(const std::string& group, const std::string& topic) {
    auto consumer = kafka::Consumer::Create(config_, group);
    ASSERT_TRUE(consumer.ok()) << consumer.status();
    const auto ends = (*consumer)->EndOffsets({topic});
    ASSERT_TRUE(ends.ok()) << ends.status();
    ASSERT_TRUE((*consumer)->Commit(*ends).ok());
  }
};

TEST_F(HealthTest, ScoringThatStandsStillIsToldToListsAndWatches) {
  Start();
  EXPECT_FALSE(Listed().degraded());
  Watcher watcher(*stub_, {});
  EXPECT_THAT(watcher.Snapshot(), ElementsAre());
  Produce(config_of_service_.topics.check_ins, "p-1", "a check-in");
  const v1::WatchAlertsResponse told = watcher.Next();
  ASSERT_TRUE(told.health().degraded()) << told.ShortDebugString();
  EXPECT_THAT(told.health().reasons(0), HasSubstr("scoring is more than"));
  EXPECT_TRUE(Listed().degraded());
  // A watch that begins now hears of it first.
  Watcher late(*stub_, {});
  EXPECT_TRUE(late.Next().health().degraded());

  CommitAll(config_of_service_.scoring_group, config_of_service_.topics.check_ins);
  const v1::WatchAlertsResponse over = watcher.Next();
  EXPECT_TRUE(over.has_health());
  EXPECT_FALSE(over.health().degraded());
}

TEST_F(HealthTest, AlertingThatStandsStillIsToldToo) {
  Start();
  Watcher watcher(*stub_, {});
  EXPECT_THAT(watcher.Snapshot(), ElementsAre());
  ProduceScore(Scored("p-1", "c-1", kNoon, "SAWS", 3));
  EXPECT_THAT(watcher.Next().health().reasons(0), HasSubstr("alerting is more than"));
}

TEST_F(HealthTest, ATopicThatIsNotThereIsNoSilence) {
  config_of_service_.topics.check_ins = "absent-" + config_of_service_.topics.check_ins;
  Start();
  Eventually([&] { return Listed().degraded(); }, "degraded");
}

}  // namespace
}  // namespace withdrawal::clinician
