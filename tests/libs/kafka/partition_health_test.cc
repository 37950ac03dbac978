#include "libs/kafka/partition_health.h"

#include "gtest/gtest.h"

namespace withdrawal::kafka {
namespace {

const domain::Instant kStart = absl::FromUnixSeconds(1'700'000'000);

// case S1
TEST(PartitionHealth, OnePartitionFailingWhileAnotherPassesIsNoticed) {
  PartitionHealth health(absl::Seconds(20));
  EXPECT_FALSE(health.OnFailed("t", 0, kStart));
  health.OnDelivered("t", 1, kStart + absl::Seconds(10));
  EXPECT_FALSE(health.OnFailed("t", 0, kStart + absl::Seconds(20)));
  EXPECT_TRUE(health.OnFailed("t", 0, kStart + absl::Seconds(21)));
}

TEST(PartitionHealth, AnOutageOfEveryPartitionIsNotTheClientsFault) {
  PartitionHealth health(absl::Seconds(20));
  health.OnDelivered("t", 1, kStart - absl::Seconds(1));
  EXPECT_FALSE(health.OnFailed("t", 0, kStart));
  EXPECT_FALSE(health.OnFailed("t", 1, kStart));
  EXPECT_FALSE(health.OnFailed("t", 0, kStart + absl::Minutes(5)));
}

TEST(PartitionHealth, OneSuccessForgivesThePartition) {
  PartitionHealth health(absl::Seconds(20));
  EXPECT_FALSE(health.OnFailed("t", 0, kStart));
  health.OnDelivered("t", 0, kStart + absl::Seconds(10));
  EXPECT_FALSE(health.OnFailed("t", 0, kStart + absl::Seconds(21)));
}

}  // namespace
}  // namespace withdrawal::kafka
