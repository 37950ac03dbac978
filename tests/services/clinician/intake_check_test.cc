#include "services/clinician/intake_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/catalogue/catalogue.h"

namespace withdrawal::clinician {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const domain::SuitabilityPolicy& Policy() {
  static const domain::SuitabilityPolicy policy = [] {
    const auto loaded = catalogue::Load("");
    if (!loaded.ok()) std::abort();
    return catalogue::SuitabilityPolicyOf(*loaded);
  }();
  return policy;
}

v1::RecordIntakeRequest Request() {
  v1::RecordIntakeRequest request;
  request.set_patient_id("p-1");
  request.add_programmes(events::v1::PROGRAMME_ALCOHOL);
  return request;
}

events::v1::InputValue& Add(v1::RecordIntakeRequest& request, const std::string& input) {
  auto& added = *request.add_inputs();
  added.set_input(input);
  return added;
}

std::vector<domain::FieldError> Check(const v1::RecordIntakeRequest& request) {
  domain::assessment::Assessment known;
  return CheckIntake(request, Policy(), known);
}

std::string OnlyError(const v1::RecordIntakeRequest& request) {
  const auto errors = Check(request);
  if (errors.size() != 1) return "not one error";
  return errors[0].field + " " + errors[0].reason;
}

TEST(CheckIntake, TakesEachTypeOfAnswer) {
  v1::RecordIntakeRequest request = Request();
  Add(request, "ciwa_total").set_number(12);
  Add(request, "pregnant").set_yes_no(false);
  Add(request, "medical_comorbidity").set_choice("stable");
  domain::assessment::Assessment known;
  EXPECT_THAT(CheckIntake(request, Policy(), known), IsEmpty());
  EXPECT_EQ(known.programmes, std::vector{domain::Programme::kAlcohol});
  EXPECT_EQ(known.values.at("ciwa_total"), domain::assessment::Value(12.0));
  EXPECT_EQ(known.values.at("pregnant"), domain::assessment::Value(false));
  EXPECT_EQ(known.values.at("medical_comorbidity"),
            domain::assessment::Value(std::string("stable")));
}

TEST(CheckIntake, NamesAnUnknownInputWithoutRepeatingIt) {
  v1::RecordIntakeRequest request = Request();
  Add(request, "Jane Doe").set_yes_no(true);
  EXPECT_EQ(OnlyError(request), "inputs[0].input UNKNOWN_INPUT");
  EXPECT_THAT(Check(request)[0].description, ::testing::Not(HasSubstr("Jane")));
}

TEST(CheckIntake, NamesAnAnswerOfAnotherTypeOutOfRangeOrMissing) {
  v1::RecordIntakeRequest request = Request();
  Add(request, "pregnant").set_yes_no(false);
  Add(request, "ciwa_total").set_number(68);
  EXPECT_EQ(OnlyError(request), "inputs[1].value OUT_OF_RANGE");
  EXPECT_THAT(Check(request)[0].description, HasSubstr("ciwa_total"));
  request.mutable_inputs(1)->set_yes_no(true);
  EXPECT_EQ(OnlyError(request), "inputs[1].value WRONG_TYPE");
  request.mutable_inputs(1)->clear_value();
  EXPECT_EQ(OnlyError(request), "inputs[1].value REQUIRED");
  request.mutable_inputs(1)->set_input("medical_comorbidity");
  request.mutable_inputs(1)->set_choice("grave");
  EXPECT_EQ(OnlyError(request), "inputs[1].value UNKNOWN_CHOICE");
}

TEST(CheckIntake, RefusesAnInputAnsweredTwiceAndAnUnknownProgramme) {
  v1::RecordIntakeRequest request = Request();
  Add(request, "pregnant").set_yes_no(false);
  Add(request, "pregnant").set_yes_no(true);
  EXPECT_EQ(OnlyError(request), "inputs[1].input DUPLICATE_INPUT");
  v1::RecordIntakeRequest other = Request();
  other.add_programmes(events::v1::PROGRAMME_UNSPECIFIED);
  EXPECT_EQ(OnlyError(other), "programmes[1] UNKNOWN_PROGRAMME");
}

TEST(CheckIntake, RefusesAPatientIdThatIsNone) {
  v1::RecordIntakeRequest request = Request();
  request.set_patient_id("Jane Doe");
  EXPECT_EQ(OnlyError(request), "patient_id INVALID_ID");
}

}  // namespace
}  // namespace withdrawal::clinician
