#include "services/ctl/score_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nlohmann/json.hpp"

namespace withdrawal::ctl {
namespace {

using nlohmann::json;
using ::testing::UnorderedElementsAre;

const catalogue::Catalogue& BuiltIn() {
  static const auto* const kCatalogue = new catalogue::Catalogue(*catalogue::Load(/*dir=*/""));
  return *kCatalogue;
}

json ReportOf(const std::string& instrument, const std::string& answers,
              const std::string& scheme = "") {
  const ScoreReport report = Score(BuiltIn(), instrument, answers, scheme);
  const json parsed = json::parse(report.json);
  EXPECT_EQ(report.refused, parsed["status"] == "refused");
  return parsed;
}

std::vector<std::string> RefusedFields(const json& report) {
  std::vector<std::string> fields;
  for (const auto& error : report["errors"]) fields.push_back(error["field"]);
  return fields;
}

constexpr const char* kCiwa22 =
    R"({"nausea":7,"tremor":7,"sweats":0,"anxiety":7,"agitation":1,"tactile":0,"auditory":0,)"
    R"("visual":0,"headache":0,"orientation":0})";

TEST(ScoreReport, CompleteAnswersGiveTotalBandAndEveryScheme) {
  const json report = ReportOf("CIWA-Ar", kCiwa22);
  EXPECT_EQ(report["status"], "complete");
  EXPECT_EQ(report["total"], 22);
  EXPECT_EQ(report["scheme"], "asam2020");
  EXPECT_EQ(report["band"], "severe");
  EXPECT_EQ(report["schemes"]["openehr_gdl"], "moderate");
  EXPECT_FALSE(report["catalogue"]["checksum"].get<std::string>().empty());
}

TEST(ScoreReport, TheBandSchemeCanBeChosen) {
  EXPECT_EQ(ReportOf("CIWA-Ar", kCiwa22, "openehr_gdl")["band"], "moderate");
  EXPECT_THAT(RefusedFields(ReportOf("CIWA-Ar", kCiwa22, "mine")), UnorderedElementsAre("scheme"));
}

// case C26
TEST(ScoreReport, MissingItemsLeaveALowerBoundAndNoTotal) {
  const json report = ReportOf(
      "CIWA-Ar",
      R"({"nausea":4,"tremor":4,"sweats":4,"anxiety":4,"agitation":4,"tactile":4,"auditory":4,)"
      R"("visual":4,"headache":4,"orientation":null})");
  EXPECT_EQ(report["status"], "incomplete");
  EXPECT_TRUE(report["total"].is_null());
  EXPECT_EQ(report["partial_sum"], 36);
  EXPECT_EQ(report["band_at_least"], "severe");
  EXPECT_EQ(report["missing_items"], json({"orientation"}));
  EXPECT_THAT(report["flags"].get<std::vector<std::string>>(),
              UnorderedElementsAre("hallucination:tactile", "hallucination:auditory",
                                   "hallucination:visual", "lower-bound"));
}

// case C20: a text is no answer, whatever it says; the total is not made of the rest.
TEST(ScoreReport, PartialAnswersGiveNoTotalAndFreeTextIsRefused) {
  const json partial = ReportOf("PHQ-9", R"({"q1":0,"q2":0,"q3":0,"q4":0})");
  EXPECT_EQ(partial["status"], "incomplete");
  EXPECT_TRUE(partial["total"].is_null());
  EXPECT_TRUE(partial["band"].is_null());
  EXPECT_EQ(partial["missing_items"].size(), 5u);
  EXPECT_THAT(RefusedFields(ReportOf("PHQ-9", R"({"q1":0,"q2":"3"})")), UnorderedElementsAre("q2"));
  EXPECT_EQ(ReportOf("PHQ-9", R"({"q1":null})")["errors"][0]["reason"], "NO_ANSWERS");
}

// case C25
TEST(ScoreReport, AnAnswerCodeOfAnOldVersionIsNamed) {
  const json report = ReportOf("PHQ-9", R"({"q1":"NoDays"})");
  EXPECT_EQ(report["status"], "refused");
  EXPECT_THAT(report["errors"][0]["description"].get<std::string>(), testing::HasSubstr("NoDays"));
}

// case C22
TEST(ScoreReport, AnotherQuestionnaireBehindTheNameIsAMismatch) {
  const json report =
      ReportOf("PHQ-9", R"({"69725-0":1,"68509-9":1,"69733-4":1,"69734-2":1,"69735-9":1})");
  EXPECT_EQ(report["status"], "refused");
  ASSERT_EQ(report["errors"].size(), 1u);
  EXPECT_EQ(report["errors"][0]["reason"], "WRONG_INSTRUMENT");
  EXPECT_THAT(report["errors"][0]["description"].get<std::string>(), testing::HasSubstr("GAD-7"));
}

TEST(ScoreReport, SubscalesAreReportedWithTheirFlags) {
  const json report = ReportOf(
      "BAM", R"({"i1":2,"i2":3,"i3":2,"i4":1,"i5":0,"i6":1,"i8":3,"i9":2,"i10":1,"i11":2,"i12":1,)"
             R"("i13":2,"i14":4,"i15":1,"i16":3,"i17":1})");
  EXPECT_EQ(report["status"], "complete");
  EXPECT_TRUE(report["total"].is_null());
  EXPECT_EQ(report["subscales"]["use"]["total"], 2);
  EXPECT_EQ(report["subscales"]["protective"]["total"], 13);
  EXPECT_THAT(report["flags"].get<std::vector<std::string>>(),
              UnorderedElementsAre("subscale:use", "subscale:risk"));
}

TEST(ScoreReport, ACategoryIsReportedAsReachedOrAsALowerBound) {
  const json whole = ReportOf("C-SSRS", R"({"q1":1,"q2":0,"q6_life":0})");
  EXPECT_EQ(whole["status"], "complete");
  EXPECT_EQ(whole["category"], "low");
  const json part = ReportOf("C-SSRS", R"({"q4":1})");
  EXPECT_EQ(part["status"], "incomplete");
  EXPECT_TRUE(part["category"].is_null());
  EXPECT_EQ(part["category_at_least"], "high");
}

// Reference A.18: printed score values only; nothing is reversed here.
TEST(ScoreReport, RawDastAnswersAreRefusedAndPrintedOnesAreNotReversed) {
  EXPECT_THAT(RefusedFields(ReportOf("DAST-10", R"({"q1":1,"item3_already_reversed":false})")),
              UnorderedElementsAre("item3_already_reversed"));
  EXPECT_EQ(ReportOf("DAST-10", R"({"points3":1,"item3_already_reversed":true})")["partial_sum"],
            1);
}

TEST(ScoreReport, AFormIsNamedWhereThereAreSeveral) {
  EXPECT_EQ(ReportOf("CIWA-B", R"({"weak":1})")["errors"][0]["reason"], "FORM_REQUIRED");
  EXPECT_EQ(ReportOf("CIWA-B", R"({"weak":1,"form_id":"busto"})")["status"], "incomplete");
}

TEST(ScoreReport, ImpossibleItemValuesAreRefusedWithTheirKey) {
  EXPECT_THAT(RefusedFields(ReportOf("COWS", R"({"pulse":3,"gooseflesh":1,"sweating":2})")),
              UnorderedElementsAre("pulse", "gooseflesh"));
  EXPECT_THAT(RefusedFields(ReportOf("CIWA-Ar", R"({"orientation":5})")),
              UnorderedElementsAre("orientation"));
  EXPECT_THAT(RefusedFields(ReportOf("SOWS16", R"({"q16":5})")), UnorderedElementsAre("q16"));
}

TEST(ScoreReport, ValuesOfTheWrongTypeAreRefusedWithTheirKey) {
  const json report =
      ReportOf("CIWA-Ar", R"({"nausea":"4","tremor":4.0,"sweats":true,"anxiety":[1],"visual":2})");
  EXPECT_THAT(RefusedFields(report), UnorderedElementsAre("nausea", "tremor", "sweats", "anxiety"));
  EXPECT_EQ(report["errors"][0]["reason"], "WRONG_TYPE");
}

TEST(ScoreReport, UnknownRepeatedAndHugeValuesAreRefused) {
  EXPECT_THAT(RefusedFields(ReportOf("SAWS", R"({"anxious":1,"anxious":2})")),
              UnorderedElementsAre("anxious"));
  EXPECT_THAT(RefusedFields(ReportOf("SAWS", R"({"happy":1})")), UnorderedElementsAre("happy"));
  EXPECT_THAT(RefusedFields(ReportOf("SAWS", R"({"anxious":99999999999999999999})")),
              UnorderedElementsAre("anxious"));
  EXPECT_EQ(ReportOf("SAWS", "{")["errors"][0]["reason"], "NOT_JSON");
  EXPECT_EQ(ReportOf("SAWS", "[1]")["errors"][0]["reason"], "NOT_AN_OBJECT");
  EXPECT_EQ(ReportOf("PHQ-10", "{}")["errors"][0]["field"], "instrument");
}

TEST(ScoreReport, ATotalAloneGivesItsBandAndTotalsOutsideAreRefused) {
  EXPECT_EQ(ReportOf("COWS", R"({"total":24})")["band"], "moderate");
  EXPECT_EQ(ReportOf("CIWA-Ar", R"({"total":9})")["band"], "mild");
  EXPECT_EQ(ReportOf("CIWA-Ar", R"({"total":10})")["band"], "moderate");
  EXPECT_THAT(RefusedFields(ReportOf("COWS", R"({"total":49})")), UnorderedElementsAre("total"));
  EXPECT_THAT(RefusedFields(ReportOf("COWS", R"({"total":-1})")), UnorderedElementsAre("total"));
}

TEST(ScoreReport, NumberedAnswersStandForTheItemsInOrder) {
  std::string answers = "{";
  for (int i = 1; i <= 16; ++i) {
    answers += (i > 1 ? "," : "") + ("\"q" + std::to_string(i)) + "\":4";
  }
  EXPECT_EQ(ReportOf("SOWS16", answers + "}")["total"], 64);
}

std::string News2With(const std::string& member) {
  return R"({"rr":20,"spo2":98,"spo2_scale":1,"on_oxygen":false,"sbp":111,"hr":78,)"
         R"("consciousness":"A",)" +
         member + "}";
}

// Vector gdl-05 (clinical vectors): a single 3 is low_medium, neither low nor high.
TEST(ScoreReport, News2FlagsASingleParameterOfThree) {
  const json report =
      ReportOf("NEWS2", R"({"rr":20,"spo2":98,"spo2_scale":1,"on_oxygen":false,"sbp":70,"hr":78,)"
                        R"("temp_c":37.0,"consciousness":"A"})");
  EXPECT_EQ(report["total"], 3);
  EXPECT_EQ(report["band"], "low_medium");
  EXPECT_EQ(report["flags"], json({"single-parameter-3:systolic"}));
}

// case C01
TEST(ScoreReport, FahrenheitAsCelsiusIsSetAsideAndNews2IsIncomplete) {
  const json report = ReportOf("NEWS2", News2With(R"("temp_c":97.2)"));
  EXPECT_EQ(report["status"], "incomplete");
  EXPECT_EQ(report["missing_items"], json({"temperature"}));
  EXPECT_EQ(report["set_aside"][0]["reason"], "FAHRENHEIT_AS_CELSIUS");
  EXPECT_EQ(report["set_aside"][0]["value"], 97.2);
}

TEST(ScoreReport, News2WordsAreReadStrictly) {
  EXPECT_THAT(RefusedFields(ReportOf("NEWS2", R"({"rr":"20","on_oxygen":1,"consciousness":"X",)"
                                              R"("spo2_scale":3,"mood":2,"pulse":80,"hr":81})")),
              UnorderedElementsAre("rr", "on_oxygen", "consciousness", "spo2_scale", "mood", "hr"));
}

// case C28
TEST(ScoreReport, AStatedTotalThatIsNotOursIsShownAndNotUsed) {
  const std::string vitals = R"({"rr":21,"pulse":95,"spo2":93,"on_oxygen":false,"temp_c":37.5,)"
                             R"("sbp":120,"consciousness":"A","total":)";
  const json differs = ReportOf("NEWS2", vitals + "6}");
  EXPECT_EQ(differs["total"], 5);
  EXPECT_EQ(differs["stated_total"], 6);
  EXPECT_THAT(differs["flags"], testing::Contains("stated-total-differs"));
  const json agrees = ReportOf("NEWS2", vitals + "5}");
  EXPECT_EQ(agrees["total"], 5);
  EXPECT_FALSE(agrees.contains("stated_total"));
}

// case C37
TEST(ScoreReport, TwoLoincCodesOfOneSaturationAreOneReading) {
  const json report = ReportOf("NEWS2", R"({"59408-5":91,"2708-6":91})");
  EXPECT_EQ(report["items"]["spo2"], 3);
  EXPECT_THAT(RefusedFields(ReportOf("NEWS2", R"({"59408-5":91,"2708-6":96})")),
              UnorderedElementsAre("2708-6"));
}

}  // namespace
}  // namespace withdrawal::ctl
