// The alert rules, ladders and missed check-in policy: what is shipped, and what the loader
// refuses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/catalogue/catalogue.h"
#include "libs/catalogue/embedded.h"

namespace withdrawal::catalogue {
namespace {

using ::testing::HasSubstr;

// The built-in files with device.yaml's DV-03 judged by `when` instead.
std::string RefusalOf(const std::string& when) {
  Files files = EmbeddedFiles();
  const int changed = absl::StrReplaceAll({{"      is: {fact: conflict}", "      " + when}},
                                          &files.at("rules/device.yaml"));
  EXPECT_EQ(changed, 1);
  const auto loaded = LoadFiles(files);
  return loaded.ok() ? "" : std::string(loaded.status().message());
}

std::string RefusalOf(const std::string& file, const std::string& from, const std::string& to) {
  Files files = EmbeddedFiles();
  EXPECT_GT(absl::StrReplaceAll({{from, to}}, &files.at(file)), 0) << from;
  const auto loaded = LoadFiles(files);
  return loaded.ok() ? "" : std::string(loaded.status().message());
}

TEST(RuleData, EachRuleHasTitleAdviceSourceAndIsUnsigned) {
  const auto loaded = Load("");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  EXPECT_GE(loaded->rules.size(), 50u);
  for (const domain::Rule& rule : loaded->rules) {
    EXPECT_FALSE(rule.title.empty() || rule.advice.empty() || rule.source.empty()) << rule.id;
    EXPECT_EQ(rule.sign_off, "unsigned") << rule.id;
  }
  EXPECT_EQ(loaded->missed.rule.id, "MC-01");
}

TEST(RuleData, TheRulesOfTheReferenceThatNeedOnlyTodaysInputsAreThere) {
  const auto loaded = Load("");
  ASSERT_TRUE(loaded.ok()) << loaded.status();
  std::set<std::string> ids;
  for (const domain::Rule& rule : loaded->rules) ids.insert(rule.id);
  for (const char* id :
       {"RF-01",  "RF-02",  "RF-03a", "RF-03b", "RF-04",  "RF-05a", "RF-05b", "RF-06a", "RF-06b",
        "RF-06c", "RF-07",  "RF-08",  "RF-12a", "RF-12b", "RF-13a", "RF-13b", "RF-14a", "RF-14b",
        "RF-15a", "RF-15b", "RF-16a", "RF-16b", "RF-17",  "RF-18",  "RF-19",  "RF-20",  "RF-21",
        "SC-01a", "SC-01b", "SC-01c", "SC-02",  "SC-03a", "SC-03b", "SC-03c", "SC-04a", "SC-06a",
        "SC-06b", "SC-06c", "SC-09a", "SC-09b", "RR-01",  "RR-03",  "RR-05a", "RR-05b", "CO-01a",
        "CO-01b", "CO-04",  "DV-01",  "DV-02",  "DV-03"}) {
    EXPECT_TRUE(ids.contains(id)) << id;
  }
}

TEST(RuleLoader, RefusesWindowsWithoutEnd) {
  for (const char* window : {"inf", "99999999999h"}) {
    EXPECT_THAT(RefusalOf("rules/trends.yaml", "by: 6, within: 120m",
                          absl::StrCat("by: 6, within: ", window)),
                HasSubstr("at most ten years"))
        << window;
  }
}

// No reading is on the right side of them: the rule would never speak.
TEST(RuleLoader, RefusesEdgesThatAreNoNumbers) {
  for (const char* edge : {".nan", ".inf", "-.inf"}) {
    EXPECT_THAT(RefusalOf("rules/red-flags.yaml", "vital: {code: respiratory_rate, at_least: 25",
                          absl::StrCat("vital: {code: respiratory_rate, at_least: ", edge)),
                HasSubstr("at_least: must be a number"))
        << edge;
  }
}

TEST(RuleLoader, RefusesUnknownNames) {
  EXPECT_THAT(RefusalOf("symptom: {any_of: [sneezing]}"), HasSubstr("unknown symptom sneezing"));
  EXPECT_THAT(RefusalOf("vital: {code: pluse, at_least: 100}"), HasSubstr("unknown vital sign"));
  EXPECT_THAT(RefusalOf("total: {instrument: CIWA, at_least: 10}"), HasSubstr("unknown CIWA"));
  EXPECT_THAT(RefusalOf("total: {instrument: CIWA-Ar, scheme: x, at_least: 10}"),
              HasSubstr("unknown scheme x"));
  EXPECT_THAT(RefusalOf("item: {instrument: CIWA-Ar, codes: [mood], at_least: 1}"),
              HasSubstr("unknown item mood"));
  EXPECT_THAT(RefusalOf("programme: {any_of: [sugar]}"), HasSubstr("unknown programme sugar"));
  EXPECT_THAT(RefusalOf("used: {classes: [tea], within: 1h}"),
              HasSubstr("unknown class or product tea"));
  EXPECT_THAT(RefusalOf("consciousness: {any_of: [sleepy]}"), HasSubstr("unknown level sleepy"));
  EXPECT_THAT(RefusalOf("is: {fact: rich}"), HasSubstr("unknown fact rich"));
  EXPECT_THAT(RefusalOf("script: {code: 'a > b'}"), HasSubstr("no kind of condition"));
}

TEST(RuleLoader, RefusesARuleThatCanNeverFire) {
  EXPECT_THAT(RefusalOf("total: {instrument: COWS, at_least: 49}"), HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("vital: {code: spo2, at_most: 49}"), HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("total: {instrument: COWS, at_least: 20, at_most: 10}"),
              HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("item: {instrument: CIWA-Ar, codes: [orientation], at_least: 5}"),
              HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("rise: {instrument: COWS, by: 49, within: 1h}"),
              HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("all: [{vital: {code: pulse, at_least: 120}}, "
                        "{vital: {code: pulse, at_most: 60}}]"),
              HasSubstr("contradictory bounds"));
  EXPECT_THAT(RefusalOf("symptom: {any_of: []}"), HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("since_last_use: {classes: [alcohol], from: 5h, to: 5h}"),
              HasSubstr("never be true"));
}

TEST(RuleLoader, RefusesADoseOrTimeConditionThatCanNeverBeTrue) {
  EXPECT_THAT(RefusalOf("dose: {any_of: [tea]}"), HasSubstr("unknown class or product tea"));
  EXPECT_THAT(RefusalOf("elapsed: {since: dose, of: [methadone], at_least: 4h, less_than: 4h}"),
              HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("elapsed: {since: dose, at_least: 4h}"), HasSubstr("names nothing"));
  EXPECT_THAT(RefusalOf("elapsed: {since: quit, of: [methadone]}"), HasSubstr("no meaning"));
  EXPECT_THAT(RefusalOf("doses: {of: [methadone], from: 2h, within: 2h, at_least: 1}"),
              HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("doses: {of: [methadone], within: 96h, at_least: 1}"),
              HasSubstr("kept for 72h"));
  EXPECT_THAT(RefusalOf("missed_doses: {at_least: 3, at_most: 2}"), HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("planned: {purposes: [fun]}"), HasSubstr("unknown purpose fun"));
  EXPECT_THAT(RefusalOf("dose_deviation: {any_of: [late]}"), HasSubstr("unknown deviation late"));
  EXPECT_THAT(RefusalOf("none: [{vital: {code: pulse, at_least: 120}}]"),
              HasSubstr("only of what is known"));
  EXPECT_THAT(RefusalOf("total_within: {instrument: COWS, at_least: 49, within: 1h}"),
              HasSubstr("never be true"));
}

TEST(RuleLoader, RefusesAChangeThatCanNeverBe) {
  EXPECT_THAT(RefusalOf("change: {vital: pulse, from: baseline}"), HasSubstr("exactly one of"));
  EXPECT_THAT(RefusalOf("change: {vital: mood, from: baseline, rises_by: 3}"),
              HasSubstr("unknown"));
  EXPECT_THAT(RefusalOf("change: {vital: weight, from: highest, falls_by_percent: 100, "
                        "within: 48h}"),
              HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("change: {vital: pulse, from: baseline, rises_by: 3, confirmed_after: 5m, "
                        "confirmed_within: 5m}"),
              HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("rise: {instrument: COWS, by: 6, within: 2h, after_dose: buprenorphine, "
                        "later_than: 2h}"),
              HasSubstr("never be true"));
}

TEST(RuleLoader, RefusesAMovableEdgeThatLeavesTheEdgeOutOrCanNeverBeTrue) {
  EXPECT_THAT(RefusalOf("total: {instrument: SAWS, at_least: 12, adjustable: {from: 13, to: 20}}"),
              HasSubstr("include the edge"));
  EXPECT_THAT(RefusalOf("total: {instrument: SAWS, at_least: 12, adjustable: {from: 10, to: 31}}"),
              HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("any: [{total: {instrument: SAWS, at_least: 12, adjustable: "
                        "{from: 10, to: 14}}}, {total: {instrument: COWS, at_least: 12, "
                        "adjustable: {from: 10, to: 14}}}]"),
              HasSubstr("more than one adjustable"));
  EXPECT_THAT(RefusalOf("any: [{total_within: {instrument: COWS, at_least: 8, within: 2h, "
                        "adjustable: {from: 8, to: 13}}}, {total_within: {instrument: COWS, "
                        "at_least: 11, within: 2h, adjustable: {from: 8, to: 12}}}]"),
              HasSubstr("more than one adjustable"));
  EXPECT_THAT(RefusalOf("total_within: {instrument: COWS, at_least: 8, within: 2h, "
                        "adjustable: {from: 8, to: 49}}"),
              HasSubstr("never be true"));
}

TEST(RuleLoader, RefusesUnknownPartsOfAQuestionnaire) {
  EXPECT_THAT(RefusalOf("category: {instrument: C-SSRS, any_of: [dire]}"),
              HasSubstr("unknown category dire"));
  EXPECT_THAT(RefusalOf("total: {instrument: BAM, subscale: mood, at_least: 1}"),
              HasSubstr("unknown subscale mood"));
  EXPECT_THAT(RefusalOf("total: {instrument: BAM, subscale: use, at_least: 13}"),
              HasSubstr("never be true"));
  EXPECT_THAT(RefusalOf("missing_item: {instrument: PHQ-9, code: q99}"),
              HasSubstr("unknown item q99"));
}

TEST(RuleLoader, RefusesARuleThatNobodyCanMeet) {
  EXPECT_THAT(
      RefusalOf("all: [{programme: {any_of: [alcohol]}}, {programme: {none_of: [alcohol]}}]"),
      HasSubstr("programmes that exclude each other: can never be true"));
  EXPECT_THAT(RefusalOf("programme: {any_of: [alcohol, opioid], none_of: [opioid, alcohol]}"),
              HasSubstr("programmes that exclude each other"));
  EXPECT_EQ(RefusalOf("all: [{programme: {any_of: [alcohol]}}, {programme: {any_of: [opioid]}}]"),
            "");
  EXPECT_THAT(RefusalOf("all: [{spo2_scale: {is: 1}}, {spo2_scale: {is: 2}}]"),
              HasSubstr("both SpO2 scales at once"));
  EXPECT_THAT(RefusalOf("all: [{since_last_use: {classes: [alcohol], from: 0h, to: 5h}}, "
                        "{since_last_use: {classes: [alcohol], from: 6h, to: 9h}}]"),
              HasSubstr("windows since last use that do not meet"));
}

TEST(RuleLoader, RefusesARuleWhosePartsExcludeEachOtherHoweverTheyAreNested) {
  const std::string low = "{vital: {code: pulse, at_most: 60}}";
  const std::string high = "{vital: {code: pulse, at_least: 120}}";
  EXPECT_THAT(RefusalOf("all: [" + low + ", {all: [{is: {fact: conflict}}, " + high + "]}]"),
              HasSubstr("can never be true"));
  EXPECT_THAT(RefusalOf("all: [" + low + ", {any: [" + high + ", {all: [" + high +
                        ", {is: {fact: pregnant}}]}]}]"),
              HasSubstr("can never be true"));
  EXPECT_EQ(RefusalOf("all: [" + low + ", {any: [" + high + ", {is: {fact: pregnant}}]}]"), "");
}

TEST(RuleLoader, RefusesARuleThatRepeatsAnother) {
  EXPECT_THAT(RefusalOf("set_aside: { reasons:  [ ZERO_READING, IMPLAUSIBLY_LOW ] }"),
              HasSubstr("the same as of rule DV-02"));
}

TEST(RuleLoader, RefusesARuleThatIsAlwaysTrueOrCanNeverClear) {
  EXPECT_THAT(RefusalOf("total: {instrument: COWS, at_least: 0}"), HasSubstr("always true"));
  EXPECT_THAT(RefusalOf("total: {instrument: COWS, at_least: 1, margin: 2}"),
              HasSubstr("no possible value is clear"));
  EXPECT_THAT(RefusalOf("vital: {code: spo2}"), HasSubstr("needs at_least"));
}

TEST(RuleLoader, RefusesAMissingSourceADuplicateIdAndAnUnknownLadder) {
  EXPECT_THAT(RefusalOf("rules/scores.yaml", "    source: \"reference SC-02 (S13)", "    x: \"("),
              HasSubstr("source: missing"));
  EXPECT_THAT(RefusalOf("rules/scores.yaml", "id: SC-02", "id: SC-01a"),
              HasSubstr("duplicate rule SC-01a"));
  EXPECT_THAT(RefusalOf("rules/trends.yaml", "id: CO-04", "id: RF-01"),
              HasSubstr("duplicate rule RF-01"));
  EXPECT_THAT(RefusalOf("rules/device.yaml", "ladder: worklist", "ladder: pager"),
              HasSubstr("unknown ladder pager"));
  EXPECT_THAT(RefusalOf("rules/red-flags.yaml", "title: Head injury",
                        "title: Head injury\n    ladder: worklist"),
              HasSubstr("begins below the priority"));
}

TEST(LadderLoader, RefusesRungsOutOfOrderAndFallingPriority) {
  EXPECT_THAT(RefusalOf("ladders.yaml", "{after: 10m, target: supervisor, priority: emergency}",
                        "{after: 4m, target: supervisor, priority: emergency}"),
              HasSubstr("must ascend"));
  EXPECT_THAT(RefusalOf("ladders.yaml", "{after: 10m, target: supervisor, priority: emergency}",
                        "{after: 10m, target: supervisor, priority: urgent}"),
              HasSubstr("must not fall"));
  EXPECT_THAT(RefusalOf("ladders.yaml", "id: urgent", "id: hasty"), HasSubstr("no ladder urgent"));
}

TEST(MissedCheckInLoader, RefusesAnUnknownClassAndLadder) {
  EXPECT_THAT(RefusalOf("missed-check-in.yaml", "class: fentanyl", "class: sugar"),
              HasSubstr("unknown substance class sugar"));
  EXPECT_THAT(
      RefusalOf("missed-check-in.yaml", "danger_ladder: missed-danger", "danger_ladder: fast"),
      HasSubstr("no such ladder"));
  EXPECT_THAT(RefusalOf("missed-check-in.yaml", "danger_ladder: missed-danger",
                        "danger_ladder: missed-rare"),
              HasSubstr("does not end in an emergency"));
  EXPECT_THAT(
      RefusalOf("missed-check-in.yaml", "other_ladder: missed-other", "other_ladder: worklist"),
      HasSubstr("does not end in an emergency"));
  EXPECT_THAT(RefusalOf("missed-check-in.yaml", "from: 12h, to: 72h", "from: 72h, to: 72h"),
              HasSubstr("not after from"));
  EXPECT_THAT(RefusalOf("missed-check-in.yaml", "of: buprenorphine", "of: sugar"),
              HasSubstr("unknown class or product sugar"));
  EXPECT_THAT(RefusalOf("missed-check-in.yaml", "class: fentanyl", "class: stimulant"),
              HasSubstr("stands twice"));
  EXPECT_THAT(RefusalOf("missed-check-in.yaml", "id: MC-00b", "id: MC-00a"),
              HasSubstr("duplicate rule MC-00a"));
}

TEST(ManagementRefusals, NumbersThatContradictEachOther) {
  EXPECT_THAT(RefusalOf("alert-management.yaml", "ends_below: 5", "ends_below: 11"),
              HasSubstr("ends_below"));
  EXPECT_THAT(RefusalOf("alert-management.yaml", "within: 2m", "within: soon"),
              HasSubstr("confirm.within"));
  EXPECT_THAT(RefusalOf("alert-management.yaml", "routine: 24h", "emergency: 24h"),
              HasSubstr("shelving"));
  EXPECT_THAT(RefusalOf("missed-check-in.yaml", "id: MC-06", "id: RF-01"),
              HasSubstr("duplicate rule RF-01"));
  EXPECT_THAT(RefusalOf("discharge.yaml", "id: TL-01", "id: MC-01"),
              HasSubstr("duplicate rule MC-01"));
  EXPECT_THAT(RefusalOf("missed-check-in.yaml", "instrument: SAWS", "instrument: XYZ"),
              HasSubstr("unknown instrument XYZ"));
}

}  // namespace
}  // namespace withdrawal::catalogue
