#include "services/clinician/alert_ring.h"

#include "gtest/gtest.h"
#include "tests/services/clinician/events.h"

namespace withdrawal::clinician {
namespace {

RingEvent Event(int32_t partition, int64_t offset, const std::string& alert_id = "a") {
  return {partition, offset,
          std::make_shared<events::v1::AlertEvent>(
              AlertOf("p", alert_id, offset + 1, events::v1::PRIORITY_URGENT, kNoon))};
}

TEST(AlertRing, CannotBeReadBeforeItsStartIsKnown) {
  AlertRing ring(4);
  EXPECT_TRUE(absl::IsUnavailable(ring.CursorFor({}).status()));
}

TEST(AlertRing, GivesAReaderEverythingInOrderOfArrival) {
  AlertRing ring(10);
  ring.Start({{0, 5}, {1, 0}});
  ring.Append(Event(0, 5));
  ring.Append(Event(1, 0));
  ring.Append(Event(0, 7));  // 6 was a transaction marker
  auto cursor = ring.CursorFor({{0, 5}, {1, 0}});
  ASSERT_TRUE(cursor.ok());
  const auto first = ring.Read(*cursor, 2);
  ASSERT_TRUE(first && first->size() == 2);
  EXPECT_EQ((*first)[0].offset, 5);
  EXPECT_EQ((*first)[1].partition, 1);
  const auto rest = ring.Read(*cursor, 9);
  ASSERT_TRUE(rest && rest->size() == 1);
  EXPECT_EQ((*rest)[0].offset, 7);
  EXPECT_TRUE(ring.Read(*cursor, 9)->empty());
  EXPECT_EQ(ring.positions(), (Positions{{0, 8}, {1, 1}}));
}

TEST(AlertRing, RefusesAReaderWhoLacksAnEventItNoLongerHolds) {
  AlertRing ring(2);
  ring.Start({{0, 5}, {1, 0}});
  EXPECT_TRUE(absl::IsOutOfRange(ring.CursorFor({{0, 4}, {1, 0}}).status()));
  EXPECT_TRUE(absl::IsOutOfRange(ring.CursorFor({{1, 0}}).status()));
  for (int64_t offset = 5; offset < 8; ++offset) ring.Append(Event(0, offset));
  EXPECT_TRUE(absl::IsOutOfRange(ring.CursorFor({{0, 5}, {1, 0}}).status()));
  EXPECT_TRUE(ring.CursorFor({{0, 6}, {1, 0}}).ok());
}

TEST(AlertRing, TellsASlowReaderThatItsPlaceIsGone) {
  AlertRing ring(2);
  ring.Start({{0, 0}});
  uint64_t cursor = *ring.CursorFor({{0, 0}});
  for (int64_t offset = 0; offset < 3; ++offset) ring.Append(Event(0, offset));
  EXPECT_FALSE(ring.Read(cursor, 1));
}

TEST(AlertRing, TakesARecordReadAgainOnce) {
  AlertRing ring(4);
  ring.Start({{0, 0}});
  ring.Append(Event(0, 0));
  ring.Append(Event(0, 0));
  uint64_t cursor = *ring.CursorFor({{0, 0}});
  EXPECT_EQ(ring.Read(cursor, 9)->size(), 1u);
}

TEST(AlertRing, ComesPastARecordThatCouldNotBeRead) {
  AlertRing ring(4);
  ring.Start({{0, 0}});
  ring.Append(Event(0, 0));
  ring.Skip(0, 2);
  EXPECT_EQ(ring.positions(), (Positions{{0, 2}}));
}

TEST(AlertRing, FindsTheNewestStateOfAnAlert) {
  AlertRing ring(4);
  ring.Start({{0, 0}});
  ring.Append(Event(0, 0, "x"));
  ring.Append(Event(0, 1, "y"));
  ring.Append(Event(0, 2, "x"));
  EXPECT_EQ(ring.Find("x")->version(), 3);
  EXPECT_FALSE(ring.Find("z"));
}

}  // namespace
}  // namespace withdrawal::clinician
