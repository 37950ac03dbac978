// What the loader refuses of the review of care plans and of templates, naming file and key.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_replace.h"
#include "libs/catalogue/catalogue.h"
#include "libs/catalogue/embedded.h"

namespace withdrawal::catalogue {
namespace {

using ::testing::HasSubstr;

std::string RefusalOf(const std::string& file, const std::string& from, const std::string& to) {
  Files files = EmbeddedFiles();
  EXPECT_GT(absl::StrReplaceAll({{from, to}}, &files.at(file)), 0) << from;
  const auto loaded = LoadFiles(files);
  return loaded.ok() ? "" : std::string(loaded.status().message());
}

TEST(PlanRulesLoader, RefusesAFactThatNobodyDerives) {
  EXPECT_THAT(RefusalOf("plan-facts.yaml", "- id: bup_planned\n", "- id: bup_wanted\n"),
              HasSubstr("no fact of a plan: bup_wanted"));
}

TEST(PlanRulesLoader, RefusesWhatAFactCannotBe) {
  constexpr char kRules[] = "plan-rules/methadone.yaml";
  constexpr char kCondition[] = "{input: methadone_day1_mg, above: 50}";
  EXPECT_THAT(RefusalOf(kRules, kCondition, "{input: methadone_day1_mg, above: 1000}"),
              HasSubstr("plan-rules/methadone.yaml: rules[0].outcomes[0].when: can never be true"));
  EXPECT_THAT(RefusalOf(kRules, kCondition, "{input: methadone_dose, above: 50}"),
              HasSubstr("unknown input methadone_dose"));
  EXPECT_THAT(RefusalOf(kRules, "severity: block", "severity: stop"), HasSubstr("severity"));
}

TEST(PlanRulesLoader, RefusesTheSameRuleTwiceAndARuleWithoutSource) {
  EXPECT_THAT(RefusalOf("plan-rules/methadone.yaml", "id: ME-M02", "id: ME-M01"),
              HasSubstr("duplicate rule ME-M01"));
  EXPECT_THAT(
      RefusalOf("plan-rules/methadone.yaml", "    source: \"reference ME-M02 (S30)\"\n", ""),
      HasSubstr("rules[1].source: missing"));
}

TEST(PlanRulesLoader, AnAnswerOfTheIntakeNamesTheRulesThatLookAtIt) {
  EXPECT_THAT(RefusalOf("intake-medication.yaml", "rules: [ME-M05]", "rules: [ME-M01]"),
              HasSubstr("qtc_ms: rules are not those that look at it"));
}

TEST(BenzodiazepinesLoader, ConvertsNoZDrug) {
  EXPECT_THAT(RefusalOf("benzodiazepines.yaml", "product: lorazepam", "product: zolpidem"),
              HasSubstr("no benzodiazepine of medications.yaml: zolpidem"));
}

TEST(TemplateLoader, RefusesUnknownCheckInsAndContradictoryTimes) {
  constexpr char kFile[] = "templates/alcohol-ambulatory.yaml";
  EXPECT_THAT(RefusalOf(kFile, "[CIWA-Ar]", "[CIWA]"), HasSubstr("unknown check-in CIWA"));
  EXPECT_THAT(RefusalOf(kFile, "until: 120h, daily_at", "until: 120h, every: 4h, daily_at"),
              HasSubstr("needs one of every, awake_every, at and daily_at"));
  EXPECT_THAT(RefusalOf(kFile, "from: 672h, until: 8760h", "from: 672h, until: 600h"),
              HasSubstr("until: must be after from"));
  EXPECT_THAT(RefusalOf(kFile, "id: gad-7", "id: phq-9"), HasSubstr("stands twice"));
}

}  // namespace
}  // namespace withdrawal::catalogue
