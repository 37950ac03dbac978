// Suitability for care at home: the table of cases, and what holds whatever the answers are.
#include "libs/domain/suitability.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/golden/suitability_cases.h"

namespace withdrawal::domain {
namespace {

using golden::BuiltInSuitability;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string NameOf(Consequence consequence) {
  if (consequence == Consequence::kSuitable) return "suitable";
  return consequence == Consequence::kCaution ? "caution" : "not_suitable";
}

SuitabilityVerdict Judge(const assessment::Assessment& known) {
  return JudgeSuitability(BuiltInSuitability(), known);
}

SuitabilityVerdict JudgeWell(Programme programme,
                             const std::map<std::string, std::string>& changes) {
  assessment::Assessment known = golden::Suitability().Well({programme});
  for (const auto& [id, text] : changes) known.values[id] = golden::ValueOf(id, text);
  return Judge(known);
}

bool Speaks(const SuitabilityVerdict& verdict, const std::string& rule) {
  return std::any_of(verdict.findings.begin(), verdict.findings.end(),
                     [&](const auto& finding) { return finding.rule_id == rule; });
}

TEST(SuitabilityTable, EachCaseHasItsVerdict) {
  for (const golden::SuitabilityCase& one : golden::Suitability().cases()) {
    const SuitabilityVerdict verdict = Judge(one.known);
    EXPECT_EQ(Speaks(verdict, one.rule), one.fires) << one.line;
    EXPECT_EQ(NameOf(verdict.consequence), one.consequence) << one.line;
    EXPECT_EQ(verdict.level, one.level) << one.line;
  }
}

TEST(SuitabilityTable, EachRuleHasACaseThatFiresAndOneThatIsQuiet) {
  std::set<std::string> fires;
  std::set<std::string> quiet;
  for (const auto& one : golden::Suitability().cases()) {
    (one.fires ? fires : quiet).insert(one.rule);
  }
  std::set<std::string> rules;
  for (const SuitabilityRule& rule : BuiltInSuitability().rules) rules.insert(rule.id);
  EXPECT_EQ(fires, rules);
  EXPECT_EQ(quiet, rules);
}

TEST(SuitabilityRules, AreThoseOfReferenceC) {
  std::set<std::string> rules;
  for (const SuitabilityRule& rule : BuiltInSuitability().rules) {
    rules.insert(rule.id);
    EXPECT_EQ(rule.sign_off, "unsigned") << rule.id;
  }
  for (int i = 1; i <= 22; ++i) {
    const std::string id = (i < 10 ? "SU-A0" : "SU-A") + std::to_string(i);
    EXPECT_TRUE(i == 15 || rules.contains(id)) << id;
  }
  for (const char* id : {"SU-A15a", "SU-A15b", "SU-O01", "SU-O02", "SU-O03", "SU-O04", "SU-O05",
                         "SU-O06",  "SU-B01",  "SU-B02", "SU-B03", "SU-B04", "SU-B05", "SU-S01",
                         "SU-G01",  "SU-G02",  "SU-G03", "SU-G04", "SU-G05", "SU-G06", "SU-G07"}) {
    EXPECT_TRUE(rules.contains(id)) << id;
  }
}

TEST(Suitability, WithoutAnythingKnownIsCautionWithATaskForEachRequiredInput) {
  const SuitabilityVerdict verdict = Judge({{Programme::kAlcohol}, {}});
  EXPECT_EQ(verdict.consequence, Consequence::kCaution);
  EXPECT_EQ(verdict.missing.size(),
            golden::Suitability().Well({Programme::kAlcohol}).values.size());
  EXPECT_THAT(verdict.missing,
              Contains(Field(&MissingInput::question, HasSubstr("Ever had a seizure"))));
  EXPECT_EQ(verdict.transfer_consent, std::nullopt);
}

TEST(Suitability, WithoutAProgrammeIsNeverSuitable) {
  EXPECT_EQ(Judge({}).consequence, Consequence::kCaution);
}

TEST(Suitability, LeavingOutAnyRequiredInputIsNeverSuitable) {
  for (int p = 0; p < 6; ++p) {
    const auto well = golden::Suitability().Well({static_cast<Programme>(p)});
    EXPECT_EQ(Judge(well).consequence, Consequence::kSuitable) << p;
    for (const auto& [id, unused] : well.values) {
      assessment::Assessment known = well;
      known.values.erase(id);
      const SuitabilityVerdict verdict = Judge(known);
      EXPECT_NE(verdict.consequence, Consequence::kSuitable) << id;
      EXPECT_THAT(verdict.missing, ElementsAre(Field(&MissingInput::input, id)));
    }
  }
}

TEST(Suitability, TakesTheWorstConsequenceAndTheHighestLevelAndKeepsEachRuleThatSpoke) {
  const SuitabilityVerdict verdict = JudgeWell(
      Programme::kAlcohol, {{"ciwa_total", "19"}, {"readiness", "2"}, {"pregnant", "yes"}});
  EXPECT_EQ(verdict.consequence, Consequence::kNotSuitable);
  EXPECT_EQ(verdict.level, "4-WM");
  EXPECT_EQ(verdict.level_fourth_edition, "4");
  for (const char* rule : {"SU-A01", "SU-G05", "SU-A14"}) EXPECT_TRUE(Speaks(verdict, rule));
}

TEST(Suitability, SaysWhyInTheAnswersThatMadeTheRuleTrue) {
  const SuitabilityVerdict verdict = JudgeWell(Programme::kAlcohol, {{"ciwa_total", "21"}});
  EXPECT_THAT(
      verdict.findings,
      Contains(AllOf(Field(&SuitabilityFinding::rule_id, "SU-A01"),
                     Field(&SuitabilityFinding::why, "CIWA-Ar total 21 points (19 or more)"),
                     Field(&SuitabilityFinding::task, HasSubstr("transfer")))));
}

TEST(Suitability, NamesTheDimensionOfBothEditionsWithItsMeaning) {
  const SuitabilityVerdict verdict = JudgeWell(Programme::kAlcohol, {{"readiness", "2"}});
  ASSERT_FALSE(verdict.findings.empty());
  const auto finding = std::find_if(verdict.findings.begin(), verdict.findings.end(),
                                    [](const auto& one) { return one.rule_id == "SU-G05"; });
  ASSERT_NE(finding, verdict.findings.end());
  EXPECT_THAT(finding->dimensions,
              ElementsAre(AllOf(Field(&Dimension::number, 4),
                                Field(&Dimension::meaning, HasSubstr("readiness"))),
                          AllOf(Field(&Dimension::number, 6),
                                Field(&Dimension::meaning, HasSubstr("person-centred")))));
}

TEST(Suitability, OfSomebodyIntoxicatedIsOnlyForNow) {
  EXPECT_TRUE(JudgeWell(Programme::kAlcohol, {{"intoxicated_now", "yes"}}).for_now);
  EXPECT_FALSE(
      JudgeWell(Programme::kAlcohol, {{"intoxicated_now", "yes"}, {"ciwa_total", "19"}}).for_now);
}

TEST(Suitability, OfNobodyAtHomeIsDataAndFollowsTheChosenGuidance) {
  SuitabilityPolicy policy = BuiltInSuitability();
  assessment::Assessment known = golden::Suitability().Well({Programme::kAlcohol});
  known.values["support_person_daily"] = false;
  EXPECT_EQ(JudgeSuitability(policy, known).consequence, Consequence::kNotSuitable);
  for (SuitabilityRule& rule : policy.rules) {
    if (rule.id == "SU-A09") rule.variant = "asam";
  }
  EXPECT_EQ(JudgeSuitability(policy, known).consequence, Consequence::kCaution);
}

TEST(Suitability, OfTwoProgrammesAsksForTheInputsOfBoth) {
  const assessment::Assessment alcohol = golden::Suitability().Well({Programme::kAlcohol});
  const SuitabilityVerdict verdict =
      Judge({{Programme::kAlcohol, Programme::kOpioid}, alcohol.values});
  EXPECT_EQ(verdict.consequence, Consequence::kCaution);
  EXPECT_THAT(verdict.missing, Contains(Field(&MissingInput::input, "naloxone_at_home")));
}

TEST(Suitability, RecordsTheConsentToATransferAndTheCatalogue) {
  const SuitabilityVerdict verdict = JudgeWell(Programme::kOpioid, {{"transfer_consent", "no"}});
  EXPECT_EQ(verdict.transfer_consent, false);
  EXPECT_EQ(verdict.catalogue, BuiltInSuitability().version);
  EXPECT_EQ(JudgeWell(Programme::kOpioid, {}).transfer_consent, true);
}

}  // namespace
}  // namespace withdrawal::domain
