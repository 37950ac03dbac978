// EN-11: the reward ledger, by tests/golden/rewards.txt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/services/scoring/core/world.h"

namespace withdrawal::scoring {
namespace {

using domain::TargetBehaviour;

// "negative-test met*3; attended-session missed".
std::vector<TargetBehaviour> ReadReports(const std::string& text) {
  std::vector<TargetBehaviour> reports;
  for (const auto part : absl::StrSplit(text, ';')) {
    const std::vector<std::string> words =
        absl::StrSplit(absl::StripAsciiWhitespace(part), absl::ByAnyChar(" *"));
    int times = 1;
    if (words.size() > 2 && !absl::SimpleAtoi(words[2], &times)) ADD_FAILURE() << text;
    EXPECT_TRUE(words.at(1) == "met" || words[1] == "missed") << text;
    reports.insert(reports.end(), static_cast<size_t>(times), {words[0], words[1] == "met"});
  }
  return reports;
}

TEST(Reward, EveryLineOfTheGoldenTable) {
  std::ifstream file(WITHDRAWAL_SOURCE_DIR "/tests/golden/rewards.txt");
  int lines = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> cells = absl::StrSplit(line, '|');
    ASSERT_EQ(cells.size(), 4u) << line;
    for (std::string& cell : cells) cell = std::string(absl::StripAsciiWhitespace(cell));
    Person person;
    std::vector<int> points;
    Outcome outcome;
    uint64_t id = 0;
    for (const TargetBehaviour& report : ReadReports(cells[1])) {
      outcome = person.Submit(CheckInAt(0, report), {++id, 1});
      ASSERT_TRUE(outcome.reward) << line;
      EXPECT_EQ(outcome.reward->rule_id, "EN-11");
      points.push_back(outcome.reward->points);
    }
    EXPECT_EQ(absl::StrJoin(points, " "), cells[2]) << line;
    EXPECT_EQ(absl::StrCat(outcome.reward->balance), cells[3]) << line;
    ++lines;
  }
  EXPECT_GT(lines, 5);
}

TEST(Reward, ARepeatIsNotBookedAgainAndNorIsTheSameIdWithAnotherContent) {
  Person person;
  const auto met = CheckInAt(0, TargetBehaviour{"negative-test", true});
  EXPECT_EQ(person.Submit(met, {1, 1}).reward->balance, 10);
  EXPECT_EQ(person.Submit(met, {1, 1}).reward, std::nullopt);
  const Outcome conflict =
      person.Submit(CheckInAt(0, TargetBehaviour{"negative-test", false}), {1, 2});
  EXPECT_EQ(conflict.verdict, Verdict::kConflict);
  EXPECT_EQ(conflict.reward, std::nullopt);
  EXPECT_EQ(person.Submit(met, {2, 1}).reward->in_a_row, 2);
}

// What a person was told they have earned stays.
TEST(Reward, WhatComesLateIsBookedWhenItComes) {
  Person person;
  person.Submit(CheckInAt(60, TargetBehaviour{"negative-test", true}), {1, 1});
  const auto late = person.Submit(CheckInAt(0, TargetBehaviour{"negative-test", false}), {2, 1});
  EXPECT_EQ(late.reward, (Reward{"EN-11", 0, 0, 10}));
}

TEST(Reward, ABehaviourTheCatalogueDoesNotHaveIsUnusable) {
  Person person;
  const Outcome outcome = person.Submit(CheckInAt(0, TargetBehaviour{"jogging", true}), {1, 1});
  EXPECT_EQ(outcome.verdict, Verdict::kUnusable);
  ASSERT_EQ(outcome.errors.size(), 1u);
  EXPECT_EQ(outcome.errors[0].field, "target_behaviour.behaviour");
}

}  // namespace
}  // namespace withdrawal::scoring
