#include "libs/stream/deadlines.h"

#include "gtest/gtest.h"

namespace withdrawal::stream {
namespace {

const domain::Instant kNoon = absl::FromUnixSeconds(1'700'000'000);

TEST(Deadlines, TheEarliestComesFirstAndEqualTimesInOrderOfKey) {
  Deadlines deadlines;
  deadlines.Set("c", kNoon + absl::Seconds(1));
  deadlines.Set("b", kNoon);
  deadlines.Set("a", kNoon);
  EXPECT_EQ(deadlines.Earliest()->key, "a");
  deadlines.Set("a", std::nullopt);
  EXPECT_EQ(deadlines.Earliest()->key, "b");
}

TEST(Deadlines, AKeyHasOneDeadline) {
  Deadlines deadlines;
  deadlines.Set("a", kNoon);
  deadlines.Set("a", kNoon + absl::Hours(1));
  EXPECT_EQ(deadlines.size(), 1u);
  EXPECT_EQ(deadlines.Earliest()->at, kNoon + absl::Hours(1));
}

}  // namespace
}  // namespace withdrawal::stream
