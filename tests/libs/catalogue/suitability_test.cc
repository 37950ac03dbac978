// What the loader refuses of the intake and of suitability rules, naming file and key.
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

constexpr char kAlcohol[] = "suitability/alcohol.yaml";
constexpr char kSevere[] = "{input: ciwa_total, at_least: 19}";

std::string RefusalOfCondition(const std::string& condition) {
  return RefusalOf(kAlcohol, kSevere, condition);
}

TEST(SuitabilityLoader, RefusesAnUnknownInput) {
  EXPECT_THAT(RefusalOfCondition("{input: ciwa_sum, at_least: 19}"),
              HasSubstr("suitability/alcohol.yaml: rules[0].outcomes[0].when.input: unknown input "
                        "ciwa_sum"));
}

TEST(SuitabilityLoader, RefusesWhatTheInputCannotBe) {
  EXPECT_THAT(RefusalOfCondition("{input: ciwa_total, at_least: 68}"),
              HasSubstr("when: can never be true"));
  EXPECT_THAT(RefusalOfCondition("{input: ciwa_total, at_least: 0}"), HasSubstr("always true"));
  EXPECT_THAT(RefusalOfCondition("{input: pregnant, is: perhaps}"), HasSubstr("must be yes or no"));
  EXPECT_THAT(RefusalOfCondition("{input: medical_comorbidity, is: severe}"),
              HasSubstr("must be one of none, stable, significant"));
  EXPECT_THAT(RefusalOfCondition("{input: ciwa_total}"), HasSubstr("needs a bound"));
}

TEST(SuitabilityLoader, RefusesPartsThatExcludeEachOtherHoweverDeep) {
  EXPECT_THAT(RefusalOfCondition("{all: [{input: ciwa_total, at_least: 19}, "
                                 "{not: {input: ciwa_total, at_least: 10}}]}"),
              HasSubstr("outcomes[0].when: can never be true"));
  EXPECT_THAT(
      RefusalOfCondition("{any: [{input: ciwa_total, at_least: 19}, "
                         "{all: [{input: pregnant, is: yes}, {input: pregnant, is: no}]}]}"),
      HasSubstr("when.any[1]: can never be true"));
}

TEST(SuitabilityLoader, RefusesAConditionOutsideTheRulesProgrammes) {
  EXPECT_THAT(RefusalOfCondition("{all: [{programme: [opioid]}, {not: {programme: [alcohol]}}, "
                                 "{input: ciwa_total, at_least: 19}]}"),
              HasSubstr("can never be true in the rule's programmes"));
}

TEST(SuitabilityLoader, RefusesALevelThatContradictsTheConsequence) {
  EXPECT_THAT(RefusalOf(kAlcohol, "        level: 3.7-WM\n        task: Arrange transfer",
                        "        level: 1-WM\n        task: Arrange transfer"),
              HasSubstr("level: is at home, and so contradicts not_suitable"));
  EXPECT_THAT(RefusalOf(kAlcohol, "level: 4-WM", "level: 5-WM"), HasSubstr("unknown 5-WM"));
  EXPECT_THAT(
      RefusalOf("suitability/opioid.yaml", "remedy: wait", "remedy: wait\n        level: 4-WM"),
      HasSubstr("contradicts the remedy"));
}

TEST(SuitabilityLoader, RefusesARuleWithoutSourceMarkOrDimension) {
  EXPECT_THAT(RefusalOf(kAlcohol, "    source: \"reference SU-A02 (S5)\"\n", ""),
              HasSubstr("rules[1].source"));
  EXPECT_THAT(RefusalOf(kAlcohol, "    mark: unchecked\n", ""), HasSubstr("mark"));
  EXPECT_THAT(RefusalOf(kAlcohol, "{third: 6, fourth: 5}", "{third: 7, fourth: 5}"),
              HasSubstr("dimensions.third: no dimension of this edition"));
}

TEST(SuitabilityLoader, RefusesAVariantThatNoOutcomeHasAndADoubleRule) {
  EXPECT_THAT(RefusalOf(kAlcohol, "    variant: au\n    outcomes", "    variant: uk\n    outcomes"),
              HasSubstr("variant: must be that of an outcome: \"uk\""));
  EXPECT_THAT(RefusalOf(kAlcohol, "id: SU-A02", "id: SU-A01"), HasSubstr("duplicate rule SU-A01"));
}

TEST(IntakeLoader, RefusesAnInputThatNamesOtherRulesThanLookAtIt) {
  EXPECT_THAT(RefusalOf("intake.yaml", "rules: [SU-A19]", "rules: [SU-A18]"),
              HasSubstr("intake.yaml: sadq: rules are not those that look at it"));
}

TEST(IntakeLoader, RefusesAnInputRequiredWhereNoRuleAsks) {
  EXPECT_THAT(
      RefusalOf("intake.yaml", "required_for: [stimulant]", "required_for: [stimulant, opioid]"),
      HasSubstr("psychosis_now: required where no rule looks at it"));
}

TEST(IntakeLoader, RefusesAnInputWithoutSourceRangeOrWithAWrongFeed) {
  EXPECT_THAT(RefusalOf("intake.yaml", "    source: \"reference SU-A19 (from memory)\"\n", ""),
              HasSubstr("source"));
  EXPECT_THAT(RefusalOf("intake.yaml", "range: [0, 67]", "range: [67, 0]"),
              HasSubstr("range: must be the lowest and the highest"));
  EXPECT_THAT(RefusalOf("intake.yaml", "{instrument: CIWA-Ar}", "{red_flags: [seizure]}"),
              HasSubstr("does not give what the input's type asks for"));
  EXPECT_THAT(RefusalOf("intake.yaml", "{instrument: CIWA-Ar}", "{instrument: CIWA}"),
              HasSubstr("unknown CIWA"));
}

}  // namespace
}  // namespace withdrawal::catalogue
