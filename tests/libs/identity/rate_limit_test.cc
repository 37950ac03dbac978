#include "libs/identity/rate_limit.h"

#include <string>

#include "gtest/gtest.h"

namespace withdrawal::identity {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'800'000'000);

TEST(RateLimit, LetsABurstThroughThenOneAtATime) {
  RateLimit limit({.per_second = 2, .burst = 3, .callers_max = 10});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.Take("a", kStart), absl::ZeroDuration());
  EXPECT_EQ(limit.Take("a", kStart), absl::Milliseconds(500));
  EXPECT_EQ(limit.Take("a", kStart + absl::Milliseconds(500)), absl::ZeroDuration());
  EXPECT_GT(limit.Take("a", kStart + absl::Milliseconds(500)), absl::ZeroDuration());
}

TEST(RateLimit, OneCallerDoesNotSlowAnother) {
  RateLimit limit({.per_second = 1, .burst = 1, .callers_max = 10});
  EXPECT_EQ(limit.Take("a", kStart), absl::ZeroDuration());
  EXPECT_GT(limit.Take("a", kStart), absl::ZeroDuration());
  EXPECT_EQ(limit.Take("b", kStart), absl::ZeroDuration());
}

TEST(RateLimit, ARefusedCallCostsNothing) {
  RateLimit limit({.per_second = 1, .burst = 1, .callers_max = 10});
  EXPECT_EQ(limit.Take("a", kStart), absl::ZeroDuration());
  for (int i = 0; i < 100; ++i) EXPECT_GT(limit.Take("a", kStart), absl::ZeroDuration());
  EXPECT_EQ(limit.Take("a", kStart + absl::Seconds(1)), absl::ZeroDuration());
}

TEST(RateLimit, RemembersNoMoreCallersThanItsBound) {
  RateLimit limit({.per_second = 1, .burst = 2, .callers_max = 100});
  for (int i = 0; i < 1000; ++i) limit.Take(std::to_string(i), kStart);
  EXPECT_LE(limit.size(), 100u);
}

TEST(RateLimit, ZeroMeansNoLimit) {
  RateLimit limit({.per_second = 0, .burst = 0, .callers_max = 1});
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limit.Take("a", kStart), absl::ZeroDuration());
  EXPECT_EQ(limit.size(), 0u);
}

TEST(RateLimit, AClockThatStepsBackTakesNothingAway) {
  RateLimit limit({.per_second = 1, .burst = 2, .callers_max = 10});
  EXPECT_EQ(limit.Take("a", kStart), absl::ZeroDuration());
  EXPECT_EQ(limit.Take("a", kStart - absl::Hours(1)), absl::ZeroDuration());
  EXPECT_EQ(limit.Take("a", kStart - absl::Hours(1) + absl::Seconds(1)), absl::ZeroDuration());
}

}  // namespace
}  // namespace withdrawal::identity
