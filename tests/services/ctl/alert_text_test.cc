#include "services/ctl/alert_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace withdrawal::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(AlertText, SaysWhoDidWhatAndWhatBecameOfPages) {
  events::v1::AlertEvent event;
  event.mutable_reassigned()->set_actor("dr-1");
  event.mutable_reassigned()->set_to_actor("dr-2");
  EXPECT_EQ(AlertEventText(event), "given to dr-2 by dr-1");
  event.mutable_reassigned()->clear_to_actor();
  EXPECT_EQ(AlertEventText(event), "given to the team by dr-1");
  event.mutable_resolved()->set_actor("dr-1");
  event.mutable_resolved()->set_outcome(events::v1::ALERT_OUTCOME_TECHNICAL);
  EXPECT_EQ(AlertEventText(event), "resolved by dr-1, technical");
  event.mutable_page_reported()->set_target("secondary");
  event.mutable_page_reported()->set_outcome(events::v1::PAGE_OUTCOME_NOBODY_ON_CALL);
  EXPECT_EQ(AlertEventText(event), "page to the secondary: nobody on call");
  event.mutable_page_reported()->set_recipient("dr-3");
  event.mutable_page_reported()->set_channel("sms");
  event.mutable_page_reported()->set_outcome(events::v1::PAGE_OUTCOME_UNDELIVERABLE);
  event.mutable_page_reported()->set_reason("number not in service");
  EXPECT_EQ(AlertEventText(event), "page to dr-3 by sms: undeliverable (number not in service)");
  event.mutable_page_reported()->set_outcome(static_cast<events::v1::PageOutcome>(99));
  EXPECT_THAT(AlertEventText(event), HasSubstr("?")) << "of a newer binary";
}

TEST(AlertText, AHistoryIsALinePerEventWithTheNotes) {
  clinician::v1::GetAlertResponse answer;
  answer.mutable_alert()->set_patient_id("p-1");
  answer.mutable_alert()->set_rule_id("SC-02");
  answer.mutable_alert()->set_advice("See the person today.");
  answer.mutable_alert()->set_assigned_to("dr-2");
  answer.add_history()->mutable_raised();
  answer.add_history()->mutable_noted()->set_note("sister says: asleep");
  const std::string text = AlertHistoryText(answer);
  EXPECT_THAT(text, HasSubstr("given to dr-2"));
  EXPECT_THAT(text, HasSubstr("See the person today."));
  EXPECT_THAT(text, HasSubstr("sister says: asleep"));
  EXPECT_LT(text.find("raised"), text.find("noted"));
}

TEST(AlertText, StatisticsStandBesideWhatIsAcceptable) {
  clinician::v1::AlarmStatistics statistics;
  statistics.set_team("north");
  statistics.set_alarms(30);
  statistics.set_per_day(4.25);
  statistics.set_flood_share(0.005);
  statistics.mutable_actionable()->set_numerator(3);
  statistics.mutable_actionable()->set_denominator(4);
  const std::string text = AlarmStatisticsText(statistics);
  EXPECT_THAT(text, HasSubstr("team north"));
  EXPECT_THAT(text, HasSubstr("4.2"));
  EXPECT_THAT(text, HasSubstr("0.5 %"));
  EXPECT_THAT(text, HasSubstr("75.0 %"));
  EXPECT_THAT(text, HasSubstr("3 of 4"));
  EXPECT_THAT(text, Not(HasSubstr("nan"))) << "0 of 0 is no share";
}

TEST(AlertText, AChangeIsOneLineAndAHeartbeatNone) {
  clinician::v1::WatchPatientsResponse message;
  message.mutable_heartbeat();
  EXPECT_EQ(PatientChangeLine(message), "");
  message.mutable_changed()->set_patient_id("p-1");
  message.mutable_changed()->mutable_at()->set_seconds(1'790'000'000);
  message.mutable_changed()->set_what(clinician::v1::TIMELINE_KIND_CHECK_IN);
  EXPECT_EQ(PatientChangeLine(message), "2026-09-21T14:13:20+00:00 p-1 check in");
}

}  // namespace
}  // namespace withdrawal::ctl
