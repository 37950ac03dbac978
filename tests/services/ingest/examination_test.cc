// What ingest stores, sets aside and refuses, from the message to the event.
#include <limits>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/ingest/codec.h"
#include "tests/services/ingest/examples.h"

namespace withdrawal::ingest {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Reasons = std::vector<std::pair<std::string, std::string>>;  // field, reason

Reasons ErrorsOf(const events::v1::CheckIn& check_in) {
  Reasons reasons;
  for (const auto& error : Examine(BuiltInRules(), ToRaw(check_in), Now()).errors) {
    EXPECT_NE(error.description, "");
    reasons.emplace_back(error.field, error.reason);
  }
  return reasons;
}

Reasons ErrorsOf(const std::string& text) { return ErrorsOf(Example(text)); }

events::v1::CheckInRecorded Stored(const std::string& text) {
  const auto check_in = Example(text);
  const auto findings = Examine(BuiltInRules(), ToRaw(check_in), Now());
  EXPECT_THAT(ErrorsOf(check_in), IsEmpty());
  return ToEvent(check_in, findings, Now());
}

Reasons SetAside(const events::v1::CheckInRecorded& event) {
  Reasons reasons;
  for (const auto& reading : event.set_aside()) {
    reasons.emplace_back(reading.field(), reading.reason());
  }
  return reasons;
}

// case C01
TEST(Examination, FahrenheitNumbersInCelsiusAreSetAsideAndNotConverted) {
  for (const double value : {97.2, 99.0, 98.9}) {
    const auto event = Stored(absl::StrCat("vital_signs { pulse { value: 80 unit: '/min' } ",
                                           "temperature { value: ", value, " unit: 'Cel' } }"));
    EXPECT_THAT(SetAside(event),
                ElementsAre(Pair("vital_signs.temperature", "FAHRENHEIT_AS_CELSIUS")));
    EXPECT_FALSE(event.check_in().vital_signs().has_temperature());
    EXPECT_EQ(event.check_in().vital_signs().pulse().value(), 80);
    EXPECT_EQ(event.set_aside(0).original().value(), value);
    EXPECT_EQ(event.set_aside(0).original().unit(), "Cel");
  }
}

// case C02
TEST(Examination, FahrenheitIsConvertedAndTheOriginalKept) {
  const auto event = Stored("vital_signs { temperature { value: 98.6 unit: '[degF]' } }");
  EXPECT_EQ(event.check_in().vital_signs().temperature().value(), 37.0);
  EXPECT_EQ(event.check_in().vital_signs().temperature().unit(), "Cel");
  ASSERT_EQ(event.converted_size(), 1);
  EXPECT_EQ(event.converted(0).field(), "vital_signs.temperature");
  EXPECT_EQ(event.converted(0).original().value(), 98.6);
  EXPECT_EQ(event.converted(0).original().unit(), "[degF]");
}

// case C02
TEST(Examination, ImpossibleFahrenheitIsSetAside) {
  for (const int value : {37, 560}) {
    const auto event =
        Stored(absl::StrCat("vital_signs { temperature { value: ", value, " unit: '[degF]' } }"));
    EXPECT_THAT(SetAside(event), ElementsAre(Pair("vital_signs.temperature", "IMPLAUSIBLE_VALUE")));
    EXPECT_EQ(event.set_aside(0).original().unit(), "[degF]");
  }
}

TEST(Examination, ConversionLeavesNoNoiseAtTheEdgeOfABand) {
  const auto event = Stored("vital_signs { temperature { value: 100.4 unit: '[degF]' } }");
  EXPECT_EQ(event.check_in().vital_signs().temperature().value(), 38.0);
}

// case C04
TEST(Examination, ZeroRespirationOrPulseIsSetAsideUnderAReasonOfItsOwn) {
  const auto event = Stored(
      "vital_signs { respiratory_rate { value: 0 unit: '/min' } pulse { value: 61 unit: '/min' } "
      "spo2 { value: 100 unit: '%' } }");
  EXPECT_THAT(SetAside(event), ElementsAre(Pair("vital_signs.respiratory_rate", "ZERO_READING")));
  EXPECT_EQ(event.check_in().vital_signs().pulse().value(), 61);
  EXPECT_THAT(SetAside(Stored("vital_signs { pulse { value: 0 unit: '/min' } }")),
              ElementsAre(Pair("vital_signs.pulse", "ZERO_READING")));
}

// case C05
TEST(Examination, SaturationAboveHundredIsSetAsideAndHundredIsStored) {
  for (const int value : {200, 101}) {
    const auto event =
        Stored(absl::StrCat("vital_signs { spo2 { value: ", value, " unit: '%' } }"));
    EXPECT_THAT(SetAside(event), ElementsAre(Pair("vital_signs.spo2", "SPO2_ABOVE_100")));
  }
  const auto event = Stored("vital_signs { spo2 { value: 100 unit: '%' } }");
  EXPECT_EQ(event.check_in().vital_signs().spo2().value(), 100);
}

// case C07
TEST(Examination, VitalSignsLeftBlankStayAbsent) {
  auto sent = Example("vital_signs { spo2 { value: 97 unit: '%' } }");
  ASSERT_TRUE(sent.ParseFromString(sent.SerializeAsString()));
  const auto event = ToEvent(sent, Examine(BuiltInRules(), ToRaw(sent), Now()), Now());
  const auto& vitals = event.check_in().vital_signs();
  EXPECT_FALSE(vitals.has_temperature());
  EXPECT_FALSE(vitals.has_pulse());
  EXPECT_FALSE(vitals.has_weight());
  EXPECT_FALSE(vitals.has_on_oxygen());
}

// case C07
TEST(Examination, QuantityOfDefaultsIsRefusedForWantOfAUnit) {
  EXPECT_THAT(ErrorsOf("vital_signs { pulse { } }"),
              ElementsAre(Pair("vital_signs.pulse.unit", "UNKNOWN_UNIT")));
}

// case C19
TEST(Examination, CuffErrorNumbersAreSetAsideBothHalves) {
  const std::vector<std::pair<int, int>> pressures = {{2047, 2047}, {2047, 238}, {1823, 43}};
  for (const auto& [systolic, diastolic] : pressures) {
    const auto event = Stored(absl::StrCat("vital_signs { systolic { value: ", systolic,
                                           " unit: 'mm[Hg]' } diastolic { value: ", diastolic,
                                           " unit: 'mm[Hg]' } }"));
    EXPECT_EQ(event.set_aside_size(), 2) << systolic;
    EXPECT_FALSE(event.check_in().vital_signs().has_systolic());
    EXPECT_FALSE(event.check_in().vital_signs().has_diastolic());
  }
  EXPECT_THAT(SetAside(Stored("vital_signs { pulse { value: 2047 unit: '/min' } }")),
              ElementsAre(Pair("vital_signs.pulse", "DEVICE_SENTINEL")));
}

TEST(Examination, SystolicNotAboveDiastolicSetsBothAside) {
  const auto event = Stored(
      "vital_signs { systolic { value: 80 unit: 'mm[Hg]' } "
      "diastolic { value: 80 unit: 'mm[Hg]' } }");
  EXPECT_THAT(SetAside(event),
              Contains(Pair("vital_signs.systolic", "SYSTOLIC_NOT_ABOVE_DIASTOLIC")));
  EXPECT_EQ(event.set_aside_size(), 2);
}

TEST(Examination, NumbersThatAreNoneAreRefused) {
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    auto check_in = Example("vital_signs { pulse { unit: '/min' } }");
    check_in.mutable_vital_signs()->mutable_pulse()->set_value(value);
    EXPECT_THAT(ErrorsOf(check_in), ElementsAre(Pair("vital_signs.pulse.value", "NOT_A_NUMBER")));
    auto dose = Example("dose { product: 'methadone' amount { unit: 'mg' } outcome: 1 }");
    dose.mutable_dose()->mutable_amount()->set_value(value);
    EXPECT_THAT(ErrorsOf(dose), ElementsAre(Pair("dose.amount.value", "NOT_A_NUMBER")));
  }
}

// 1e308 g is finite and no number of milligrams.
TEST(Examination, ADoseBeyondAnyDoseIsRefused) {
  auto dose = Example("dose { product: 'methadone' amount { unit: 'g' } outcome: 1 }");
  for (const double value : {1e308, 1001.0}) {
    dose.mutable_dose()->mutable_amount()->set_value(value);
    EXPECT_THAT(ErrorsOf(dose), ElementsAre(Pair("dose.amount.value", "OUT_OF_RANGE")));
  }
}

TEST(Examination, EveryWrongFieldIsFoundAtOnce) {
  auto check_in = Example("vital_signs { pulse { value: 80 unit: 'Hz' } rass: 5 }");
  check_in.set_patient_id("Jane Doe");
  check_in.set_check_in_id("");
  check_in.clear_observed_at();
  check_in.set_utc_offset_minutes(841);
  check_in.set_rater(static_cast<events::v1::Rater>(77));
  check_in.mutable_source()->set_app(std::string(65, 'x'));
  EXPECT_THAT(ErrorsOf(check_in),
              UnorderedElementsAre(Pair("patient_id", "BAD_CHARACTER"),
                                   Pair("check_in_id", "REQUIRED"), Pair("observed_at", "REQUIRED"),
                                   Pair("utc_offset_minutes", "OUT_OF_RANGE"),
                                   Pair("rater", "UNKNOWN_VALUE"), Pair("source.app", "TOO_LONG"),
                                   Pair("vital_signs.pulse.unit", "UNKNOWN_UNIT"),
                                   Pair("vital_signs.rass", "OUT_OF_RANGE")));
}

TEST(Examination, ObservationMayBeTwoMinutesAheadAndFourteenDaysBehind) {
  const auto at = [](domain::Instant observed_at) {
    auto check_in = Example("red_flags { }");
    *check_in.mutable_observed_at() = codec::ToProto(observed_at);
    return ErrorsOf(check_in);
  };
  EXPECT_THAT(at(Now() + absl::Minutes(2)), IsEmpty());
  EXPECT_THAT(at(Now() + absl::Minutes(2) + absl::Nanoseconds(1)),
              ElementsAre(Pair("observed_at", "IN_THE_FUTURE")));
  EXPECT_THAT(at(Now() - absl::Hours(14 * 24)), IsEmpty());
  EXPECT_THAT(at(Now() - absl::Hours(14 * 24) - absl::Nanoseconds(1)),
              ElementsAre(Pair("observed_at", "TOO_OLD")));
}

TEST(Examination, ScoreValuesThatTheFormDoesNotHaveAreRefusedByName) {
  const std::string clinician = "rater: RATER_CLINICIAN_IN_PERSON instrument_response { ";
  EXPECT_THAT(ErrorsOf(clinician + "instrument: 'COWS' items { code: 'pulse' value: 3 } }"),
              ElementsAre(Pair("instrument_response.items[0].value", "VALUE_NOT_ALLOWED")));
  EXPECT_THAT(ErrorsOf(clinician + "instrument: 'COWS' items { code: 'gooseflesh' value: 1 } }"),
              ElementsAre(Pair("instrument_response.items[0].value", "VALUE_NOT_ALLOWED")));
  EXPECT_THAT(
      ErrorsOf(clinician + "instrument: 'CIWA-Ar' items { code: 'orientation' value: 5 } }"),
      ElementsAre(Pair("instrument_response.items[0].value", "VALUE_NOT_ALLOWED")));
}

TEST(Examination, ClinicianScaleByAPatientAndUnknownInstrumentAreRefused) {
  EXPECT_THAT(
      ErrorsOf("instrument_response { instrument: 'COWS' items { code: 'pulse' value: 1 } }"),
      ElementsAre(Pair("rater", "RATER_NOT_ALLOWED")));
  EXPECT_THAT(ErrorsOf("instrument_response { instrument: 'PHQ-99' }"),
              ElementsAre(Pair("instrument_response.instrument", "UNKNOWN_INSTRUMENT")));
}

TEST(Examination, DoseIsStoredInMilligrams) {
  const auto event = Stored(
      "dose { product: 'fentanyl' amount { value: 50 unit: 'mcg' } outcome: DOSE_OUTCOME_TAKEN }");
  EXPECT_EQ(event.check_in().dose().amount().value(), 0.05);
  EXPECT_EQ(event.check_in().dose().amount().unit(), "mg");
  EXPECT_EQ(event.converted(0).original().unit(), "mcg");
}

TEST(Examination, DoseNeedsAPositiveAmountInAKnownUnitWhenTaken) {
  const auto dose = [](const std::string& rest) {
    return ErrorsOf("dose { product: 'methadone' " + rest + "}");
  };
  EXPECT_THAT(dose("outcome: DOSE_OUTCOME_MISSED"), IsEmpty());
  EXPECT_THAT(dose("outcome: DOSE_OUTCOME_TAKEN"), ElementsAre(Pair("dose.amount", "REQUIRED")));
  EXPECT_THAT(dose("outcome: DOSE_OUTCOME_TAKEN amount { value: 10 unit: 'mL' }"),
              ElementsAre(Pair("dose.amount.unit", "UNKNOWN_UNIT")));
  EXPECT_THAT(dose("outcome: DOSE_OUTCOME_TAKEN amount { value: 0 unit: 'mg' }"),
              ElementsAre(Pair("dose.amount.value", "OUT_OF_RANGE")));
  EXPECT_THAT(dose("amount { value: 10 unit: 'mg' }"),
              ElementsAre(Pair("dose.outcome", "REQUIRED")));
  EXPECT_THAT(ErrorsOf("dose { product: 'methadon' outcome: DOSE_OUTCOME_MISSED }"),
              ElementsAre(Pair("dose.product", "UNKNOWN_PRODUCT")));
}

TEST(Examination, CravingAndSessionKeepToTheirRanges) {
  EXPECT_THAT(ErrorsOf("craving { }"), ElementsAre(Pair("craving", "EMPTY")));
  EXPECT_THAT(ErrorsOf("craving { nrs: 10 vas: 0 }"), IsEmpty());
  EXPECT_THAT(
      ErrorsOf("craving { nrs: 11 vas: -1 }"),
      ElementsAre(Pair("craving.nrs", "OUT_OF_RANGE"), Pair("craving.vas", "OUT_OF_RANGE")));
  EXPECT_THAT(ErrorsOf("session { session_id: 's1' planned_minutes: 1440 }"), IsEmpty());
  EXPECT_THAT(ErrorsOf("session { planned_minutes: 1441 attended_minutes: -1 }"),
              ElementsAre(Pair("session.session_id", "REQUIRED"),
                          Pair("session.planned_minutes", "OUT_OF_RANGE"),
                          Pair("session.attended_minutes", "OUT_OF_RANGE")));
}

TEST(Examination, RedFlagsAreKnownOnesOrNone) {
  EXPECT_THAT(ErrorsOf("red_flags { }"), IsEmpty());
  EXPECT_THAT(ErrorsOf("red_flags { flags: RED_FLAG_SEIZURE vomiting_hours: 168 }"), IsEmpty());
  auto check_in = Example("red_flags { flags: RED_FLAG_SEIZURE flags: RED_FLAG_UNSPECIFIED }");
  check_in.mutable_red_flags()->add_flags(static_cast<events::v1::RedFlag>(99));
  EXPECT_THAT(ErrorsOf(check_in), ElementsAre(Pair("red_flags.flags[1]", "REQUIRED"),
                                              Pair("red_flags.flags[2]", "UNKNOWN_VALUE")));
  EXPECT_THAT(ErrorsOf("red_flags { vomiting_hours: 169 }"),
              ElementsAre(Pair("red_flags.vomiting_hours", "OUT_OF_RANGE")));
}

TEST(Examination, NoteIsMeasuredInCharacters) {
  std::string characters;
  for (int i = 0; i < 2000; ++i) characters += "\xc3\xa9";
  auto check_in = Example("red_flags { }");
  check_in.mutable_red_flags()->set_note(characters);
  EXPECT_THAT(ErrorsOf(check_in), IsEmpty());
  check_in.mutable_red_flags()->set_note(characters + "e");
  EXPECT_THAT(ErrorsOf(check_in), ElementsAre(Pair("red_flags.note", "TOO_LONG")));
}

TEST(Examination, DeviceReportsVitalSignsOnly) {
  EXPECT_THAT(ErrorsOf("rater: RATER_DEVICE vital_signs { spo2 { value: 97 unit: '%' } }"),
              IsEmpty());
  EXPECT_THAT(ErrorsOf("rater: RATER_DEVICE craving { nrs: 1 }"),
              ElementsAre(Pair("rater", "RATER_NOT_ALLOWED")));
}

TEST(Examination, KindMustBeSetAndVitalSignsNotEmpty) {
  EXPECT_THAT(ErrorsOf(""), ElementsAre(Pair("kind", "REQUIRED")));
  EXPECT_THAT(ErrorsOf("vital_signs { at_rest: true }"), ElementsAre(Pair("vital_signs", "EMPTY")));
}

// EN-05
TEST(Examination, EveryWrongFieldOfALapseReportIsNamed) {
  EXPECT_THAT(ErrorsOf("lapse { substance_class: 'alcohol' }"), IsEmpty());
  EXPECT_THAT(ErrorsOf("lapse { substance_class: 'other' product: 'kratom' route: 'oral'"
                       " amount { value: 4 unit: 'drinks' } alone: true naloxone_present: false"
                       " use_days_in_last_7: 7 note: 'a hard day' }"),
              IsEmpty());
  const std::string long_text(65, 'x');
  EXPECT_THAT(
      ErrorsOf("lapse { substance_class: 'beer' product: '" + long_text +
               "' amount { value: 0 } route: 'by<mouth' use_days_in_last_7: 8 note: '" +
               std::string(2001, 'n') + "' }"),
      UnorderedElementsAre(
          Pair("lapse.substance_class", "UNKNOWN_VALUE"), Pair("lapse.product", "TOO_LONG"),
          Pair("lapse.amount.value", "OUT_OF_RANGE"), Pair("lapse.amount.unit", "REQUIRED"),
          Pair("lapse.route", "BAD_CHARACTER"), Pair("lapse.use_days_in_last_7", "OUT_OF_RANGE"),
          Pair("lapse.note", "TOO_LONG")));
  EXPECT_THAT(
      ErrorsOf("lapse { amount { value: nan unit: '" + long_text + "' } use_days_in_last_7: 0 }"),
      UnorderedElementsAre(
          Pair("lapse.substance_class", "REQUIRED"), Pair("lapse.amount.value", "NOT_A_NUMBER"),
          Pair("lapse.amount.unit", "TOO_LONG"), Pair("lapse.use_days_in_last_7", "OUT_OF_RANGE")));
  EXPECT_THAT(ErrorsOf("lapse { substance_class: 'alcohol' amount { value: -1 unit: 'l' } }"),
              ElementsAre(Pair("lapse.amount.value", "OUT_OF_RANGE")));
}

// EN-06
TEST(Examination, EveryWrongFieldOfATriggerLogIsNamed) {
  EXPECT_THAT(ErrorsOf("triggers { hungry: 0 }"), IsEmpty());
  EXPECT_THAT(ErrorsOf("triggers { angry: 3 people: 'ex-partner' coping: 'walk'"
                       " substance_class: 'cannabis' craving_check_in_id: 'c:1' note: 'x' }"),
              IsEmpty());
  EXPECT_THAT(ErrorsOf("triggers { }"), ElementsAre(Pair("triggers", "EMPTY")));
  EXPECT_THAT(
      ErrorsOf("triggers { hungry: 4 angry: -1 lonely: 9 tired: 4 people: 'Ann' places: ''"
               " things: 'a b' coping: '" +
               std::string(33, 'c') +
               "' substance_class: 'wine' craving_check_in_id: 'a/b' note: '" +
               std::string(2001, 'n') + "' }"),
      UnorderedElementsAre(
          Pair("triggers.hungry", "OUT_OF_RANGE"), Pair("triggers.angry", "OUT_OF_RANGE"),
          Pair("triggers.lonely", "OUT_OF_RANGE"), Pair("triggers.tired", "OUT_OF_RANGE"),
          Pair("triggers.people[0]", "BAD_CHARACTER"), Pair("triggers.places[0]", "REQUIRED"),
          Pair("triggers.things[0]", "BAD_CHARACTER"), Pair("triggers.coping[0]", "TOO_LONG"),
          Pair("triggers.substance_class", "UNKNOWN_VALUE"),
          Pair("triggers.craving_check_in_id", "BAD_CHARACTER"),
          Pair("triggers.note", "TOO_LONG")));
  std::string many = "triggers {";
  for (int i = 0; i < 11; ++i) many += " places: 'p'";
  EXPECT_THAT(ErrorsOf(many + " }"), ElementsAre(Pair("triggers.places", "TOO_MANY")));
}

// EN-11
TEST(Examination, ABehaviourIsVerifiedByAClinicianAndOneOfTheCatalogue) {
  const std::string met = "target_behaviour { behaviour: 'negative-test' met: true }";
  EXPECT_THAT(ErrorsOf("rater: RATER_CLINICIAN_VIDEO " + met), IsEmpty());
  EXPECT_THAT(ErrorsOf("rater: RATER_CLINICIAN_IN_PERSON " + met), IsEmpty());
  for (const std::string rater : {"PATIENT", "SUPPORT_PERSON", "DEVICE"}) {
    EXPECT_THAT(ErrorsOf("rater: RATER_" + rater + " " + met),
                ElementsAre(Pair("rater", "RATER_NOT_ALLOWED")))
        << rater;
  }
  EXPECT_THAT(
      ErrorsOf("rater: RATER_CLINICIAN_VIDEO target_behaviour { behaviour: 'jogging' note: '" +
               std::string(2001, 'n') + "' }"),
      UnorderedElementsAre(Pair("target_behaviour.behaviour", "UNKNOWN_VALUE"),
                           Pair("target_behaviour.met", "REQUIRED"),
                           Pair("target_behaviour.note", "TOO_LONG")));
}

}  // namespace
}  // namespace withdrawal::ingest
