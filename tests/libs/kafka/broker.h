// The real broker of the tests labelled `broker`, and topics of one test on it.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "libs/kafka/client_config.h"
#include "libs/kafka/consumer.h"
#include "libs/kafka/topics.h"

namespace withdrawal::kafka {

// WITHDRAWAL_TEST_KAFKA=host:port. Without it the tests fail.
inline ClientConfig TestBroker() {
  const char* address = std::getenv("WITHDRAWAL_TEST_KAFKA");
  return {.brokers = address ? address : "", .client_id = "withdrawal-test", .overrides = {}};
}

class BrokerTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(config_.brokers, "") << "set WITHDRAWAL_TEST_KAFKA=host:port"; }
  void TearDown() override { EXPECT_TRUE(DeleteTopics(config_, made_).ok()); }

  std::string Name(const std::string& name) const { return prefix_ + name; }

  std::string MakeTopic(const std::string& name, int partitions, bool compacted = false) {
    TopicSpec spec{.name = Name(name), .partitions = partitions, .replication = 1, .config = {}};
    if (compacted) spec.config["cleanup.policy"] = "compact";
    made_.push_back(spec.name);
    absl::Status status = EnsureTopics(config_, {spec});
    EXPECT_TRUE(status.ok()) << status;
    return spec.name;
  }

  // Everything committed in the topic now.
  std::vector<OwnedRecord> ReadAll(const std::string& topic) {
    auto consumer = Consumer::Create(config_);
    EXPECT_TRUE(consumer.ok()) << consumer.status();
    auto ends = (*consumer)->EndOffsets({topic});
    auto begins = (*consumer)->Partitions(topic);
    EXPECT_TRUE(ends.ok() && begins.ok()) << ends.status() << begins.status();
    EXPECT_TRUE((*consumer)->Assign(*begins).ok());
    std::vector<OwnedRecord> all;
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    while (!Covers((*consumer)->Reached(), *ends) && absl::Now() < deadline) {
      auto records = (*consumer)->Poll(absl::Milliseconds(200), 1000);
      EXPECT_TRUE(records.ok()) << records.status();
      all.insert(all.end(), records->begin(), records->end());
    }
    EXPECT_LT(absl::Now(), deadline) << "end of " << topic << " not reached";
    return all;
  }

  static bool Covers(const std::vector<Position>& reached, const std::vector<Position>& ends) {
    for (const Position& end : ends) {
      bool passed = end.offset == 0;
      for (const Position& at : reached) {
        passed |= at.topic == end.topic && at.partition == end.partition && at.offset >= end.offset;
      }
      if (!passed) return false;
    }
    return true;
  }

  const ClientConfig config_ = TestBroker();
  const std::string prefix_ =
      absl::StrCat("test-", getpid(), "-", absl::ToUnixMillis(absl::Now()), ".");
  std::vector<std::string> made_;
};

}  // namespace withdrawal::kafka
