#include "libs/codec/alert.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/codec/check_in.h"
#include "libs/domain/red_flag.h"

namespace withdrawal::codec {
namespace {

using ::testing::HasSubstr;

domain::Alert FullAlert() {
  domain::Alert alert;
  alert.alert_id = "p1:SC-01a:2";
  alert.patient_id = "p1";
  alert.rule_id = "SC-01a";
  alert.episode = 2;
  alert.version = 3;
  alert.priority = domain::Priority::kEmergency;
  alert.status = domain::AlertStatus::kAcknowledged;
  alert.title = "Severe alcohol withdrawal";
  alert.advice = "Arrange transfer";
  alert.evidence = "CIWA-Ar total 22 (asam2020 severe)";
  alert.observed_at = absl::FromUnixSeconds(1000);
  alert.received_at = absl::FromUnixSeconds(1001);
  alert.raised_at = absl::FromUnixSeconds(1002);
  alert.last_seen_at = absl::FromUnixSeconds(1003);
  alert.count = 4;
  alert.rung = 1;
  alert.next_escalation_at = absl::FromUnixSeconds(2000);
  alert.acknowledged_by = "nurse-1";
  alert.catalogue = {"2026.11.0", "abc"};
  alert.team = "north-ward";
  alert.late = true;
  alert.data_incomplete = true;
  alert.check_in_id = "ci-1";
  alert.paging_off = true;
  alert.technical = true;
  alert.rule_sign_off = "unsigned";
  alert.rule_mark = "engineering";
  alert.assigned_to = "nurse-2";
  alert.outcome = domain::AlertOutcome::kTechnical;
  alert.target = "secondary";
  return alert;
}

TEST(AlertCodec, AnAlertComesBackAsItWas) {
  const auto back = FromProto(ToProto(FullAlert()));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(*back, FullAlert());
}

TEST(AlertCodec, AnAlertWithoutIdPriorityOrStateIsRefused) {
  auto message = ToProto(FullAlert());
  message.set_priority(events::v1::PRIORITY_UNSPECIFIED);
  EXPECT_FALSE(FromProto(message).ok());
  message = ToProto(FullAlert());
  message.set_state(events::v1::ALERT_STATE_UNSPECIFIED);
  EXPECT_FALSE(FromProto(message).ok());
  message = ToProto(FullAlert());
  message.clear_alert_id();
  EXPECT_FALSE(FromProto(message).ok());
}

TEST(AlertCodec, AnEventIsNamedByAlertAndVersion) {
  const auto event = ToProto(
      domain::AlertEvent{absl::FromUnixSeconds(5), FullAlert(),
                         domain::AlertEscalated{0, 1, domain::Priority::kUrgent, "secondary"}});
  EXPECT_EQ(event.event_id(), "p1:SC-01a:2/3");
  EXPECT_EQ(event.escalated().target(), "secondary");
  EXPECT_EQ(event.escalated().from_priority(), events::v1::PRIORITY_URGENT);
  EXPECT_EQ(event.alert().alert_id(), "p1:SC-01a:2");
}

TEST(AlertCommandCodec, AResolveNeedsAReason) {
  events::v1::AlertCommand message;
  message.set_command_id("c1");
  message.set_patient_id("p1");
  message.set_alert_id("p1:RF-01:1");
  message.set_actor("nurse-1");
  EXPECT_THAT(std::string(FromProto(message).status().message()), HasSubstr("no kind"));
  message.mutable_resolve();
  EXPECT_THAT(std::string(FromProto(message).status().message()), HasSubstr("without reason"));
  message.mutable_resolve()->set_reason("seen");
  const auto command = FromProto(message);
  ASSERT_TRUE(command.ok());
  EXPECT_EQ(std::get<domain::ResolveAlert>(command->command).reason, "seen");
}

events::v1::AlertCommand CommandOf(const char* actor) {
  events::v1::AlertCommand message;
  message.set_command_id("c1");
  message.set_patient_id("p1");
  message.set_alert_id("p1:RF-01:1");
  message.set_actor(actor);
  return message;
}

TEST(AlertCommandCodec, AReportOfAPageSaysAllThatBecameOfIt) {
  auto message = CommandOf("notifier");
  auto* report = message.mutable_report_page()->mutable_report();
  EXPECT_THAT(std::string(FromProto(message).status().message()), HasSubstr("no page_id"));
  report->set_page_id("p1:RF-01:1/1/n1");
  EXPECT_THAT(std::string(FromProto(message).status().message()), HasSubstr("outcome unknown"));
  report->set_outcome(events::v1::PAGE_OUTCOME_WITHHELD);
  EXPECT_THAT(std::string(FromProto(message).status().message()), HasSubstr("no time"));
  report->mutable_at()->set_seconds(7);
  report->set_rung(2);
  report->set_target("support-contact:sister");
  report->set_recipient("sister");
  report->set_channel("sms");
  report->set_reason("no consent");
  const auto command = FromProto(message);
  ASSERT_TRUE(command.ok()) << command.status();
  const domain::AlertPageReported expected{"p1:RF-01:1/1/n1",
                                           2,
                                           "support-contact:sister",
                                           domain::PageOutcome::kWithheld,
                                           "sister",
                                           "sms",
                                           "no consent",
                                           absl::FromUnixSeconds(7)};
  EXPECT_EQ(std::get<domain::ReportPage>(command->command).report, expected);
  const auto event = ToProto(domain::AlertEvent{absl::FromUnixSeconds(8), FullAlert(), expected});
  EXPECT_EQ(event.page_reported().SerializeAsString(), report->SerializeAsString());
  EXPECT_TRUE(event.reader_may_ignore());
}

TEST(AlertCommandCodec, ACommentNeedsWordsAndAReassignmentNobody) {
  auto comment = CommandOf("nurse-1");
  comment.mutable_comment();
  EXPECT_THAT(std::string(FromProto(comment).status().message()), HasSubstr("without note"));
  comment.mutable_comment()->set_note("line engaged");
  EXPECT_TRUE(FromProto(comment).ok());
  auto reassign = CommandOf("nurse-1");
  reassign.mutable_reassign();
  EXPECT_TRUE(FromProto(reassign).ok());
  auto resolve = CommandOf("nurse-1");
  resolve.mutable_resolve()->set_reason("seen");
  resolve.mutable_resolve()->set_outcome(static_cast<events::v1::AlertOutcome>(9));
  EXPECT_THAT(std::string(FromProto(resolve).status().message()), HasSubstr("unknown"));
}

TEST(RedFlags, AreThoseOfTheContract) {
  for (const char* name : domain::kRedFlags) {
    EXPECT_NE(RedFlagFromCode(name), events::v1::RED_FLAG_UNSPECIFIED) << name;
  }
  EXPECT_EQ(static_cast<int>(domain::kRedFlags.size()),
            events::v1::RedFlag_descriptor()->value_count() - 1);
}

}  // namespace
}  // namespace withdrawal::codec
