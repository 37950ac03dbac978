#include "services/ctl/core/trial.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace withdrawal::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

const char kWithdrawal[] =
    "who,withdrawal,when\n10,3,2.0\n2,1,7.0\n2,0,13.0\n2,2,13.0\n3,,\n4,4,1.0\n5,x,1\n";
const char kTreatment[] =
    "who,amount,when\n2,8.0,8.0\n2,4.0,7.0\n10,16,3\n10,40,4\n10,16,5.5\n2,8,30\n";

TEST(Trial, RowsBecomePeopleInOrderOfTheirNumberAndDays) {
  const auto trial = ReadTrial(kWithdrawal, kTreatment);
  ASSERT_TRUE(trial.ok()) << trial.status();
  ASSERT_EQ(trial->persons.size(), 2u);
  const TrialPerson& two = trial->persons[0];
  EXPECT_EQ(two.who, "2");
  ASSERT_EQ(two.doses.size(), 3u);
  EXPECT_EQ(two.doses[0].day, 7);
  EXPECT_EQ(two.doses[0].milligrams, 4);
  EXPECT_EQ(two.doses[2].day, 30);
  ASSERT_EQ(two.bands.size(), 2u);
  EXPECT_EQ(two.bands[1].band, 0);
  EXPECT_EQ(trial->persons[1].who, "10");
}

TEST(Trial, RowsThatCannotBeReadAreCountedByReason) {
  const auto trial = ReadTrial(kWithdrawal, kTreatment);
  ASSERT_TRUE(trial.ok()) << trial.status();
  EXPECT_EQ(trial->rows_read, 13);
  EXPECT_THAT(trial->rows_refused, ElementsAre(Pair("BLANK_VALUE", 1), Pair("DUPLICATE", 1),
                                               Pair("NOT_A_NUMBER", 1), Pair("OUT_OF_RANGE", 2)));
}

TEST(Trial, AnotherHeaderIsRefused) {
  EXPECT_FALSE(ReadTrial("who,when\n", kTreatment).ok());
  EXPECT_FALSE(ReadTrial(kWithdrawal, "who,dose,when\n").ok());
}

TEST(Trial, WhoeverHadMoreThanBuprenorphineAllowsIsLeftOut) {
  const auto trial = ReadTrial(kWithdrawal, kTreatment);
  ASSERT_TRUE(trial.ok());
  const auto selected = Selected(*trial, 0, 0);
  ASSERT_EQ(selected.size(), 1u);
  EXPECT_EQ(selected[0].who, "2");
}

TEST(Trial, DaysCountFromTheFirstDose) {
  const auto trial = ReadTrial(kWithdrawal, kTreatment);
  ASSERT_TRUE(trial.ok());
  const auto selected = Selected(*trial, 0, 6);
  ASSERT_EQ(selected.size(), 1u);
  EXPECT_EQ(selected[0].first_day(), 7);
  EXPECT_EQ(selected[0].last_day(), 8);
  EXPECT_EQ(selected[0].bands.size(), 1u);
  EXPECT_EQ(Selected(*trial, 0, 0)[0].last_day(), 30);
  EXPECT_EQ(Selected(*trial, 0, 0)[0].bands.size(), 2u);
}

TEST(Trial, NothingIsReportedAfterTheLastDose) {
  const auto trial =
      ReadTrial("who,withdrawal,when\n2,1,7\n2,3,12\n", "who,amount,when\n2,4,7\n2,8,8\n2,8,30\n");
  ASSERT_TRUE(trial.ok());
  const auto selected = Selected(*trial, 0, 10);
  ASSERT_EQ(selected.size(), 1u);
  EXPECT_EQ(selected[0].last_day(), 8);
  EXPECT_EQ(selected[0].bands.size(), 1u);
}

int Sum(const std::vector<std::pair<std::string, int>>& answers) {
  return std::accumulate(answers.begin(), answers.end(), 0,
                         [](int sum, const auto& answer) { return sum + answer.second; });
}

// The values printed on the form of COWS, gaps and all.
domain::Instrument Gapped() {
  domain::Instrument instrument;
  const std::vector<std::vector<int>> allowed = {
      {0, 1, 2, 4},    {0, 1, 2, 3, 4}, {0, 1, 3, 5}, {0, 1, 2, 5}, {0, 1, 2, 4}, {0, 1, 2, 4},
      {0, 1, 2, 3, 5}, {0, 1, 2, 4},    {0, 1, 2, 4}, {0, 1, 2, 4}, {0, 3, 5}};
  for (const auto& values : allowed) {
    domain::Item item;
    item.code = "item" + std::to_string(instrument.items.size());
    item.allowed = values;
    instrument.items.push_back(item);
  }
  return instrument;
}

TEST(Trial, AnswersAddUpToEveryTotalWithValuesOfTheForm) {
  const domain::Instrument form = Gapped();
  for (int total = 0; total <= form.total_max(); ++total) {
    const auto answers = AnswersWithTotal(form, total);
    ASSERT_EQ(answers.size(), form.items.size()) << total;
    EXPECT_EQ(Sum(answers), total);
    for (size_t i = 0; i < answers.size(); ++i) {
      EXPECT_TRUE(form.items[i].Allows(answers[i].second)) << total << " " << i;
    }
  }
}

// Case C31: SOWS 0, 1 to 10, 11 to 20, 21 and above.
TEST(Trial, ABandIsReportedByItsMiddle) {
  const domain::BandScheme scheme{
      "circulating",
      "",
      domain::Mark::kUnchecked,
      "",
      {{"none", 0, 0}, {"mild", 1, 10}, {"moderate", 11, 20}, {"severe", 21, 64}}};
  EXPECT_EQ(MiddleOfBand(scheme, 0), 0);
  EXPECT_EQ(MiddleOfBand(scheme, 1), 5);
  EXPECT_EQ(MiddleOfBand(scheme, 2), 15);
  EXPECT_EQ(MiddleOfBand(scheme, 3), 42);
}

}  // namespace
}  // namespace withdrawal::ctl
