#include "services/scoring/core/last_vitals.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/services/scoring/core/world.h"

namespace withdrawal::scoring {
namespace {

using domain::Vital;
using domain::VitalSigns;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

VitalSigns Only(Vital vital, double value) {
  VitalSigns vitals;
  vitals.Set(vital, value);
  return vitals;
}

domain::CheckIn WithSetAside(double minutes, VitalSigns vitals, const std::string& code,
                             double value) {
  auto check_in = CheckInAt(minutes, std::move(vitals));
  check_in.set_aside.push_back({"vital_signs." + code, value, "Cel", "IMPLAUSIBLE_VALUE", ""});
  return check_in;
}

TEST(LastVitals, WhatIsAbsentIsTakenFromTheLastHourWithItsAge) {
  Person person;
  person.ScoreOf(CheckInAt(0, CalmVitals()));
  const domain::Score score = person.ScoreOf(CheckInAt(30, Only(Vital::kPulse, 115)));
  EXPECT_EQ(score.total, 2);
  EXPECT_THAT(score.items, Contains(domain::ItemScore{"pulse", 2, std::nullopt}));
  EXPECT_THAT(score.items, Contains(domain::ItemScore{"systolic", 0, absl::Minutes(30)}));
}

TEST(LastVitals, WhatIsOlderThanItsWindowIsMissing) {
  Person person;
  person.ScoreOf(CheckInAt(0, CalmVitals()));
  EXPECT_TRUE(person.ScoreOf(CheckInAt(60, Only(Vital::kPulse, 115))).complete());
  const domain::Score later = person.ScoreOf(CheckInAt(61, Only(Vital::kPulse, 115)));
  EXPECT_FALSE(later.complete());
  EXPECT_THAT(later.missing_items,
              ElementsAre("respiratory_rate", "spo2", "oxygen", "systolic", "consciousness"))
      << "the temperature has a longer window";
}

// case C44
TEST(LastVitals, SixHoursOfSilenceAreNotBridged) {
  Person person;
  person.ScoreOf(CheckInAt(0, CalmVitals()));
  const domain::Score score = person.ScoreOf(CheckInAt(6 * 60, Only(Vital::kPulse, 70)));
  EXPECT_FALSE(score.complete());
  EXPECT_THAT(score.missing_items, SizeIs(6));
}

// case C01
TEST(LastVitals, ATemperatureSetAsideLeavesTheNews2OfThatMomentIncomplete) {
  Person person;
  person.ScoreOf(CheckInAt(0, CalmVitals()));
  auto vitals = CalmVitals();
  vitals.values[static_cast<size_t>(Vital::kTemperature)].reset();
  const domain::Score score = person.ScoreOf(WithSetAside(30, vitals, "temperature", 97.2));
  EXPECT_FALSE(score.complete());
  EXPECT_THAT(score.missing_items, ElementsAre("temperature"));
}

// case C02
TEST(LastVitals, AfterASetAsideReadingTheParameterIsUnknownUntilAGoodOne) {
  Person person;
  person.ScoreOf(CheckInAt(0, CalmVitals()));
  person.ScoreOf(WithSetAside(10, {}, "temperature", 560));
  EXPECT_THAT(person.ScoreOf(CheckInAt(20, Only(Vital::kPulse, 70))).missing_items,
              ElementsAre("temperature"));
  EXPECT_TRUE(person.ScoreOf(CheckInAt(30, Only(Vital::kTemperature, 37))).complete());
}

// case C05
TEST(LastVitals, ASaturationSetAsideIsMissingInTheScore) {
  Person person;
  auto vitals = CalmVitals();
  vitals.values[static_cast<size_t>(Vital::kSpo2)].reset();
  const domain::Score score = person.ScoreOf(WithSetAside(0, vitals, "spo2", 200));
  EXPECT_THAT(score.missing_items, ElementsAre("spo2"));
}

TEST(LastVitals, ACheckInWhoseReadingsWereAllSetAsideStillSaysWhatIsMissing) {
  Person person;
  const domain::Score score = person.ScoreOf(WithSetAside(0, {}, "temperature", 97.2));
  EXPECT_EQ(score.instrument, "NEWS2");
  EXPECT_FALSE(score.complete());
  EXPECT_THAT(score.missing_items, SizeIs(7));
}

TEST(LastVitals, ALateReadingDoesNotReplaceANewerOne) {
  Person person;
  person.ScoreOf(CheckInAt(30, Only(Vital::kPulse, 120)));
  person.ScoreOf(CheckInAt(0, Only(Vital::kPulse, 70)));
  EXPECT_EQ(person.state.last_vitals.at(domain::News2Parameter::kPulse).value, 120);
}

TEST(LastVitals, AReadingObservedLaterNeverStandsInForAnEarlierMoment) {
  Person person;
  person.ScoreOf(CheckInAt(30, CalmVitals()));
  EXPECT_THAT(person.ScoreOf(CheckInAt(20, Only(Vital::kPulse, 70))).missing_items, SizeIs(6));
}

TEST(LastVitals, OfOneInstantAGoodReadingOutweighsOneSetAsideInEitherOrder) {
  for (const bool good_first : {true, false}) {
    Person person;
    const auto good = CheckInAt(0, Only(Vital::kTemperature, 37));
    const auto bad = WithSetAside(0, {}, "temperature", 97.2);
    person.ScoreOf(good_first ? good : bad);
    person.ScoreOf(good_first ? bad : good);
    EXPECT_FALSE(person.state.last_vitals.at(domain::News2Parameter::kTemperature).set_aside);
  }
}

TEST(LastVitals, AWeightAloneHasNoNews2) {
  Person person;
  const Outcome outcome = person.Submit(CheckInAt(0, Only(Vital::kWeight, 70)), {7, 1});
  EXPECT_EQ(outcome.verdict, Verdict::kAccepted);
  EXPECT_THAT(outcome.scores, IsEmpty());
}

// case C07
TEST(LastVitals, ReadingsLeftBlankAreNeitherRememberedNorScored) {
  Person person;
  const domain::Score score = person.ScoreOf(CheckInAt(0, Only(Vital::kSpo2, 97)));
  EXPECT_THAT(score.items, SizeIs(1));
  EXPECT_THAT(person.state.last_vitals, SizeIs(1));
}

}  // namespace
}  // namespace withdrawal::scoring
