#include "libs/stream/reason.h"

#include "gtest/gtest.h"

namespace withdrawal::stream {
namespace {

TEST(ReasonOf, TakesTheLeadingUpperSnakeWordOnly) {
  EXPECT_EQ(ReasonOf(absl::InvalidArgumentError("UNKNOWN_INSTRUMENT: x")), "UNKNOWN_INSTRUMENT");
  EXPECT_EQ(ReasonOf(absl::InvalidArgumentError("bad bytes: x")), "UNUSABLE_RECORD");
  EXPECT_EQ(ReasonOf(absl::InvalidArgumentError("UNKNOWN")), "UNUSABLE_RECORD");
}

}  // namespace
}  // namespace withdrawal::stream
