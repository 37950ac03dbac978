#include "libs/stream/state_table.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace withdrawal::stream {
namespace {

TEST(StateTable, TheOverlayIsSeenAndDroppingItIsTheAbort) {
  StateTable table;
  table.Restore("a", "1");
  table.Put("a", "2");
  table.Put("b", "3");
  EXPECT_EQ(table.Get("a"), "2");
  EXPECT_THAT(table.Abort(), testing::UnorderedElementsAre("a", "b"));
  EXPECT_EQ(table.Get("a"), "1");
  EXPECT_EQ(table.Get("b"), "");
}

TEST(StateTable, ADeletedRowIsGoneBeforeAndAfterTheCommit) {
  StateTable table;
  table.Restore("a", "1");
  table.Put("a", "");
  EXPECT_EQ(table.Get("a"), "");
  table.Commit();
  EXPECT_EQ(table.Get("a"), "");
  EXPECT_EQ(table.size(), 0u);
}

}  // namespace
}  // namespace withdrawal::stream
