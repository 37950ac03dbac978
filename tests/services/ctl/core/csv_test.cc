#include "services/ctl/core/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace withdrawal::ctl {
namespace {

using ::testing::ElementsAre;

TEST(Csv, QuotedFieldsKeepCommasQuotesAndNewlines) {
  const auto table = ParseCsv("a,b\n\"x, y\",\"say \"\"no\"\"\nplease\"\n");
  ASSERT_TRUE(table.ok()) << table.status();
  ASSERT_EQ(table->rows.size(), 1u);
  EXPECT_THAT(table->rows[0].fields, ElementsAre("x, y", "say \"no\"\nplease"));
}

TEST(Csv, CarriageReturnsByteOrderMarkAndMissingLastNewlineAreNoContent) {
  const auto table = ParseCsv(
      "\xEF\xBB\xBF"
      "a,b\r\n1,\"2\"\r\n\r\n3,");
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_THAT(table->header, ElementsAre("a", "b"));
  ASSERT_EQ(table->rows.size(), 2u);
  EXPECT_THAT(table->rows[0].fields, ElementsAre("1", "2"));
  EXPECT_THAT(table->rows[1].fields, ElementsAre("3", ""));
}

TEST(Csv, RowsKnowTheLineTheyBeginOn) {
  const auto table = ParseCsv("a\n\"1\n2\"\n\n3\n");
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_EQ(table->rows[0].line, 2);
  EXPECT_EQ(table->rows[1].line, 5);
}

TEST(Csv, AnOpenQuoteIsRefusedWithItsLine) {
  EXPECT_EQ(ParseCsv("a\n\"1\n2").status().message(), "line 2: a quote is not closed");
  EXPECT_FALSE(ParseCsv("a\n\"1\"2\n").ok());
  EXPECT_FALSE(ParseCsv("").ok());
}

TEST(Csv, AFieldThatIsNotThereIsEmpty) {
  const auto table = ParseCsv("a,b\n1\n");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(Field(table->rows[0], table->Column("b")), "");
  EXPECT_EQ(Field(table->rows[0], table->Column("c")), "");
}

}  // namespace
}  // namespace withdrawal::ctl
