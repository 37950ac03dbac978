// Conditions over inputs: three-valued truth, reasons, and what can never be true.
#include "libs/domain/assessment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/domain/satisfiable.h"

namespace withdrawal::domain::assessment {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Input YesNo(const std::string& id) {
  Input input;
  input.id = id;
  input.label = id;
  return input;
}

const Inputs& Known() {
  static const Inputs inputs = [] {
    Inputs all = {{"a", YesNo("a")}, {"b", YesNo("b")}};
    Input number = YesNo("n");
    number.type = InputType::kNumber;
    number.unit = "mg";
    number.from = 0;
    number.to = 67;
    number.whole = true;
    all.emplace("n", number);
    Input choice = YesNo("c");
    choice.type = InputType::kChoice;
    choice.choices = {"low", "high"};
    all.emplace("c", choice);
    return all;
  }();
  return inputs;
}

Condition Yes(const std::string& id) { return {AnswerIs{id, {true}}}; }
Condition AtLeast(double low) { return {NumberIs{"n", low, {}, false, false}}; }
Condition Above(double low) { return {NumberIs{"n", low, {}, true, false}}; }
Condition AtMost(double high) { return {NumberIs{"n", {}, high, false, false}}; }
Condition Negation(Condition inner) { return {Not{{std::move(inner)}}}; }

Truth TruthOf(const Condition& condition, std::map<std::string, Value> values,
              std::vector<Programme> programmes = {}) {
  return Evaluate(condition, Known(), {std::move(programmes), std::move(values)}).truth;
}

TEST(Condition, OfAnUnknownInputIsNeitherTrueNorFalse) {
  EXPECT_EQ(TruthOf(Yes("a"), {}), Truth::kUnknown);
  EXPECT_EQ(TruthOf(Negation(Yes("a")), {}), Truth::kUnknown);
  EXPECT_EQ(TruthOf(AtLeast(19), {}), Truth::kUnknown);
}

TEST(Condition, FollowsKleenesTables) {
  const std::map<Truth, std::map<std::string, Value>> states = {
      {Truth::kFalse, {{"a", false}}}, {Truth::kUnknown, {}}, {Truth::kTrue, {{"a", true}}}};
  for (const auto& [left, left_values] : states) {
    for (const auto& [right, right_values] : states) {
      std::map<std::string, Value> values = left_values;
      if (!right_values.empty()) values["b"] = right_values.at("a");
      EXPECT_EQ(TruthOf({All{{Yes("a"), Yes("b")}}}, values), std::min(left, right));
      EXPECT_EQ(TruthOf({Any{{Yes("a"), Yes("b")}}}, values), std::max(left, right));
    }
  }
}

TEST(Condition, BoundsIncludeTheirEndUnlessOpen) {
  EXPECT_EQ(TruthOf(AtLeast(19), {{"n", 19.0}}), Truth::kTrue);
  EXPECT_EQ(TruthOf(AtLeast(19), {{"n", 18.0}}), Truth::kFalse);
  EXPECT_EQ(TruthOf(Above(30), {{"n", 30.0}}), Truth::kFalse);
  EXPECT_EQ(TruthOf(Above(30), {{"n", 31.0}}), Truth::kTrue);
  EXPECT_EQ(TruthOf({NumberIs{"n", 10, 18, false, false}}, {{"n", 18.0}}), Truth::kTrue);
  EXPECT_EQ(TruthOf({NumberIs{"n", 10, 18, false, true}}, {{"n", 18.0}}), Truth::kFalse);
}

TEST(Condition, OfAProgrammeNeedsOneOfThem) {
  const Condition alcohol{InProgramme{{Programme::kAlcohol, Programme::kOpioid}}};
  EXPECT_EQ(TruthOf(alcohol, {}, {Programme::kStimulant, Programme::kOpioid}), Truth::kTrue);
  EXPECT_EQ(TruthOf(alcohol, {}, {Programme::kStimulant}), Truth::kFalse);
  EXPECT_EQ(TruthOf(alcohol, {}), Truth::kUnknown);
}

TEST(Evaluation, SaysWhatMadeItTrue) {
  const Condition condition{Any{{Yes("a"), AtLeast(19)}}};
  EXPECT_EQ(Evaluate(condition, Known(), {{}, {{"a", false}, {"n", 21.0}}}).why,
            "n 21 mg (19 or more)");
}

TEST(Evaluation, NamesADerivedInputAndItsReason) {
  const Condition condition{Derived{"complications", "complications", {Yes("a")}}};
  EXPECT_EQ(Evaluate(condition, Known(), {{}, {{"a", true}}}).why, "complications: a: yes");
  EXPECT_EQ(Evaluate(condition, Known(), {{}, {{"a", false}}}).why, "no complications");
}

TEST(Evaluation, ListsWhatCouldStillSettleIt) {
  const Condition condition{All{{Yes("a"), Yes("b"), AtLeast(3)}}};
  EXPECT_THAT(Evaluate(condition, Known(), {{}, {{"a", true}}}).unknown, ElementsAre("b", "n"));
  EXPECT_THAT(Evaluate(condition, Known(), {{}, {{"a", false}}}).unknown, IsEmpty());
}

TEST(Value, OfAnotherTypeOutOfRangeOrUnknownIsRefused) {
  EXPECT_EQ(CheckValue(Known().at("a"), 1.0)->reason, "WRONG_TYPE");
  EXPECT_EQ(CheckValue(Known().at("n"), true)->reason, "WRONG_TYPE");
  EXPECT_EQ(CheckValue(Known().at("n"), 68.0)->reason, "OUT_OF_RANGE");
  EXPECT_EQ(CheckValue(Known().at("n"), -1.0)->reason, "OUT_OF_RANGE");
  EXPECT_EQ(CheckValue(Known().at("n"), 18.5)->reason, "OUT_OF_RANGE");
  EXPECT_EQ(CheckValue(Known().at("c"), std::string("middle"))->reason, "UNKNOWN_CHOICE");
  EXPECT_EQ(CheckValue(Known().at("n"), 67.0), std::nullopt);
  EXPECT_EQ(CheckValue(Known().at("c"), std::string("low")), std::nullopt);
}

TEST(Satisfiable, SeesPartsThatExcludeEachOther) {
  EXPECT_FALSE(CanBeTrue({All{{AtLeast(19), AtMost(18)}}}, Known()));
  EXPECT_TRUE(CanBeTrue({All{{AtLeast(19), AtMost(19)}}}, Known()));
  EXPECT_FALSE(CanBeTrue({All{{Above(19), AtMost(19)}}}, Known()));
  EXPECT_FALSE(CanBeTrue({All{{Yes("a"), Negation({Any{{Yes("a"), Yes("b")}}})}}}, Known()));
  EXPECT_FALSE(CanBeTrue(AtLeast(68), Known()));
  EXPECT_FALSE(CanBeTrue(
      {All{{{InProgramme{{Programme::kAlcohol}}}, Negation({InProgramme{{Programme::kAlcohol}}})}}},
      Known()));
  EXPECT_TRUE(CanBeTrue(
      {All{{{InProgramme{{Programme::kAlcohol}}}, {InProgramme{{Programme::kOpioid}}}}}}, Known()));
}

TEST(Satisfiable, SeesWhatIsAlwaysTrue) {
  EXPECT_FALSE(CanBeFalse(AtLeast(0), Known()));
  EXPECT_FALSE(CanBeFalse({Any{{AtLeast(5), Negation(AtLeast(5))}}}, Known()));
  EXPECT_FALSE(CanBeFalse({AnswerIs{"c", {std::string("low"), std::string("high")}}}, Known()));
  EXPECT_TRUE(CanBeFalse(AtLeast(1), Known()));
}

}  // namespace
}  // namespace withdrawal::domain::assessment
