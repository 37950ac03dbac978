#include "services/ctl/core/sparkline.h"

#include <gtest/gtest.h>

namespace withdrawal::ctl {
namespace {

TEST(SparklineText, LowestBlockIsZeroAndHighestIsTheTop) {
  EXPECT_EQ(Sparkline({0, 7, 3}, 7), "▁█▄");
}

TEST(SparklineText, ValuesOutsideAreDrawnAtTheNearerEdge) {
  EXPECT_EQ(Sparkline({-5, 99}, 10), "▁█");
}

TEST(SparklineText, NothingToCompareWithIsDrawnLowest) { EXPECT_EQ(Sparkline({3, 4}, 0), "▁▁"); }

TEST(SparklineText, NoValuesGiveNoText) { EXPECT_EQ(Sparkline({}, 10), ""); }

}  // namespace
}  // namespace withdrawal::ctl
