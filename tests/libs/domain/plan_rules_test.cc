// The review of care plans against tests/golden/plan_rules.txt.
#include <fstream>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/domain/plan_facts.h"
#include "libs/domain/plan_review.h"
#include "tests/golden/catalogue_under_test.h"
#include "tests/golden/plan_words.h"

namespace withdrawal::domain {
namespace {

struct Line {
  int number = 0;
  std::string rule;
  bool fires = false;
  std::string programmes;
  std::string words;
  std::string severity;
};

std::vector<Line> Lines() {
  std::ifstream file(WITHDRAWAL_SOURCE_DIR "/tests/golden/plan_rules.txt");
  std::vector<Line> lines;
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    if (text.empty() || text[0] == '#') continue;
    std::vector<std::string> fields = absl::StrSplit(text, '|');
    for (std::string& field : fields) absl::StripAsciiWhitespace(&field);
    const std::vector<std::string> head = absl::StrSplit(fields[0], ' ');
    if (fields.size() != 4 || head.size() != 2) {
      ADD_FAILURE() << "line " << number;
      continue;
    }
    lines.push_back({number, head[0], head[1] == "fires", fields[1], fields[2], fields[3]});
  }
  return lines;
}

const PlanReviewPolicy& Policy() {
  static const PlanReviewPolicy policy =
      catalogue::PlanReviewPolicyOf(golden::CatalogueUnderTest());
  return policy;
}

std::string SeverityName(const PlanFinding& finding) {
  static const char* const names[] = {"info", "note", "review", "block"};
  return std::string(names[static_cast<int>(finding.severity)]) +
         (finding.unknown.empty() ? "" : "?");
}

// What the rule says of the plan: a severity, or "-".
std::string Says(const Line& line) {
  const auto parsed = golden::ParsePlan(line.programmes, line.words, Policy().inputs);
  if (!parsed.ok()) return std::string(parsed.status().message());
  for (const PlanFinding& finding : ReviewPlan(Policy(), parsed->plan, parsed->intake)) {
    if (finding.rule_id == line.rule) return SeverityName(finding);
  }
  return "-";
}

TEST(PlanRules, EachSpeaksAndIsSilentWhereTheGoldenFileSaysSo) {
  for (const Line& line : Lines()) {
    EXPECT_EQ(line.fires, line.severity != "-") << "line " << line.number;
    EXPECT_EQ(Says(line), line.severity) << "line " << line.number << ": " << line.rule;
  }
}

TEST(PlanRules, EachHasAPlanInWhichItSpeaksAndOneInWhichItIsSilent) {
  std::set<std::pair<std::string, bool>> seen;
  for (const Line& line : Lines()) seen.insert({line.rule, line.fires});
  for (const PlanRule& rule : Policy().rules) {
    EXPECT_TRUE(seen.contains({rule.id, true})) << rule.id << " fires";
    EXPECT_TRUE(seen.contains({rule.id, false})) << rule.id << " is quiet";
  }
}

TEST(PlanRules, EachOutcomeIsSeen) {
  std::set<std::pair<std::string, std::string>> seen;
  for (const Line& line : Lines()) seen.insert({line.rule, line.severity});
  for (const PlanRule& rule : Policy().rules) {
    for (const PlanRuleOutcome& outcome : rule.outcomes) {
      PlanFinding finding;
      finding.severity = outcome.severity;
      EXPECT_TRUE(seen.contains({rule.id, SeverityName(finding)}))
          << rule.id << " " << SeverityName(finding);
    }
    if (!rule.when_unknown) continue;
    PlanFinding finding;
    finding.severity = *rule.when_unknown;
    finding.unknown = {"x"};
    EXPECT_TRUE(seen.contains({rule.id, SeverityName(finding)})) << rule.id << " unknown";
  }
}

TEST(PlanRules, EachHasASourceAndNobodyHasSignedItYet) {
  for (const PlanRule& rule : Policy().rules) {
    EXPECT_FALSE(rule.source.empty()) << rule.id;
    EXPECT_EQ(rule.sign_off, "unsigned") << rule.id;
  }
}

TEST(PlanReview, TheWorstComesFirstAndABlockIsFound) {
  const auto parsed = golden::ParsePlan(
      "opioid",
      "order=methadone:induction:35@08:00 low_opioid_tolerance=no used=opioid-short-acting@20h",
      Policy().inputs);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  const auto findings = ReviewPlan(Policy(), parsed->plan, parsed->intake);
  ASSERT_GE(findings.size(), 2u);
  EXPECT_EQ(findings[0].rule_id, "ME-M01");
  EXPECT_EQ(findings[0].why, "first dose of methadone 35 mg (above 30)");
  EXPECT_EQ(FindBlock(findings), &findings[0]);
  EXPECT_EQ(findings[1].rule_id, "ME-M05");
  EXPECT_THAT(findings[1].unknown, testing::Contains("qtc_ms"));
}

// Both block; above 50 mg it is the law that says so (ME-M01).
TEST(PlanReview, AboveTheCapOfTheLawTheLawIsNamed) {
  const auto advice_for = [](const std::string& doses) {
    const auto parsed = golden::ParsePlan(
        "opioid", "order=methadone:induction:" + doses + "@08:00,12:00 low_opioid_tolerance=no",
        Policy().inputs);
    const auto findings = ReviewPlan(Policy(), parsed->plan, parsed->intake);
    const PlanFinding* block = FindBlock(findings);
    return block == nullptr ? std::string() : block->advice;
  };
  EXPECT_THAT(advice_for("25.1"), testing::HasSubstr("42 CFR"));
  EXPECT_THAT(advice_for("25"), testing::Not(testing::HasSubstr("42 CFR")));
}

TEST(PlanReview, TheAgeOfThePlanComesBeforeThatOfTheIntake) {
  auto parsed = golden::ParsePlan("alcohol", "order=diazepam:fixed-schedule:10@08:00 age=40",
                                  Policy().inputs);
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  parsed->intake.values["age_years"] = 70.0;
  const auto says = [&] {
    for (const auto& finding : ReviewPlan(Policy(), parsed->plan, parsed->intake)) {
      if (finding.rule_id == "ME-A05") return true;
    }
    return false;
  };
  EXPECT_FALSE(says());
  parsed->plan.age_years.reset();
  EXPECT_TRUE(says());
}

TEST(PlanReview, AnEmptyPlanHasNothingToReview) {
  CarePlan plan;
  plan.programmes = {Programme::kCannabis};
  EXPECT_TRUE(ReviewPlan(Policy(), plan, {}).empty());
}

TEST(PlanFacts, EachIsOfTheTypeTheCatalogueSays) {
  for (const auto& [id, type] : PlanFactTypes()) {
    EXPECT_EQ(Policy().inputs.at(id).type, type) << id;
  }
  for (const Line& line : Lines()) {
    const auto parsed = golden::ParsePlan(line.programmes, line.words, Policy().inputs);
    ASSERT_TRUE(parsed.ok()) << line.number;
    for (const auto& [id, value] : PlanFacts(Policy(), parsed->plan).values) {
      const auto error = assessment::CheckValue(Policy().inputs.at(id), value);
      EXPECT_FALSE(error) << id << " " << (error ? error->description : "");
    }
  }
}

}  // namespace
}  // namespace withdrawal::domain
