#include "libs/domain/units.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/golden/cases.h"

namespace withdrawal::domain {
namespace {

// case C02
TEST(Units, NinetyEightPointSixFahrenheitIsThirtySevenCelsiusAndScoresZero) {
  const auto celsius = ToCanonical(Vital::kTemperature, 98.6, "[degF]");
  ASSERT_TRUE(celsius.has_value());
  EXPECT_NEAR(*celsius, 37.0, 1e-9);
  News2Input input;
  input.Set(News2Parameter::kTemperature, *celsius);
  EXPECT_EQ(ScoreNews2(golden::BuiltIn().news2, input).partial_sum, 0);
}

// case C13: the written rule is in units.cc.
TEST(Units, MillimetresOfMercuryAreReadInTheirCommonSpellings) {
  for (const char* unit : {"mm[Hg]", "mmHg", "mm/Hg", "mm Hg"}) {
    EXPECT_EQ(ToCanonical(Vital::kSystolic, 92, unit), 92) << unit;
  }
  EXPECT_NE(ToCanonical(Vital::kSystolic, 92, "kPa"), 92);
  EXPECT_EQ(ToCanonical(Vital::kSystolic, 92, "psi"), std::nullopt);
}

TEST(Units, AUnitOfAnotherKindMeasuresNothing) {
  EXPECT_EQ(ToCanonical(Vital::kPulse, 80, "Cel"), std::nullopt);
  EXPECT_EQ(ToCanonical(Vital::kSpo2, 98, ""), std::nullopt);
}

TEST(Units, GramsAndPoundsBecomeKilograms) {
  EXPECT_NEAR(*ToCanonical(Vital::kWeight, 70500, "g"), 70.5, 1e-9);
  EXPECT_NEAR(*ToCanonical(Vital::kWeight, 100, "[lb_av]"), 45.359237, 1e-9);
}

TEST(Units, APerCentOfAlcoholIsTenGramsALitre) {
  EXPECT_NEAR(*ToCanonical(Vital::kBreathAlcohol, 0.08, "%"), 0.8, 1e-9);
}

// case C38
TEST(Units, FiftyMicrogramsAreNotFiftyMilligrams) {
  EXPECT_DOUBLE_EQ(*ToMilligrams(50, "mcg"), 0.05);
  EXPECT_DOUBLE_EQ(*ToMilligrams(50, "ug"), 0.05);
  EXPECT_DOUBLE_EQ(*ToMilligrams(50, "mg"), 50);
  EXPECT_DOUBLE_EQ(*ToMilligrams(1, "g"), 1000);
  EXPECT_EQ(ToMilligrams(50, "mcg/hour"), std::nullopt);
}

}  // namespace
}  // namespace withdrawal::domain
