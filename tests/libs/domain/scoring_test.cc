#include "libs/domain/scoring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/golden/cases.h"

namespace withdrawal::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;

const Instrument& Get(const std::string& id) { return golden::BuiltIn().instruments.at(id); }

std::vector<std::string> Complaints(const RawAnswers& answers,
                                    Rater rater = Rater::kClinicianVideo) {
  std::vector<std::string> complaints;
  for (const auto& error : CheckAnswers(Get(answers.instrument), answers, rater)) {
    complaints.push_back(error.field + " " + error.reason);
  }
  return complaints;
}

RawAnswers CompleteCows() {
  RawAnswers answers{"COWS", {}, std::nullopt};
  for (const Item& item : Get("COWS").items) answers.items.push_back({item.code, 0});
  return answers;
}

TEST(CheckAnswers, SoundAnswersHaveNoComplaint) {
  EXPECT_THAT(Complaints(CompleteCows()), IsEmpty());
}

// Reference A.2: the values of the form have gaps.
TEST(CheckAnswers, APulseOfThreeIsNoValueOfCows) {
  RawAnswers answers{"COWS", {{"sweating", 1}, {"pulse", 3}}, std::nullopt};
  EXPECT_THAT(Complaints(answers),
              ElementsAre("instrument_response.items[1].value VALUE_NOT_ALLOWED"));
}

TEST(CheckAnswers, GoosefleshOfOneTwoOrFourIsNoValueOfCows) {
  for (const int value : {1, 2, 4}) {
    EXPECT_THAT(Complaints({"COWS", {{"gooseflesh", value}}, std::nullopt}),
                ElementsAre("instrument_response.items[0].value VALUE_NOT_ALLOWED"));
  }
}

TEST(CheckAnswers, OrientationOfFiveIsNoValueOfCiwaAr) {
  EXPECT_THAT(Complaints({"CIWA-Ar", {{"orientation", 5}}, std::nullopt}),
              ElementsAre("instrument_response.items[0].value VALUE_NOT_ALLOWED"));
}

TEST(CheckAnswers, ANegativeValueIsRefused) {
  EXPECT_THAT(Complaints({"SAWS", {{"anxious", -1}}, std::nullopt}),
              ElementsAre("instrument_response.items[0].value VALUE_NOT_ALLOWED"));
}

TEST(CheckAnswers, AnItemOfAnotherFormIsUnknown) {
  EXPECT_THAT(Complaints({"COWS", {{"tremor", 0}, {"tactile", 0}}, std::nullopt}),
              ElementsAre("instrument_response.items[1].code UNKNOWN_ITEM"));
}

TEST(CheckAnswers, AnAliasIsForFilesAndUnknownToTheApi) {
  EXPECT_THAT(Complaints({"SOWS16", {{"q1", 0}}, std::nullopt}),
              ElementsAre("instrument_response.items[0].code UNKNOWN_ITEM"));
  EXPECT_EQ(ResolveKey(Get("SOWS16"), "q1"), "anxious");
  EXPECT_EQ(ResolveKey(Get("COWS"), "pulse_bpm"), "resting_pulse_per_minute");
  EXPECT_EQ(ResolveKey(Get("COWS"), "pulse"), "pulse");
  EXPECT_EQ(ResolveKey(Get("COWS"), "bpm"), "");
}

TEST(CheckAnswers, AnItemAnsweredTwiceIsRefusedEvenWithEqualValues) {
  EXPECT_THAT(Complaints({"COWS", {{"tremor", 1}, {"tremor", 1}}, std::nullopt}),
              ElementsAre("instrument_response.items[1].code DUPLICATE_ITEM"));
}

TEST(CheckAnswers, AnswersForAnotherInstrumentAreRefusedAsAWhole) {
  const auto errors = CheckAnswers(Get("COWS"), RawAnswers{"SAWS", {{"anxious", 3}}, std::nullopt},
                                   Rater::kClinicianVideo);
  EXPECT_THAT(errors, ElementsAre(Field(&FieldError::reason, "WRONG_INSTRUMENT")));
}

// Design rule 3 of the reference.
TEST(CheckAnswers, CiwaArAndCowsNeedAClinician) {
  for (const Rater rater : {Rater::kPatient, Rater::kSupportPerson}) {
    EXPECT_THAT(Complaints({"CIWA-Ar", {{"nausea", 1}}, std::nullopt}, rater),
                ElementsAre("rater RATER_NOT_ALLOWED"));
    EXPECT_THAT(Complaints(CompleteCows(), rater), ElementsAre("rater RATER_NOT_ALLOWED"));
  }
  EXPECT_THAT(Complaints(CompleteCows(), Rater::kClinicianInPerson), IsEmpty());
}

TEST(CheckAnswers, APatientMayRateSawsAndADeviceMayNot) {
  const RawAnswers answers{"SAWS", {{"anxious", 1}}, std::nullopt};
  EXPECT_THAT(Complaints(answers, Rater::kPatient), IsEmpty());
  EXPECT_THAT(Complaints(answers, Rater::kDevice), ElementsAre("rater RATER_NOT_ALLOWED"));
}

TEST(CheckAnswers, AFormWithoutAnyAnswerIsRefused) {
  EXPECT_THAT(Complaints({"COWS", {{"tremor", std::nullopt}}, std::nullopt}),
              ElementsAre("instrument_response.items NO_ANSWERS"));
}

TEST(CheckAnswers, ARestingPulseIsForCowsAloneAndPlausible) {
  const std::string complaint =
      "instrument_response.resting_pulse_per_minute MEASUREMENT_NOT_ALLOWED";
  EXPECT_THAT(Complaints({"SAWS", {{"anxious", 1}}, 80}), ElementsAre(complaint));
  EXPECT_THAT(Complaints({"COWS", {{"tremor", 1}}, 19}), ElementsAre(complaint));
  EXPECT_THAT(Complaints({"COWS", {{"tremor", 1}}, 251}), ElementsAre(complaint));
  EXPECT_THAT(Complaints({"COWS", {{"pulse", 1}}, 90}), ElementsAre(complaint));
  EXPECT_THAT(Complaints({"COWS", {{"tremor", 1}}, 250}), IsEmpty());
}

// Reference A.2: to 80 is 0, 81 to 100 is 1, 101 to 120 is 2, above is 4.
TEST(ScoreAnswers, TheCowsPulseItemFollowsFromTheRestingPulse) {
  const std::map<int, int> points = {{60, 0},  {80, 0},  {81, 1},  {100, 1},
                                     {101, 2}, {120, 2}, {121, 4}, {250, 4}};
  for (const auto& [pulse, expected] : points) {
    const Score score = ScoreAnswers(Get("COWS"), {"COWS", {}, pulse});
    EXPECT_EQ(score.partial_sum, expected) << pulse;
  }
}

// case C26
TEST(ScoreAnswers, NineCiwaArItemsOfFourAreALowerBoundInTheTopBandAndNoTotal) {
  InstrumentResponse response{"CIWA-Ar", {}, std::nullopt};
  for (const Item& item : Get("CIWA-Ar").items) response.items[item.code] = 4;
  response.items.erase("orientation");
  const Score score = ScoreAnswers(Get("CIWA-Ar"), response);
  EXPECT_FALSE(score.complete());
  EXPECT_EQ(score.partial_sum, 36);
  EXPECT_EQ(score.band, "");
  EXPECT_EQ(score.band_at_least, "severe");
  EXPECT_THAT(score.missing_items, ElementsAre("orientation"));
}

// case C26
TEST(ScoreAnswers, CowsWithoutPulseIsIncompleteAndNotProrated) {
  InstrumentResponse response{"COWS", {}, std::nullopt};
  for (const Item& item : Get("COWS").items) response.items[item.code] = 0;
  response.items.erase("pulse");
  response.items["sweating"] = 2;
  const Score score = ScoreAnswers(Get("COWS"), response);
  EXPECT_FALSE(score.complete());
  EXPECT_EQ(score.partial_sum, 2);
  EXPECT_EQ(score.band_at_least, "") << "the lowest band says nothing";
  EXPECT_THAT(score.missing_items, ElementsAre("pulse"));
}

TEST(ScoreAnswers, AMissingItemIsNotZero) {
  const Score score = ScoreAnswers(Get("SAWS"), {"SAWS", {{"anxious", 0}}, std::nullopt});
  EXPECT_FALSE(score.complete());
  EXPECT_EQ(score.missing_items.size(), 9u);
  EXPECT_THAT(score.items, ElementsAre(ItemScore{"anxious", 0, std::nullopt}));
}

}  // namespace
}  // namespace withdrawal::domain
