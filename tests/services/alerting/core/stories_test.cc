// Runs tests/golden/alert_stories/*.txt: one person per file, every event written down.
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/alerting/core/rule_cases.h"
#include "tests/services/alerting/core/story.h"

namespace withdrawal::alerting {
namespace {

const std::string kFolder = WITHDRAWAL_SOURCE_DIR "/tests/golden/alert_stories";

std::vector<std::string> Stories() {
  std::vector<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator(kFolder)) {
    const std::string name = file.path().stem().string();
    if (file.path().extension() == ".txt" && name != "README") names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Instant ReadStart(const std::string& text) {
  Instant start;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &start, &error)) << text << error;
  return start;
}

// "26:15" from the start.
Duration ReadClock(const std::string& text) {
  int hours = 0, minutes = 0;
  EXPECT_EQ(std::sscanf(text.c_str(), "%d:%d", &hours, &minutes), 2) << text;
  return absl::Hours(hours) + absl::Minutes(minutes);
}

class AlertStory : public testing::TestWithParam<std::string> {};

TEST_P(AlertStory, GoesAsWritten) {
  std::ifstream file(kFolder + "/" + GetParam() + ".txt");
  ASSERT_TRUE(file.good());
  Instant start = ReadStart("2026-03-02T00:00:00Z");
  std::unique_ptr<Person> person;
  std::vector<std::string> expected, actual;
  std::string step = "(start)";
  const auto compare = [&] { EXPECT_EQ(expected, actual) << "after line: " << step; };
  for (std::string line; std::getline(file, line);) {
    absl::StripAsciiWhitespace(&line);
    if (line.empty() || line[0] == '#') continue;
    if (absl::StartsWith(line, "start ")) {
      start = ReadStart(line.substr(6));
      continue;
    }
    if (absl::StartsWith(line, "-> ")) {
      expected.push_back(line.substr(3));
      continue;
    }
    compare();
    expected.clear();
    actual.clear();
    step = line;
    if (person == nullptr) person = std::make_unique<Person>(start);
    const std::pair<std::string, std::string> parts = absl::StrSplit(line, absl::MaxSplits(' ', 1));
    for (const auto& event : person->Do(start + ReadClock(parts.first), parts.second)) {
      EXPECT_EQ(event.alert.patient_id, "p1") << step;
      actual.push_back(Describe(event, start));
    }
  }
  compare();
}

INSTANTIATE_TEST_SUITE_P(Golden, AlertStory, testing::ValuesIn(Stories()), [](const auto& story) {
  std::string name = story.param;
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
});

bool Fires(const RuleCase& rule_case) {
  // What a clinician measures is not measured again first (AL-03 has stories of its own).
  Person person(ReadStart("2026-03-02T00:00:00Z"), domain::Rater::kClinicianInPerson);
  const Instant start = person.now();
  bool fired = false;
  person.Do(start, rule_case.plan);
  for (const TimedLine& step : rule_case.steps) {
    for (const auto& event : person.Do(start + step.after, step.line)) {
      fired |= IsRaised(event, rule_case.rule);
    }
  }
  return fired;
}

TEST(Rules, FireOnTheirEdgeAndNotJustBeside) {
  for (const RuleCase& rule_case : RuleCases()) {
    EXPECT_EQ(Fires(rule_case), rule_case.fires) << rule_case.text;
  }
}

TEST(Rules, EachHasACaseThatFiresAndOneThatDoesNot) {
  std::set<std::pair<std::string, bool>> seen;
  for (const RuleCase& rule_case : RuleCases()) seen.insert({rule_case.rule, rule_case.fires});
  for (const domain::Rule& rule : TestPolicy().rules) {
    EXPECT_TRUE(seen.contains({rule.id, true})) << rule.id << " never fires in rules.txt";
    EXPECT_TRUE(seen.contains({rule.id, false})) << rule.id << " is never quiet in rules.txt";
    for (const std::string& id : rule.covers) {
      EXPECT_TRUE(seen.contains({id, true})) << id << " never fires in rules.txt";
      EXPECT_TRUE(seen.contains({id, false})) << id << " is never quiet in rules.txt";
    }
  }
}

}  // namespace
}  // namespace withdrawal::alerting
