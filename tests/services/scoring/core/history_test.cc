#include "services/scoring/core/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/services/scoring/core/world.h"

namespace withdrawal::scoring {
namespace {

using domain::PriorTotal;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(History, TheFirstTotalHasNothingToCompareWith) {
  Person person;
  const domain::Score score = person.Rate(0, "COWS", 8);
  EXPECT_EQ(score.change_from_previous, std::nullopt);
  EXPECT_EQ(score.change_from_baseline, std::nullopt);
  EXPECT_THAT(score.prior_totals, IsEmpty());
  EXPECT_FALSE(score.out_of_order);
}

TEST(History, ATotalIsComparedWithTheOneBefore) {
  Person person;
  person.Rate(0, "COWS", 8);
  const domain::Score rise = person.Rate(30, "COWS", 14);
  EXPECT_EQ(rise.change_from_previous, 6);
  EXPECT_THAT(rise.prior_totals, ElementsAre(PriorTotal{8, At(0)}));
  const domain::Score fall = person.Rate(60, "COWS", 5);
  EXPECT_EQ(fall.change_from_previous, -9);
  EXPECT_THAT(fall.prior_totals, ElementsAre(PriorTotal{14, At(30)}, PriorTotal{8, At(0)}));
}

TEST(History, AnotherInstrumentIsNotCompared) {
  Person person;
  person.Rate(0, "COWS", 8);
  EXPECT_EQ(person.Rate(30, "SOWS16", 14).change_from_previous, std::nullopt);
}

TEST(History, ALateTotalIsComparedWithWhatWasObservedBeforeIt) {
  Person person;
  person.Rate(0, "CIWA-Ar", 10);
  person.Rate(120, "CIWA-Ar", 20);
  const domain::Score late = person.Rate(60, "CIWA-Ar", 14);
  EXPECT_EQ(late.change_from_previous, 4);
  EXPECT_TRUE(late.out_of_order);
  EXPECT_THAT(late.prior_totals, ElementsAre(PriorTotal{10, At(0)}));
  const domain::Score next = person.Rate(180, "CIWA-Ar", 21);
  EXPECT_EQ(next.change_from_previous, 1);
  EXPECT_FALSE(next.out_of_order);
  EXPECT_THAT(next.prior_totals, SizeIs(3));
}

// case C49: 14:30+10:00 is 04:30Z and comes before 05:00Z, whatever the digits look like.
TEST(History, TheOrderIsThatOfTheInstants) {
  absl::Time first;
  absl::Time second;
  std::string error;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2026-07-01T14:30:00+10:00", &first, &error));
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2026-07-01T05:00:00Z", &second, &error));
  Person person;
  auto earlier = CheckInAt(0, Answers("SAWS", 4));
  earlier.observed_at = first;
  auto later = CheckInAt(0, Answers("SAWS", 9));
  later.observed_at = second;
  EXPECT_FALSE(person.ScoreOf(earlier).out_of_order);
  const domain::Score score = person.ScoreOf(later);
  EXPECT_FALSE(score.out_of_order);
  EXPECT_EQ(score.change_from_previous, 5);
}

TEST(History, PriorTotalsGoBackTwoDaysAndNoFurther) {
  Person person;
  person.Rate(0, "SAWS", 4);
  EXPECT_THAT(person.Rate(48 * 60, "SAWS", 5).prior_totals, SizeIs(1));
  const domain::Score later = person.Rate(96 * 60 + 1, "SAWS", 6);
  EXPECT_THAT(later.prior_totals, IsEmpty());
  EXPECT_EQ(later.change_from_previous, 1) << "the change has no window";
}

TEST(History, AtMostEightTotalsAreKept) {
  Person person;
  for (int i = 0; i < 12; ++i) person.Rate(i, "SAWS", i);
  EXPECT_THAT(person.state.histories.at("SAWS"), SizeIs(kHistoryMax));
  EXPECT_EQ(person.state.histories.at("SAWS").front().total, 11);
}

TEST(History, AnIncompleteScoreIsComparedWithNothingAndForgotten) {
  Person person;
  person.Rate(0, "COWS", 8);
  auto partial = Answers("COWS", 14);
  partial.items.erase("gooseflesh");
  const domain::Score score = person.ScoreOf(CheckInAt(30, partial));
  EXPECT_FALSE(score.complete());
  EXPECT_EQ(score.change_from_previous, std::nullopt);
  EXPECT_THAT(score.prior_totals, SizeIs(1));
  EXPECT_EQ(person.Rate(60, "COWS", 9).change_from_previous, 1);
}

TEST(History, TheBaselineOfThePlanIsComparedWith) {
  Person person;
  domain::CarePlan plan;
  plan.baseline_scores["ShOWS10"] = 5;
  person.state = Step(person.state, plan, At(-60));
  EXPECT_EQ(person.Rate(0, "ShOWS10", 12).change_from_baseline, 7);
  EXPECT_EQ(person.Rate(0, "SAWS", 12).change_from_baseline, std::nullopt);
}

}  // namespace
}  // namespace withdrawal::scoring
