#include "services/ctl/terminal.h"
#include "services/ctl/worklist.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/codec/time.h"

namespace withdrawal::ctl {
namespace {

using clinician::v1::WatchAlertsResponse;
using events::v1::Alert;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

Alert AlertOf(const std::string& id, events::v1::Priority priority, absl::Duration age,
              int64_t version = 1) {
  Alert alert;
  alert.set_alert_id(id);
  alert.set_patient_id("patient-" + id);
  alert.set_rule_id("SC-01a");
  alert.set_title("CIWA-Ar severe");
  alert.set_priority(priority);
  alert.set_state(events::v1::ALERT_STATE_OPEN);
  alert.set_version(version);
  *alert.mutable_raised_at() = codec::ToProto(kNow - age);
  return alert;
}

void Snapshot(Worklist& worklist, const std::vector<Alert>& alerts, const std::string& token) {
  for (const Alert& alert : alerts) {
    WatchAlertsResponse message;
    *message.mutable_snapshot_alert() = alert;
    worklist.Apply(message);
  }
  WatchAlertsResponse end;
  end.mutable_snapshot_end();
  end.set_resume_token(token);
  worklist.Apply(end);
}

void Event(Worklist& worklist, const Alert& alert, const std::string& token) {
  WatchAlertsResponse message;
  *message.mutable_event()->mutable_alert() = alert;
  message.mutable_event()->mutable_raised();
  message.set_resume_token(token);
  worklist.Apply(message);
}

std::vector<std::string> Ids(const Worklist& worklist) {
  std::vector<std::string> ids;
  for (const Alert* alert : worklist.Ordered()) ids.push_back(alert->alert_id());
  return ids;
}

TEST(WatchedWorklist, HighestPriorityThenUnacknowledgedThenLongestWaitingComesFirst) {
  Worklist worklist;
  Alert taken = AlertOf("taken", events::v1::PRIORITY_URGENT, absl::Hours(9));
  taken.set_state(events::v1::ALERT_STATE_ACKNOWLEDGED);
  Snapshot(worklist,
           {AlertOf("young", events::v1::PRIORITY_URGENT, absl::Minutes(1)), taken,
            AlertOf("old", events::v1::PRIORITY_URGENT, absl::Minutes(9)),
            AlertOf("top", events::v1::PRIORITY_EMERGENCY, absl::Seconds(1))},
           "t1");
  EXPECT_THAT(Ids(worklist), ElementsAre("top", "old", "young", "taken"));
  EXPECT_EQ(worklist.resume_token(), "t1");
}

TEST(WatchedWorklist, TheNewestVersionStandsAndResolvedAlertsLeave) {
  Worklist worklist;
  Snapshot(worklist, {AlertOf("a", events::v1::PRIORITY_URGENT, absl::Minutes(1), 3)}, "t1");
  Event(worklist, AlertOf("a", events::v1::PRIORITY_ROUTINE, absl::Minutes(1), 2), "t2");
  EXPECT_EQ(worklist.Ordered()[0]->priority(), events::v1::PRIORITY_URGENT);
  Alert resolved = AlertOf("a", events::v1::PRIORITY_URGENT, absl::Minutes(1), 4);
  resolved.set_state(events::v1::ALERT_STATE_RESOLVED);
  Event(worklist, resolved, "t3");
  EXPECT_TRUE(worklist.Ordered().empty());
  EXPECT_EQ(worklist.resume_token(), "t3");
}

TEST(WatchedWorklist, WhatAFreshSnapshotDoesNotNameIsGone) {
  Worklist worklist;
  Snapshot(worklist,
           {AlertOf("a", events::v1::PRIORITY_URGENT, absl::Minutes(1)),
            AlertOf("b", events::v1::PRIORITY_URGENT, absl::Minutes(2))},
           "t1");
  worklist.ExpectSnapshot();
  EXPECT_EQ(worklist.resume_token(), "");
  Snapshot(worklist, {AlertOf("b", events::v1::PRIORITY_URGENT, absl::Minutes(2))}, "t9");
  EXPECT_THAT(Ids(worklist), ElementsAre("b"));
}

TEST(WorklistScreen, ShowsPriorityPatientRuleAgeStateAndRung) {
  Worklist worklist;
  Alert alert = AlertOf("a", events::v1::PRIORITY_EMERGENCY, absl::Minutes(7));
  alert.set_rung(2);
  alert.set_evidence("CIWA-Ar total 22");
  Snapshot(worklist, {alert}, "t1");
  const std::string text = RenderWorklist(worklist, kNow, 24, 200, /*colour=*/false);
  EXPECT_THAT(text, HasSubstr("EMERGENCY patient-a"));
  EXPECT_THAT(text, HasSubstr("SC-01a"));
  EXPECT_THAT(text, HasSubstr("7m  open"));
  EXPECT_THAT(text, HasSubstr("rung 2  CIWA-Ar severe: CIWA-Ar total 22"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(RenderWorklist(worklist, kNow, 24, 200, true), HasSubstr("\x1b[1;31m"));
}

TEST(WorklistScreen, FitsTheTerminal) {
  Worklist worklist;
  std::vector<Alert> alerts;
  for (int i = 0; i < 50; ++i) {
    alerts.push_back(AlertOf(std::to_string(i), events::v1::PRIORITY_URGENT, absl::Hours(i)));
  }
  Snapshot(worklist, alerts, "t1");
  const std::string text = RenderWorklist(worklist, kNow, 10, 40, false);
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 10);
  EXPECT_THAT(text, HasSubstr("and 42 more"));
}

TEST(EventLines, SayWhatHappenedToWhom) {
  WatchAlertsResponse message;
  auto& event = *message.mutable_event();
  *event.mutable_alert() = AlertOf("a", events::v1::PRIORITY_URGENT, absl::Minutes(1));
  *event.mutable_occurred_at() = codec::ToProto(kNow);
  event.mutable_escalated()->set_to_rung(1);
  event.mutable_escalated()->set_target("secondary");
  EXPECT_THAT(
      EventLine(message, false),
      HasSubstr("URGENT    patient-a SC-01a escalated to rung 1 secondary: CIWA-Ar severe"));
  WatchAlertsResponse heartbeat;
  heartbeat.mutable_heartbeat();
  EXPECT_EQ(EventLine(heartbeat, false), "");
}

TEST(WatchedWorklist, ATraceOfWhatWasNeverRaisedIsNoAlertAndAShelvedOneIsMarked) {
  Worklist worklist;
  Snapshot(worklist, {}, "t1");
  WatchAlertsResponse message;
  *message.mutable_event()->mutable_alert() =
      AlertOf("trace", events::v1::PRIORITY_URGENT, absl::Minutes(1));
  message.mutable_event()->mutable_alert()->clear_raised_at();
  message.mutable_event()->mutable_suppressed()->set_reason("measured again and clear");
  worklist.Apply(message);
  EXPECT_THAT(Ids(worklist), ElementsAre());
  EXPECT_THAT(EventLine(message, false), HasSubstr("suppressed: measured again and clear"));

  *message.mutable_event()->mutable_alert() =
      AlertOf("shelved", events::v1::PRIORITY_URGENT, absl::Minutes(1));
  *message.mutable_event()->mutable_alert()->mutable_shelved_until() =
      codec::ToProto(kNow + absl::Hours(1));
  message.mutable_event()->mutable_shelved()->set_actor("nurse");
  worklist.Apply(message);
  EXPECT_THAT(RenderWorklist(worklist, kNow, 10, 120, false), HasSubstr("shelved"));
  EXPECT_EQ(StateName(message.event().alert()), "shelved");
}

TEST(WatchedWorklist, AnAlertThatGoesToAnotherTeamLeavesTheListOfThisOne) {
  Worklist worklist("north");
  Alert alert = AlertOf("a", events::v1::PRIORITY_URGENT, absl::Minutes(1));
  alert.set_team("north");
  Snapshot(worklist, {alert}, "t1");
  WatchAlertsResponse message;
  *message.mutable_event()->mutable_alert() = alert;
  message.mutable_event()->mutable_alert()->set_team("south");
  message.mutable_event()->mutable_transferred()->set_from_team("north");
  worklist.Apply(message);
  EXPECT_THAT(Ids(worklist), ElementsAre());
}

// AL-13
TEST(WatchedWorklist, SaysThatMonitoringIsDegraded) {
  Worklist worklist;
  Snapshot(worklist, {}, "t1");
  WatchAlertsResponse message;
  message.mutable_health()->set_degraded(true);
  message.mutable_health()->add_reasons("scoring is more than 2m behind");
  worklist.Apply(message);
  EXPECT_THAT(RenderWorklist(worklist, kNow, 10, 120, false),
              HasSubstr("MONITORING DEGRADED: scoring is more than 2m behind"));
  WatchAlertsResponse heartbeat;
  heartbeat.mutable_heartbeat()->mutable_health();
  worklist.Apply(heartbeat);
  EXPECT_THAT(RenderWorklist(worklist, kNow, 10, 120, false), Not(HasSubstr("DEGRADED")));
}

}  // namespace
}  // namespace withdrawal::ctl
