// What the offline evaluation counts, on a few people made up for it and, where the trial's own
// files stand (WITHDRAWAL_CASE_DATA), on those.
#include "services/ctl/evaluation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace withdrawal::ctl {
namespace {

using ::testing::HasSubstr;

const catalogue::Catalogue& BuiltIn() {
  static const auto* const kCatalogue = new catalogue::Catalogue(*catalogue::Load(""));
  return *kCatalogue;
}

// `doses` and `bands` by day, '-' for a day without: "88-8", "1------0".
TrialPerson Person(const std::string& who, const std::string& doses, const std::string& bands) {
  TrialPerson person{who, {}, {}};
  for (size_t day = 0; day < doses.size(); ++day) {
    if (doses[day] != '-') {
      person.doses.push_back({static_cast<int>(day), static_cast<double>(doses[day] - '0')});
    }
  }
  for (size_t day = 0; day < bands.size(); ++day) {
    if (bands[day] != '-') person.bands.push_back({static_cast<int>(day), bands[day] - '0'});
  }
  return person;
}

Evaluation Of(const std::vector<TrialPerson>& persons) {
  auto evaluation = Evaluate(BuiltIn(), persons, {"t-", "SOWS16", "trial"});
  EXPECT_TRUE(evaluation.ok()) << evaluation.status();
  return evaluation.ok() ? *std::move(evaluation) : Evaluation{};
}

TEST(Evaluation, APersonWhoDoesAllThatIsPlannedPagesNobody) {
  const Evaluation evaluation = Of({Person("1", "88888888", "1------0")});
  EXPECT_EQ(evaluation.patients, 1);
  EXPECT_EQ(evaluation.patient_days, 8);
  EXPECT_EQ(evaluation.ratings, 2);
  EXPECT_EQ(evaluation.doses, 8);
  EXPECT_EQ(evaluation.days_without_dose, 0);
  EXPECT_EQ(evaluation.paged, 0);
  EXPECT_EQ(evaluation.stable_days, 6);
  EXPECT_EQ(evaluation.BusyStableShare(), 0);
}

TEST(Evaluation, SevereWithdrawalPages) {
  const Evaluation evaluation = Of({Person("1", "888", "3--")});
  EXPECT_EQ(evaluation.rules.at("SC-04a").raised, 1);
  EXPECT_EQ(evaluation.rules.at("SC-04a").paged, 1);
  EXPECT_GE(evaluation.paged, 1);
  EXPECT_EQ(evaluation.stable_days, 0);
}

TEST(Evaluation, SilentDaysAreMissedCheckIns) {
  const Evaluation evaluation = Of({Person("1", "88--88", "1-----")});
  EXPECT_EQ(evaluation.days_without_dose, 2);
  EXPECT_GE(evaluation.rules.at("MC-01").raised, 1);
}

TEST(Evaluation, WithoutHysteresisNoConditionHasAMargin) {
  const auto files = WithoutHysteresis(catalogue::EmbeddedFiles());
  for (const auto& [file, text] : files) EXPECT_THAT(text, Not(HasSubstr("margin"))) << file;
  const auto plain = catalogue::LoadFiles(files);
  ASSERT_TRUE(plain.ok()) << plain.status();
  EXPECT_EQ(plain->ladders.clear_readings, 1);
}

TEST(Evaluation, TheReportNamesWhatWasCounted) {
  const Evaluation evaluation = Of({Person("1", "88--88", "3-----")});
  const std::string text = EvaluationText(evaluation, evaluation, {"MC-01"});
  EXPECT_THAT(text, HasSubstr("1 people, 6 patient-days, 1 ratings, 4 doses, 2 days without"));
  EXPECT_THAT(text, HasSubstr("SC-04a"));
  EXPECT_THAT(text, HasSubstr("more than one: "));
}

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(Evaluation, TheTrialsOwnPeopleKeepTheLaws) {
  const char* folder = std::getenv("WITHDRAWAL_CASE_DATA");
  if (folder == nullptr) GTEST_SKIP() << "WITHDRAWAL_CASE_DATA names no folder of published cases";
  const std::string base = absl::StrCat(folder, "/ctn0094/");
  const auto trial = ReadTrial(ReadFile(base + "withdrawal.csv"), ReadFile(base + "treatment.csv"));
  ASSERT_TRUE(trial.ok()) << trial.status();
  const auto persons = Selected(*trial, /*patients_max=*/40, /*days_max=*/28);
  ASSERT_EQ(persons.size(), 40u);
  const Evaluation evaluation = Of(persons);
  EXPECT_EQ(evaluation.patients, 40);
  EXPECT_GT(evaluation.stable_days, 100);
  EXPECT_LE(evaluation.paged, evaluation.raised());
  int64_t by_priority = 0;
  for (const auto& [priority, count] : evaluation.raised_by_priority) by_priority += count;
  EXPECT_EQ(by_priority, evaluation.raised());
  for (const auto& [rule, counts] : evaluation.rules)
    EXPECT_LE(counts.paged, counts.raised) << rule;
  // One actionable alert a day at most, for a stable person.
  EXPECT_LE(evaluation.BusyStableShare(), 0.01);
}

}  // namespace
}  // namespace withdrawal::ctl
