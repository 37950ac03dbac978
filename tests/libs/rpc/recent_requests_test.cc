#include "libs/rpc/recent_requests.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace withdrawal::rpc {
namespace {

using Outcome = RecentRequests::Outcome;

const absl::Time kNow = absl::FromUnixSeconds(1'793'000'000);
const hash::Digest kContent = hash::Sha256("a");
const hash::Digest kOther = hash::Sha256("b");

// The answer kept for a test to look at; absent while there is none.
struct Heard {
  RecentRequests::Waiter Waiter() {
    return [this](RecentRequests::Answer given) { answer = given; };
  }
  std::optional<RecentRequests::Answer> answer;
};

TEST(RecentRequests, WaiterHearsHowTheDeliveryUnderWayEnds) {
  RecentRequests recent({});
  Heard first, same, other;
  EXPECT_TRUE(recent.Begin("p/1", kContent, kNow, first.Waiter()));
  EXPECT_FALSE(recent.Begin("p/1", kContent, kNow + absl::Seconds(1), same.Waiter()));
  EXPECT_FALSE(recent.Begin("p/1", kOther, kNow + absl::Seconds(1), other.Waiter()));
  EXPECT_FALSE(same.answer.has_value());
  recent.Finish("p/1", true, kNow + absl::Seconds(2));
  EXPECT_FALSE(first.answer.has_value());
  EXPECT_EQ(same.answer->outcome, Outcome::kStored);
  EXPECT_EQ(same.answer->received_at, kNow);
  EXPECT_EQ(other.answer->outcome, Outcome::kOther);
}

TEST(RecentRequests, FailedDeliveryIsForgotten) {
  RecentRequests recent({});
  Heard first, other, retry;
  recent.Begin("p/1", kContent, kNow, first.Waiter());
  recent.Begin("p/1", kOther, kNow, other.Waiter());
  recent.Finish("p/1", false, kNow);
  EXPECT_EQ(other.answer->outcome, Outcome::kNotStored);
  EXPECT_TRUE(recent.Begin("p/1", kOther, kNow, retry.Waiter()));
}

TEST(RecentRequests, RemembersNoMoreAndNoLongerThanItsLimits) {
  RecentRequests recent({.entries_max = 100, .age_max = absl::Minutes(10)});
  Heard heard;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(recent.Begin(absl::StrCat("p/", i), kContent, kNow, heard.Waiter()));
    recent.Finish(absl::StrCat("p/", i), true, kNow);
  }
  EXPECT_LE(recent.size(), 100u);
  EXPECT_FALSE(recent.Begin("p/999", kContent, kNow + absl::Minutes(10), heard.Waiter()));
  EXPECT_TRUE(recent.Begin("p/999", kContent, kNow + absl::Minutes(11), heard.Waiter()));
  EXPECT_EQ(recent.size(), 1u);
}

}  // namespace
}  // namespace withdrawal::rpc
