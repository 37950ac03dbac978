#include "libs/kafka/catch_up.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/kafka/producer.h"
#include "tests/libs/kafka/broker.h"
#include "tests/libs/kafka/transactional_writer.h"

namespace withdrawal::kafka {
namespace {

class CatchUpOnBroker : public BrokerTest {
 protected:
  // Asks again until the answer is yes, for as long as it should not take.
  static bool PassedSoon(CatchUp& catch_up, absl::Time since,
                         const std::map<CatchUp::Input, int64_t>& reached) {
    const absl::Time deadline = absl::Now() + absl::Seconds(3);
    while (absl::Now() < deadline) {
      if (catch_up.Passed(0, since, reached)) return true;
      absl::SleepFor(absl::Milliseconds(50));
    }
    return false;
  }
  StreamConfig Config() {
    StreamConfig config;
    config.client = config_;
    config.inputs = {Name("scores")};
    return config;
  }
};

TEST_F(CatchUpOnBroker, ARecordOfAnUndecidedTransactionIsWaitedFor) {
  std::string scores = MakeTopic("scores", 1);
  StreamConfig config = Config();
  auto catch_up = CatchUp::Create(config);
  ASSERT_TRUE(catch_up.ok()) << catch_up.status();
  EXPECT_TRUE(PassedSoon(**catch_up, absl::Now(), {{{scores, 0}, 0}}));
  TransactionalWriter writer(config_, Name("scoring"));
  writer.Begin();
  writer.Put(scores, "k", "v");
  EXPECT_FALSE(PassedSoon(**catch_up, absl::Now(), {{{scores, 0}, 0}}));
  EXPECT_TRUE(PassedSoon(**catch_up, absl::Now(), {{{scores, 0}, 1}}));
  writer.Abort();
}

TEST_F(CatchUpOnBroker, WhatStillWaitsBeforeTheUpstreamIsBacklogOfOurs) {
  std::string scores = MakeTopic("scores", 1);
  std::string check_ins = MakeTopic("check-ins", 1);
  StreamConfig config = Config();
  config.upstream = Upstream{.topic = check_ins, .service = Name("scoring")};
  auto catch_up = CatchUp::Create(config);
  ASSERT_TRUE(catch_up.ok()) << catch_up.status();
  EXPECT_TRUE(PassedSoon(**catch_up, absl::Now(), {{{scores, 0}, 0}})) << "nothing anywhere";

  auto producer = Producer::Create(config_);
  ASSERT_TRUE(producer.ok());
  (*producer)->Send({check_ins, "k", "v", {}}, [](absl::StatusOr<Position>) {});
  ASSERT_TRUE((*producer)->Flush(absl::Seconds(10)).ok());
  EXPECT_FALSE(PassedSoon(**catch_up, absl::Now(), {{{scores, 0}, 0}})) << "scoring is down";

  auto scoring = Consumer::Create(config_, absl::StrCat("withdrawal-", Name("scoring")));
  ASSERT_TRUE(scoring.ok());
  absl::Status status = (*scoring)->Commit({{check_ins, 0, 1}});
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_TRUE(PassedSoon(**catch_up, absl::Now(), {{{scores, 0}, 0}}));
}

}  // namespace
}  // namespace withdrawal::kafka
