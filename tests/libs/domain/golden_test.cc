#include <gtest/gtest.h>

#include "tests/golden/cases.h"

namespace withdrawal {
namespace {

void ExpectTotalsAndBands(const std::string& instrument, const std::string& table) {
  const auto rows = golden::ReadTable(table);
  ASSERT_FALSE(rows.empty());
  for (const golden::Row& row : rows) {
    SCOPED_TRACE(instrument + " " + row.at("case") + ": " + row.at("source"));
    const domain::Score score = golden::ScoreItems(instrument, row);
    ASSERT_TRUE(score.total.has_value());
    EXPECT_EQ(*score.total, std::stoi(row.at("total")));
    EXPECT_EQ(score.band, row.at("band"));
    EXPECT_EQ(score.partial_sum, *score.total);
  }
}

TEST(Golden, CiwaArTotalsAndBandsAreAsPublished) {
  ExpectTotalsAndBands("CIWA-Ar", "ciwa_ar_cases.txt");
}
TEST(Golden, CowsTotalsAndBandsAreAsPublished) { ExpectTotalsAndBands("COWS", "cows_cases.txt"); }
TEST(Golden, Sows16TotalsAndBandsAreAsPublished) {
  ExpectTotalsAndBands("SOWS16", "sows16_cases.txt");
}
TEST(Golden, Shows10TotalsAndBandsAreAsPublished) {
  ExpectTotalsAndBands("ShOWS10", "shows10_cases.txt");
}
TEST(Golden, SawsTotalsAndBandsAreAsPublished) { ExpectTotalsAndBands("SAWS", "saws_cases.txt"); }

TEST(Golden, News2TotalsAndBandsAreAsPublished) {
  const auto rows = golden::ReadTable("news2_cases.txt");
  ASSERT_FALSE(rows.empty());
  for (const golden::Row& row : rows) {
    SCOPED_TRACE(row.at("case") + ": " + row.at("source"));
    const domain::Score score = golden::ScoreNews2Row(row);
    EXPECT_EQ(score.partial_sum, std::stoi(row.at("total")));
    EXPECT_EQ(score.complete() ? score.band : "incomplete", row.at("band"));
  }
}

TEST(Golden, News2PointsAddUpToTheirBand) {
  const auto rows = golden::ReadTable("news2_points.txt");
  ASSERT_FALSE(rows.empty());
  for (const golden::Row& row : rows) {
    SCOPED_TRACE(row.at("case") + ": " + row.at("source"));
    int total = 0;
    bool single_three = false;
    for (const char* head : {"rr", "spo2", "oxygen", "sbp", "hr", "consciousness", "temp"}) {
      const int points = std::stoi(row.at(head));
      total += points;
      single_three = single_three || points == 3;
    }
    EXPECT_EQ(total, std::stoi(row.at("total")));
    EXPECT_EQ(News2Band(golden::BuiltIn().news2, total, single_three), row.at("band"));
  }
}

TEST(Golden, EveryBandEdgeIsOnItsStatedSide) {
  const auto rows = golden::ReadTable("bands.txt");
  ASSERT_FALSE(rows.empty());
  for (const golden::Row& row : rows) {
    SCOPED_TRACE(row.at("instrument") + " " + row.at("scheme") + " " + row.at("total"));
    const auto* scheme =
        golden::BuiltIn().instruments.at(row.at("instrument")).FindScheme(row.at("scheme"));
    ASSERT_NE(scheme, nullptr);
    const auto* band = FindBand(*scheme, std::stoi(row.at("total")));
    ASSERT_NE(band, nullptr);
    EXPECT_EQ(band->id, row.at("band"));
  }
}

}  // namespace
}  // namespace withdrawal
