#include "libs/domain/vital.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/golden/cases.h"

namespace withdrawal::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

JudgedVitals Judge(const std::vector<RawReading>& readings) {
  return JudgeVitals(golden::BuiltIn().vitals, readings);
}

std::vector<std::string> Reasons(const JudgedVitals& judged) {
  std::vector<std::string> reasons;
  for (const auto& reading : judged.set_aside) {
    reasons.push_back(reading.field.substr(sizeof("vital_signs.") - 1) + " " + reading.reason);
  }
  return reasons;
}

std::optional<double> Kept(const JudgedVitals& judged, Vital vital) {
  return judged.values[static_cast<size_t>(vital)];
}

// case C01
TEST(JudgeVitals, FahrenheitNumbersLabelledCelsiusAreSetAsideAndNotConverted) {
  for (const double value : {97.2, 99.0, 98.9}) {
    const JudgedVitals judged = Judge({{Vital::kTemperature, value, "Cel"}});
    EXPECT_THAT(Reasons(judged), ElementsAre("temperature FAHRENHEIT_AS_CELSIUS"));
    EXPECT_EQ(judged.set_aside[0].value, value);
    EXPECT_EQ(judged.set_aside[0].unit, "Cel");
    EXPECT_EQ(Kept(judged, Vital::kTemperature), std::nullopt);
  }
}

// case C02
TEST(JudgeVitals, ImpossibleFahrenheitIsSetAsideWithItsOriginal) {
  for (const double value : {37.0, 560.0}) {
    const JudgedVitals judged = Judge({{Vital::kTemperature, value, "[degF]"}});
    EXPECT_THAT(Reasons(judged), ElementsAre("temperature IMPLAUSIBLE_VALUE"));
    EXPECT_EQ(judged.set_aside[0].value, value);
    EXPECT_EQ(judged.set_aside[0].unit, "[degF]");
  }
  const JudgedVitals normal = Judge({{Vital::kTemperature, 98.6, "[degF]"}});
  EXPECT_THAT(normal.set_aside, IsEmpty());
  EXPECT_NEAR(*Kept(normal, Vital::kTemperature), 37.0, 1e-9);
}

// case C04
TEST(JudgeVitals, AZeroRateIsSetAsideAsAZeroAndItsNeighboursStay) {
  const JudgedVitals judged = Judge({{Vital::kRespiratoryRate, 0, "/min"},
                                     {Vital::kPulse, 80, "/min"},
                                     {Vital::kSpo2, 100, "%"}});
  EXPECT_THAT(Reasons(judged), ElementsAre("respiratory_rate ZERO_READING"));
  EXPECT_EQ(Kept(judged, Vital::kPulse), 80);
  EXPECT_EQ(Kept(judged, Vital::kSpo2), 100);
  EXPECT_THAT(Reasons(Judge({{Vital::kPulse, 0, "/min"}})), ElementsAre("pulse ZERO_READING"));
}

// case C05
TEST(JudgeVitals, ASaturationAboveOneHundredIsSetAside) {
  for (const double value : {200.0, 101.0}) {
    EXPECT_THAT(Reasons(Judge({{Vital::kSpo2, value, "%"}})), ElementsAre("spo2 SPO2_ABOVE_100"));
  }
  EXPECT_EQ(Kept(Judge({{Vital::kSpo2, 100, "%"}}), Vital::kSpo2), 100);
}

// case C19
TEST(JudgeVitals, ACuffThatFailedGivesNoBloodPressure) {
  const auto cuff = [](double systolic, double diastolic) {
    return Judge(
        {{Vital::kSystolic, systolic, "mm[Hg]"}, {Vital::kDiastolic, diastolic, "mm[Hg]"}});
  };
  EXPECT_THAT(Reasons(cuff(2047, 2047)),
              ElementsAre("systolic DEVICE_SENTINEL", "diastolic DEVICE_SENTINEL"));
  EXPECT_THAT(Reasons(cuff(2047, 238)),
              ElementsAre("systolic DEVICE_SENTINEL", "diastolic IMPLAUSIBLE_VALUE"));
  EXPECT_THAT(Reasons(cuff(1823, 43)),
              ElementsAre("systolic IMPLAUSIBLE_VALUE", "diastolic CUFF_READING_FAILED"));
  EXPECT_THAT(Reasons(Judge({{Vital::kPulse, 2047, "/min"}})),
              ElementsAre("pulse DEVICE_SENTINEL"));
}

TEST(JudgeVitals, SystolicMustBeAboveDiastolic) {
  const JudgedVitals judged =
      Judge({{Vital::kSystolic, 80, "mm[Hg]"}, {Vital::kDiastolic, 80, "mm[Hg]"}});
  EXPECT_THAT(Reasons(judged), ElementsAre("systolic SYSTOLIC_NOT_ABOVE_DIASTOLIC",
                                           "diastolic SYSTOLIC_NOT_ABOVE_DIASTOLIC"));
}

// case C08: a diastolic that is absent for a reason.
TEST(JudgeVitals, ASystolicAloneIsKept) {
  const JudgedVitals judged = Judge({{Vital::kSystolic, 128, "mm[Hg]"}});
  EXPECT_THAT(judged.set_aside, IsEmpty());
  EXPECT_EQ(Kept(judged, Vital::kSystolic), 128);
}

TEST(JudgeVitals, AnUnknownUnitIsAnErrorThatNamesTheField) {
  const JudgedVitals judged = Judge({{Vital::kTemperature, 37, "degC?"}});
  EXPECT_THAT(judged.set_aside, IsEmpty());
  ASSERT_EQ(judged.errors.size(), 1u);
  EXPECT_EQ(judged.errors[0].field, "vital_signs.temperature.unit");
  EXPECT_EQ(judged.errors[0].reason, "UNKNOWN_UNIT");
}

TEST(JudgeVitals, ANumberThatIsNoneIsAnErrorThatNamesTheField) {
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity()}) {
    const JudgedVitals judged = Judge({{Vital::kPulse, value, "/min"}});
    ASSERT_EQ(judged.errors.size(), 1u);
    EXPECT_EQ(judged.errors[0].field, "vital_signs.pulse.value");
  }
}

// Reference A.19: the ends of the ranges are plausible.
TEST(JudgeVitals, TheEndsOfARangeArePlausible) {
  for (const auto& [vital, definition] : golden::BuiltIn().vitals) {
    for (const double value : {definition.from, definition.to}) {
      EXPECT_THAT(Judge({{vital, value, definition.unit}}).set_aside, IsEmpty())
          << definition.title << " " << value;
    }
  }
}

}  // namespace
}  // namespace withdrawal::domain
