#include "libs/domain/news2.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/golden/cases.h"

namespace withdrawal::domain {
namespace {

using ::testing::ElementsAre;

// Everything at 0 points on air.
News2Input Calm(Spo2Scale scale = Spo2Scale::kScale1) {
  News2Input input;
  input.spo2_scale = scale;
  input.Set(News2Parameter::kRespiratoryRate, 16);
  input.Set(News2Parameter::kSpo2, scale == Spo2Scale::kScale1 ? 98 : 90);
  input.Set(News2Parameter::kOxygen, 0);
  input.Set(News2Parameter::kSystolic, 120);
  input.Set(News2Parameter::kPulse, 70);
  input.Set(News2Parameter::kConsciousness, static_cast<double>(Consciousness::kAlert));
  input.Set(News2Parameter::kTemperature, 37.0);
  return input;
}

Score ScoreOf(const News2Input& input) { return ScoreNews2(golden::BuiltIn().news2, input); }

int TotalWith(News2Parameter parameter, double value) {
  News2Input input = Calm();
  input.Set(parameter, value);
  return *ScoreOf(input).total;
}

int PointsOf(const Score& score, const std::string& code) {
  for (const ItemScore& item : score.items) {
    if (item.code == code) return item.points;
  }
  return -1;
}

// case C29
TEST(News2, OnScaleTwoOnAirHighSaturationScoresZero) {
  for (const double spo2 : {93.0, 97.0, 90.0, 100.0}) {
    News2Input input = Calm(Spo2Scale::kScale2);
    input.Set(News2Parameter::kSpo2, spo2);
    EXPECT_EQ(*ScoreOf(input).total, 0) << spo2;
  }
}

// case C29; C05 for 100 %
TEST(News2, OnScaleTwoOnOxygenHighSaturationScoresBesideTheOxygen) {
  const std::map<double, int> points = {{93, 1}, {95, 2}, {97, 3}, {100, 3}};
  for (const auto& [spo2, expected] : points) {
    News2Input input = Calm(Spo2Scale::kScale2);
    input.Set(News2Parameter::kSpo2, spo2);
    input.Set(News2Parameter::kOxygen, 1);
    const Score score = ScoreOf(input);
    EXPECT_EQ(PointsOf(score, "spo2"), expected) << spo2;
    EXPECT_EQ(PointsOf(score, "oxygen"), 2);
    EXPECT_EQ(*score.total, expected + 2);
  }
}

// case C05
TEST(News2, ASaturationOfOneHundredScoresZeroOnScaleOne) {
  EXPECT_EQ(TotalWith(News2Parameter::kSpo2, 100), 0);
}

TEST(News2, OnScaleTwoWithOxygenUnknownTheSaturationCountsAsOnAir) {
  News2Input input = Calm(Spo2Scale::kScale2);
  input.Set(News2Parameter::kSpo2, 97);
  input.readings[static_cast<size_t>(News2Parameter::kOxygen)].reset();
  const Score score = ScoreOf(input);
  EXPECT_FALSE(score.complete());
  EXPECT_EQ(score.partial_sum, 0) << "a lower bound";
  EXPECT_THAT(score.missing_items, ElementsAre("oxygen"));
}

// Reference A.12: round half up to 0.1 before banding.
TEST(News2, TemperatureIsRoundedHalfUpToATenth) {
  EXPECT_EQ(TotalWith(News2Parameter::kTemperature, 35.04), 3);
  EXPECT_EQ(TotalWith(News2Parameter::kTemperature, 35.05), 1);
  EXPECT_EQ(TotalWith(News2Parameter::kTemperature, 38.04), 0);
  EXPECT_EQ(TotalWith(News2Parameter::kTemperature, 38.05), 1);
  EXPECT_EQ(TotalWith(News2Parameter::kTemperature, 39.05), 2);
}

// Trap 3 of the reference: a public fixture has 1 here.
TEST(News2, ThirtySevenPointFiveScoresZero) {
  EXPECT_EQ(TotalWith(News2Parameter::kTemperature, 37.5), 0);
}

// Trap 4 of the reference.
TEST(News2, ASingleThreeBelowFiveIsLowMedium) {
  News2Input input = Calm();
  input.Set(News2Parameter::kSystolic, 85);
  EXPECT_EQ(ScoreOf(input).band, "low_medium");
  input.Set(News2Parameter::kTemperature, 36.0);
  EXPECT_EQ(*ScoreOf(input).total, 4);
  EXPECT_EQ(ScoreOf(input).band, "low_medium");
}

TEST(News2, FourWithoutASingleThreeIsLow) {
  News2Input input = Calm();
  input.Set(News2Parameter::kRespiratoryRate, 22);
  input.Set(News2Parameter::kSpo2, 93);
  EXPECT_EQ(*ScoreOf(input).total, 4);
  EXPECT_EQ(ScoreOf(input).band, "low");
}

TEST(News2, FiveWithASingleThreeIsMedium) {
  News2Input input = Calm();
  input.Set(News2Parameter::kRespiratoryRate, 25);
  input.Set(News2Parameter::kSpo2, 93);
  EXPECT_EQ(ScoreOf(input).band, "medium");
}

TEST(News2, AMissingParameterLeavesNoTotalButASingleThreeStillShows) {
  News2Input input = Calm();
  input.Set(News2Parameter::kRespiratoryRate, 8);
  input.readings[static_cast<size_t>(News2Parameter::kTemperature)].reset();
  const Score score = ScoreOf(input);
  EXPECT_FALSE(score.complete());
  EXPECT_EQ(score.band, "");
  EXPECT_EQ(score.band_at_least, "low_medium");
  EXPECT_THAT(score.missing_items, ElementsAre("temperature"));
}

TEST(News2, AnyConsciousnessButAlertScoresThree) {
  for (const auto level : {Consciousness::kConfusion, Consciousness::kVoice, Consciousness::kPain,
                           Consciousness::kUnresponsive}) {
    EXPECT_EQ(TotalWith(News2Parameter::kConsciousness, static_cast<double>(level)), 3);
  }
}

TEST(News2, TheWorstOfEverythingIsTwenty) {
  News2Input input = Calm();
  input.Set(News2Parameter::kRespiratoryRate, 30);
  input.Set(News2Parameter::kSpo2, 80);
  input.Set(News2Parameter::kOxygen, 1);
  input.Set(News2Parameter::kSystolic, 70);
  input.Set(News2Parameter::kPulse, 140);
  input.Set(News2Parameter::kConsciousness, static_cast<double>(Consciousness::kUnresponsive));
  input.Set(News2Parameter::kTemperature, 34.0);
  EXPECT_EQ(*ScoreOf(input).total, 20);
}

TEST(News2, TheScaleInUseIsNamed) {
  EXPECT_EQ(ScoreOf(Calm()).scheme, "rcp2017/scale1");
  EXPECT_EQ(ScoreOf(Calm(Spo2Scale::kScale2)).scheme, "rcp2017/scale2");
}

TEST(News2, AgesOfLastKnownValuesAreShownAndThoseOfNowAreNot) {
  News2Input input = Calm();
  input.Set(News2Parameter::kTemperature, 38.5, absl::Minutes(90));
  const Score score = ScoreOf(input);
  EXPECT_EQ(*score.total, 1);
  EXPECT_EQ(score.items.back(), (ItemScore{"temperature", 1, absl::Minutes(90)}));
  EXPECT_FALSE(score.items.front().age.has_value());
}

// case C07
TEST(News2, WhatWasNotMeasuredIsMissingAndNotZero) {
  VitalSigns vitals;
  vitals.Set(Vital::kRespiratoryRate, 16);
  const Score score = ScoreOf(ToNews2Input(vitals, Spo2Scale::kScale1));
  EXPECT_EQ(score.partial_sum, 0);
  EXPECT_THAT(score.missing_items,
              ElementsAre("spo2", "oxygen", "systolic", "pulse", "consciousness", "temperature"));
}

}  // namespace
}  // namespace withdrawal::domain
