#include "services/notifier/core/outbox.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace withdrawal::notifier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

const domain::Instant kNow = absl::FromUnixSeconds(1'800'000'000);

Page PageOf(const std::string& event_id) {
  Page page;
  page.event_id = event_id;
  return page;
}

TEST(Outbox, OffsetWaitsForThePageAndNotForOthersOfOtherPartitions) {
  Outbox outbox({});
  outbox.Add(0, 10, {}, kNow);
  outbox.Add(0, 11, {PageOf("a")}, kNow);
  outbox.Add(0, 12, {}, kNow);
  outbox.Add(1, 5, {}, kNow);
  EXPECT_THAT(outbox.TakeDone(), ElementsAre(Pair(0, 11), Pair(1, 6)));
  EXPECT_THAT(outbox.TakeDone(), IsEmpty());
  outbox.Delivered(Outbox::Item(*outbox.NextDue(kNow)));
  EXPECT_THAT(outbox.TakeDone(), ElementsAre(Pair(0, 13)));
}

TEST(Outbox, FailedPageWaitsLongerEachTimeAndDoesNotHoldUpTheNext) {
  Outbox outbox({});
  outbox.Add(0, 1, {PageOf("a")}, kNow);
  outbox.Add(0, 2, {PageOf("b")}, kNow + absl::Milliseconds(1));
  EXPECT_FALSE(outbox.Failed(Outbox::Item(*outbox.NextDue(kNow)), kNow));
  EXPECT_EQ(outbox.NextDue(kNow), nullptr);
  EXPECT_EQ(outbox.NextDue(kNow + absl::Milliseconds(1))->page.event_id, "b");
  outbox.Delivered(Outbox::Item(*outbox.NextDue(kNow + absl::Milliseconds(1))));

  domain::Instant at = kNow;
  std::vector<absl::Duration> waits;
  for (int i = 0; i < 6; ++i) {
    waits.push_back(*outbox.NextDueAt() - at);
    at = *outbox.NextDueAt();
    outbox.Failed(Outbox::Item(*outbox.NextDue(at)), at);
  }
  EXPECT_THAT(waits, ElementsAre(absl::Seconds(1), absl::Seconds(2), absl::Seconds(4),
                                 absl::Seconds(8), absl::Seconds(16), absl::Seconds(30)));
}

TEST(Outbox, PageIsGivenUpAfterItsTime) {
  Outbox outbox({.give_up_after = absl::Minutes(1)});
  outbox.Add(0, 1, {PageOf("a")}, kNow);
  const Outbox::Item item = *outbox.NextDue(kNow);
  EXPECT_FALSE(outbox.Failed(item, kNow + absl::Seconds(59)));
  EXPECT_TRUE(outbox.Failed(item, kNow + absl::Seconds(60)));
  EXPECT_EQ(outbox.size(), 0u);
  EXPECT_THAT(outbox.TakeDone(), ElementsAre(Pair(0, 2)));
}

TEST(Outbox, DroppedPartitionIsForgotten) {
  Outbox outbox({});
  outbox.Add(0, 1, {PageOf("a")}, kNow);
  outbox.Add(1, 1, {PageOf("b")}, kNow);
  outbox.Drop(0);
  EXPECT_EQ(outbox.NextDue(kNow)->page.event_id, "b");
  EXPECT_THAT(outbox.TakeDone(), ElementsAre(Pair(1, 1)));
}

// case C59
TEST(Outbox, APageThatWaitsIsNotSentOnceSomebodyHasTheAlert) {
  Outbox outbox({});
  Page page = PageOf("a1/1");
  page.alert_id = "a1";
  Page other = PageOf("a2/1");
  other.alert_id = "a2";
  outbox.Add(0, 1, {page, other}, kNow);
  outbox.Failed(Outbox::Item(*outbox.NextDue(kNow)), kNow);
  outbox.Add(0, 2, {}, kNow);
  EXPECT_EQ(outbox.Cancel("a1"), 1);
  ASSERT_NE(outbox.NextDue(kNow + absl::Minutes(1)), nullptr);
  EXPECT_EQ(outbox.NextDue(kNow + absl::Minutes(1))->page.alert_id, "a2");
  EXPECT_EQ(outbox.Cancel("a2"), 1);
  EXPECT_THAT(outbox.TakeDone(), ElementsAre(Pair(0, 3)));
}

}  // namespace
}  // namespace withdrawal::notifier
