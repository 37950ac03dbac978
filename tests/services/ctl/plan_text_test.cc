#include "services/ctl/plan_text.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace withdrawal::ctl {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(PlanText, ShowsWhatIsSetAndNothingElse) {
  events::v1::CarePlan plan;
  plan.set_patient_id("ann");
  plan.set_status(events::v1::MONITORING_STATUS_ACTIVE);
  plan.add_programmes(events::v1::PROGRAMME_ALCOHOL);
  auto& entry = *plan.mutable_schedule()->add_entries();
  entry.set_entry_id("saws");
  entry.add_satisfied_by("SAWS");
  entry.mutable_every()->set_seconds(4 * 3600);
  auto& order = *plan.add_medications();
  order.set_order_id("d");
  order.set_product("diazepam");
  order.set_purpose(events::v1::MEDICATION_PURPOSE_FIXED_SCHEDULE);
  const std::string text = PlanText(plan);
  EXPECT_THAT(text, HasSubstr("patient: ann\nstatus: active\nprogrammes: alcohol\n"));
  EXPECT_THAT(text, HasSubstr("check-ins\n  saws: SAWS every 4h\n"));
  EXPECT_THAT(text, HasSubstr("medicines\n  d: diazepam (fixed_schedule)\n"));
  EXPECT_THAT(text, Not(HasSubstr("goals")));
}

TEST(HistoryText, NamesAuthorReasonOverrideAndChanges) {
  clinician::v1::CarePlanVersion version;
  version.mutable_recorded()->set_author("dr-1");
  version.mutable_recorded()->set_reason("slower");
  version.mutable_recorded()->set_override_reason("agreed with the specialist");
  version.mutable_recorded()->add_findings()->set_rule_id("ME-Z01");
  version.add_changes("team: north -> south");
  EXPECT_THAT(HistoryText({version}),
              HasSubstr(" by dr-1: slower\n  overrides ME-Z01: agreed with the specialist\n"
                        "  team: north -> south\n"));
  EXPECT_EQ(HistoryText({}), "no versions\n");
}

TEST(FindingsText, SaysWhyAndWhatToDo) {
  clinician::v1::ReviewCarePlanResponse response;
  EXPECT_EQ(FindingsText(response.findings()), "the review has nothing to say\n");
  auto& finding = *response.add_findings();
  finding.set_rule_id("ME-M05");
  finding.set_title("Methadone and the QT interval");
  finding.set_severity(events::v1::PLAN_SEVERITY_NOTE);
  finding.add_unknown_inputs("qtc_ms");
  finding.set_advice("Take an ECG first.");
  EXPECT_EQ(FindingsText(response.findings()),
            "note    ME-M05  Methadone and the QT interval: not judged, not known: qtc_ms\n"
            "        Take an ECG first.\n");
}

}  // namespace
}  // namespace withdrawal::ctl
