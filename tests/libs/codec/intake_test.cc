#include "libs/codec/intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

using domain::assessment::Value;

events::v1::IntakeRecorded Recorded() {
  events::v1::IntakeRecorded recorded;
  recorded.set_patient_id("p-1");
  recorded.set_intake_id("in-1");
  recorded.add_programmes(events::v1::PROGRAMME_OPIOID);
  *recorded.add_inputs() = ToProto("pregnant", Value(false));
  *recorded.add_inputs() = ToProto("age_years", Value(44.0));
  *recorded.add_inputs() = ToProto("medical_comorbidity", Value(std::string("stable")));
  *recorded.mutable_recorded_at() = ToProto(absl::FromUnixSeconds(1'790'000'000));
  return recorded;
}

TEST(IntakeCodec, KeepsEachAnswerWithItsType) {
  const auto intake = FromProto(Recorded());
  ASSERT_TRUE(intake.ok()) << intake.status();
  EXPECT_EQ(intake->known.programmes, std::vector{domain::Programme::kOpioid});
  EXPECT_EQ(intake->known.values.at("pregnant"), Value(false));
  EXPECT_EQ(intake->known.values.at("age_years"), Value(44.0));
  EXPECT_EQ(intake->known.values.at("medical_comorbidity"), Value(std::string("stable")));
  EXPECT_EQ(intake->recorded_at, absl::FromUnixSeconds(1'790'000'000));
}

TEST(IntakeCodec, RefusesWhatCannotBeAnIntake) {
  const auto refused = [](auto change) {
    events::v1::IntakeRecorded recorded = Recorded();
    change(recorded);
    return absl::IsInvalidArgument(FromProto(recorded).status());
  };
  EXPECT_TRUE(refused([](auto& recorded) { recorded.clear_patient_id(); }));
  EXPECT_TRUE(refused([](auto& recorded) { recorded.clear_recorded_at(); }));
  EXPECT_TRUE(refused([](auto& recorded) { recorded.mutable_recorded_at()->set_nanos(-1); }));
  EXPECT_TRUE(refused([](auto& recorded) { recorded.mutable_inputs(0)->clear_value(); }));
  EXPECT_TRUE(refused([](auto& recorded) { recorded.mutable_inputs(1)->set_input("pregnant"); }));
  EXPECT_TRUE(refused(
      [](auto& recorded) { recorded.set_programmes(0, events::v1::PROGRAMME_UNSPECIFIED); }));
}

TEST(IntakeCodec, AVerdictKeepsItsRulesDimensionsAndMissingInputs) {
  domain::SuitabilityVerdict verdict;
  verdict.consequence = domain::Consequence::kNotSuitable;
  verdict.level = "3.7-WM";
  verdict.level_fourth_edition = "3.7";
  verdict.findings.push_back({"SU-A01",
                              "Severe",
                              domain::Consequence::kNotSuitable,
                              domain::Remedy::kLevel,
                              "3.7-WM",
                              "CIWA-Ar total 21",
                              "Arrange transfer.",
                              "",
                              {{domain::AsamEdition::kFourth, 1, "intoxication"}},
                              "unsigned"});
  verdict.missing.push_back({"pregnant", "Pregnant?", {"SU-A14"}});
  verdict.transfer_consent = false;
  const events::v1::SuitabilityVerdict message = ToProto(verdict);
  EXPECT_EQ(message.consequence(), events::v1::SUITABILITY_CONSEQUENCE_NOT_SUITABLE);
  EXPECT_EQ(message.findings(0).remedy(), events::v1::SUITABILITY_REMEDY_LEVEL);
  EXPECT_EQ(message.findings(0).dimensions(0).edition(), events::v1::ASAM_EDITION_FOURTH);
  EXPECT_EQ(message.missing(0).rule_ids(0), "SU-A14");
  EXPECT_TRUE(message.has_transfer_consent());
  EXPECT_FALSE(message.transfer_consent());
}

TEST(IntakeCodec, AnUnknownConsequenceReadsAsCaution) {
  EXPECT_EQ(FromProto(events::v1::SUITABILITY_CONSEQUENCE_UNSPECIFIED),
            domain::Consequence::kCaution);
}

}  // namespace
}  // namespace withdrawal::codec
