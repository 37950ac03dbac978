#include "services/clinician/request_check.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace withdrawal::clinician {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// "field reason" of each violation.
std::vector<std::string> Names(const std::vector<rpc::FieldViolation>& violations) {
  std::vector<std::string> names;
  for (const auto& one : violations) names.push_back(one.field + " " + one.reason);
  return names;
}

std::vector<std::string> TextErrors(const std::string& text) {
  std::vector<rpc::FieldViolation> violations;
  CheckText("reason", text, true, violations);
  return Names(violations);
}

TEST(RequestCheck, ATextThatIsNeededHasSomethingToReadInIt) {
  for (const char* blank :
       {"", " ", "\t\r\n", "\v\f", "\u00a0", "\u2003 \u200b", "\u3000", "\x01\x1b"}) {
    EXPECT_THAT(TextErrors(blank), ElementsAre("reason REQUIRED")) << blank;
  }
  EXPECT_THAT(TextErrors(std::string(3, '\0')), ElementsAre("reason REQUIRED"));
  for (const char* text : {"seen", " .", "\u00e4", "\u898b\u305f"}) {
    EXPECT_THAT(TextErrors(text), IsEmpty()) << text;
  }
}

TEST(RequestCheck, AnOverrideReasonIsGivenOrAbsentButNeverBlank) {
  std::vector<rpc::FieldViolation> violations;
  CheckOverrideReason("", violations);
  CheckOverrideReason("tolerant, letter of the clinic", violations);
  EXPECT_THAT(violations, IsEmpty());
  CheckOverrideReason("  ", violations);
  EXPECT_THAT(Names(violations), ElementsAre("override_reason REQUIRED"));
}

TEST(RequestCheck, AnIdThatIsThereIsNotCalledMissing) {
  for (const std::string& id :
       {std::string("a\0b", 3), std::string("a b"), std::string("\u00e4"), std::string(65, 'a')}) {
    std::vector<rpc::FieldViolation> violations;
    CheckId("alert_id", id, 64, violations);
    EXPECT_THAT(Names(violations), ElementsAre("alert_id INVALID_ID")) << id;
  }
  std::vector<rpc::FieldViolation> violations;
  CheckId("alert_id", "", 64, violations);
  CheckLookup("patient_id", "", violations);
  CheckLookup("patient_id", std::string("a\0b", 3), violations);
  EXPECT_THAT(Names(violations), ElementsAre("alert_id REQUIRED", "patient_id REQUIRED",
                                             "patient_id INVALID_CHARACTER"));
}

TEST(RequestCheck, AFilterByAnUnknownNumberIsRefusedByName) {
  v1::ListAlertsRequest alerts;
  alerts.add_states(events::v1::ALERT_STATE_OPEN);
  EXPECT_THAT(CheckFilters(alerts), IsEmpty());
  alerts.add_states(static_cast<events::v1::AlertState>(9));
  alerts.add_states(events::v1::ALERT_STATE_UNSPECIFIED);
  alerts.set_priority_at_least(static_cast<events::v1::Priority>(7));
  alerts.set_team(std::string("a\0", 2));
  EXPECT_THAT(Names(CheckFilters(alerts)),
              ElementsAre("team INVALID_CHARACTER", "priority_at_least UNKNOWN_VALUE",
                          "states[1] UNKNOWN_VALUE", "states[2] UNKNOWN_VALUE"));
  v1::ListPatientsRequest patients;
  EXPECT_THAT(CheckFilters(patients), IsEmpty());
  patients.set_programme(static_cast<events::v1::Programme>(99));
  patients.set_priority_at_least(static_cast<events::v1::Priority>(-1));
  EXPECT_THAT(Names(CheckFilters(patients)),
              ElementsAre("priority_at_least UNKNOWN_VALUE", "programme UNKNOWN_VALUE"));
}

}  // namespace
}  // namespace withdrawal::clinician
