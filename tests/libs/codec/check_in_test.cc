#include "libs/codec/check_in.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

events::v1::CheckInRecorded Base() {
  events::v1::CheckInRecorded recorded;
  auto* check_in = recorded.mutable_check_in();
  check_in->set_patient_id("p1");
  check_in->set_check_in_id("c1");
  check_in->set_rater(events::v1::RATER_PATIENT);
  check_in->mutable_observed_at()->set_seconds(1'782'864'000);
  recorded.mutable_received_at()->set_seconds(1'782'864'001);
  return recorded;
}

void SetQuantity(events::v1::Quantity* quantity, double value, const std::string& unit) {
  quantity->set_value(value);
  quantity->set_unit(unit);
}

// case C07
TEST(CheckInCodec, WhatWasNotMeasuredIsAbsentAndNotZero) {
  auto recorded = Base();
  SetQuantity(recorded.mutable_check_in()->mutable_vital_signs()->mutable_spo2(), 98, "%");
  const auto check_in = FromProto(recorded);
  ASSERT_TRUE(check_in.ok()) << check_in.status();
  const auto& vitals = std::get<domain::VitalSigns>(check_in->kind);
  EXPECT_EQ(vitals.Get(domain::Vital::kSpo2), 98);
  for (const auto vital :
       {domain::Vital::kTemperature, domain::Vital::kPulse, domain::Vital::kWeight}) {
    EXPECT_EQ(vitals.Get(vital), std::nullopt);
  }
  EXPECT_EQ(vitals.on_oxygen, std::nullopt);
  EXPECT_EQ(vitals.consciousness, std::nullopt);
  EXPECT_EQ(vitals.rass, std::nullopt);
}

TEST(CheckInCodec, EveryReadingHasItsPlace) {
  events::v1::VitalSigns vitals;
  for (int i = 0; i < domain::kVitalCount; ++i) {
    const auto vital = static_cast<domain::Vital>(i);
    EXPECT_EQ(FindReading(vitals, vital), nullptr);
    MutableReading(&vitals, vital)->set_value(i);
    ASSERT_NE(FindReading(vitals, vital), nullptr);
    EXPECT_EQ(FindReading(vitals, vital)->value(), i);
  }
  ClearReading(&vitals, domain::Vital::kPulse);
  EXPECT_FALSE(vitals.has_pulse());
  EXPECT_TRUE(vitals.has_spo2());
}

TEST(CheckInCodec, AUnitThatDoesNotMeasureTheVitalSignIsRefused) {
  auto recorded = Base();
  SetQuantity(recorded.mutable_check_in()->mutable_vital_signs()->mutable_pulse(), 80, "Cel");
  const auto check_in = FromProto(recorded);
  EXPECT_TRUE(absl::IsInvalidArgument(check_in.status()));
  EXPECT_THAT(std::string(check_in.status().message()), HasSubstr("vital_signs.pulse"));
}

TEST(CheckInCodec, AnItemWithoutValueWasNotAnswered) {
  auto recorded = Base();
  auto* response = recorded.mutable_check_in()->mutable_instrument_response();
  response->set_instrument("SAWS");
  response->add_items()->set_code("anxious");
  auto* zero = response->add_items();
  zero->set_code("tremor");
  zero->set_value(0);
  const auto check_in = FromProto(recorded);
  ASSERT_TRUE(check_in.ok());
  EXPECT_THAT(std::get<domain::InstrumentResponse>(check_in->kind).items,
              ElementsAre(std::pair<const std::string, int>("tremor", 0)));
}

// case C38
TEST(CheckInCodec, ADoseInMicrogramsIsStoredInMilligrams) {
  auto recorded = Base();
  auto* dose = recorded.mutable_check_in()->mutable_dose();
  dose->set_product("fentanyl");
  dose->set_outcome(events::v1::DOSE_OUTCOME_TAKEN);
  SetQuantity(dose->mutable_amount(), 50, "mcg");
  EXPECT_DOUBLE_EQ(*std::get<domain::DoseEvent>(FromProto(recorded)->kind).milligrams, 0.05);
  dose->mutable_amount()->set_unit("drops");
  EXPECT_TRUE(absl::IsInvalidArgument(FromProto(recorded).status()));
}

// EN-05, EN-06
TEST(CheckInCodec, LapseReportsAndTriggerLogsComeBackAsTheyWere) {
  domain::LapseReport lapse{"fentanyl", "blues", 2, "pills", "smoked", true, false, true, 3, false};
  auto recorded = Base();
  ToProto(lapse, recorded.mutable_check_in()->mutable_lapse());
  recorded.mutable_check_in()->mutable_lapse()->set_note("not for rules");
  const auto read = FromProto(recorded);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(std::get<domain::LapseReport>(read->kind), lapse);
  recorded.mutable_check_in()->mutable_lapse()->clear_substance_class();
  EXPECT_TRUE(absl::IsInvalidArgument(FromProto(recorded).status()));

  domain::TriggerLog log{0,       {},        3,          1,   {"friend"}, {"pub", "station"},
                         {"pay"}, "alcohol", {"walked"}, "c7"};
  ToProto(log, recorded.mutable_check_in()->mutable_triggers());
  EXPECT_EQ(std::get<domain::TriggerLog>(FromProto(recorded)->kind), log);
}

TEST(CheckInCodec, WhatALapseReportDoesNotSayIsAbsentAndNotZero) {
  auto recorded = Base();
  recorded.mutable_check_in()->mutable_lapse()->set_substance_class("alcohol");
  EXPECT_EQ(std::get<domain::LapseReport>(FromProto(recorded)->kind),
            (domain::LapseReport{"alcohol", "", {}, "", "", {}, {}, {}, {}, {}}));
}

TEST(CheckInCodec, TheOrderOfTagsIsNotContent) {
  auto one = Base();
  auto* log = one.mutable_check_in()->mutable_triggers();
  log->add_places("pub");
  log->add_places("station");
  auto other = Base();
  log = other.mutable_check_in()->mutable_triggers();
  log->add_places("station");
  log->add_places("pub");
  EXPECT_EQ(CanonicalContent(one), CanonicalContent(other));
  log->add_people("pub");
  EXPECT_NE(CanonicalContent(one), CanonicalContent(other));
}

TEST(CheckInCodec, EveryRedFlagHasACodeAndTheCodeGivesItBack) {
  for (int number = 1; number < events::v1::RedFlag_ARRAYSIZE; ++number) {
    const auto flag = static_cast<events::v1::RedFlag>(number);
    EXPECT_EQ(RedFlagFromCode(RedFlagCode(flag)), flag);
  }
  EXPECT_EQ(RedFlagCode(events::v1::RED_FLAG_HARD_TO_WAKE), "hard_to_wake");
  EXPECT_EQ(RedFlagCode(events::v1::RED_FLAG_UNSPECIFIED), "");
  EXPECT_EQ(RedFlagFromCode("no_such_flag"), events::v1::RED_FLAG_UNSPECIFIED);
}

TEST(CheckInCodec, WhatIsNeededAndAbsentIsNamed) {
  const auto complaint = [](auto change) {
    auto recorded = Base();
    recorded.mutable_check_in()->mutable_red_flags();
    change(recorded);
    return std::string(FromProto(recorded).status().message());
  };
  EXPECT_EQ(complaint([](auto&) {}), "");
  EXPECT_THAT(complaint([](auto& r) { r.mutable_check_in()->clear_patient_id(); }),
              HasSubstr("patient_id"));
  EXPECT_THAT(complaint([](auto& r) { r.mutable_check_in()->clear_check_in_id(); }),
              HasSubstr("check_in_id"));
  EXPECT_THAT(complaint([](auto& r) { r.mutable_check_in()->clear_observed_at(); }),
              HasSubstr("observed_at"));
  EXPECT_THAT(complaint([](auto& r) { r.clear_received_at(); }), HasSubstr("received_at"));
  EXPECT_THAT(complaint([](auto& r) { r.mutable_check_in()->clear_rater(); }), HasSubstr("rater"));
  EXPECT_THAT(complaint([](auto& r) { r.mutable_check_in()->clear_kind(); }), HasSubstr("kind"));
}

TEST(CheckInCodec, AReadingSetAsideBelongsToTheContentAndTheTimeOfReceiptDoesNot) {
  auto recorded = Base();
  recorded.mutable_check_in()->mutable_vital_signs();
  const std::string before = CanonicalContent(recorded);
  recorded.mutable_received_at()->set_seconds(1'782'864'099);
  EXPECT_EQ(CanonicalContent(recorded), before);
  auto* set_aside = recorded.add_set_aside();
  set_aside->set_field("vital_signs.temperature");
  SetQuantity(set_aside->mutable_original(), 97.2, "Cel");
  EXPECT_NE(CanonicalContent(recorded), before);
}

// case C50: the same clock digits under another offset are another instant.
TEST(CheckInCodec, TheInstantOfTheObservationIsContent) {
  auto recorded = Base();
  const std::string before = CanonicalContent(recorded);
  recorded.mutable_check_in()->mutable_observed_at()->set_seconds(1'782'864'000 + 2 * 3600);
  EXPECT_NE(CanonicalContent(recorded), before);
}

// case C58: an amendment that changes nothing has the content of what it amends.
TEST(CheckInCodec, TheRevisionIsNoContent) {
  auto recorded = Base();
  auto* response = recorded.mutable_check_in()->mutable_instrument_response();
  response->set_instrument("CIWA-B");
  response->set_form_id("busto");
  const std::string before = CanonicalContent(recorded);
  recorded.mutable_check_in()->set_revision(3);
  response->set_status(events::v1::RESPONSE_STATUS_AMENDED);
  EXPECT_EQ(CanonicalContent(recorded), before);
  response->set_form_id("clinic_not_restful");
  EXPECT_NE(CanonicalContent(recorded), before);
}

TEST(CheckInCodec, RevisionPrecisionAndFormAreRead) {
  auto recorded = Base();
  auto* message = recorded.mutable_check_in();
  message->set_revision(2);
  message->set_observed_precision(events::v1::OBSERVED_PRECISION_DAY);
  message->mutable_instrument_response()->set_instrument("CIWA-B");
  message->mutable_instrument_response()->set_form_id("busto");
  const auto check_in = FromProto(recorded);
  ASSERT_TRUE(check_in.ok()) << check_in.status();
  EXPECT_EQ(check_in->revision, 2);
  EXPECT_EQ(check_in->precision, domain::Precision::kDay);
  EXPECT_EQ(std::get<domain::InstrumentResponse>(check_in->kind).form_id, "busto");
  message->set_revision(-1);
  EXPECT_FALSE(FromProto(recorded).ok());
}

}  // namespace
}  // namespace withdrawal::codec
