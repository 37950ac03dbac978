#include "services/notifier/news.h"

#include "gtest/gtest.h"
#include "libs/codec/time.h"
#include "services/notifier/consents.h"
#include "withdrawal/events/v1/alert.pb.h"

namespace withdrawal::notifier {
namespace {

const domain::Instant kNow = absl::FromUnixSeconds(1'800'000'000);

events::v1::AlertEvent Event(const std::string& target) {
  events::v1::AlertEvent event;
  event.set_event_id("a/1");
  event.mutable_alert()->set_alert_id("a");
  event.mutable_alert()->set_priority(events::v1::PRIORITY_URGENT);
  event.mutable_alert()->set_state(events::v1::ALERT_STATE_OPEN);
  event.mutable_alert()->set_target(target);
  event.mutable_raised();
  return event;
}

TEST(News, UnknownKindStopsUnlessItMayBeIgnored) {
  auto event = Event("primary");
  event.clear_kind();
  EXPECT_TRUE(absl::IsFailedPrecondition(Decode(event.SerializeAsString()).status()));
  event.set_reader_may_ignore(true);
  EXPECT_TRUE(Decode(event.SerializeAsString()).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(Decode("x").status()));
}

TEST(News, TheTargetIsTheAlertsAndOfOlderOnesTheEscalations) {
  EXPECT_EQ(Decode(Event("secondary").SerializeAsString())->target, "secondary");
  EXPECT_EQ(Decode(Event("").SerializeAsString())->target, "primary");
  auto escalated = Event("");
  escalated.mutable_escalated()->set_target("supervisor");
  const auto news = Decode(escalated.SerializeAsString());
  EXPECT_EQ(news->target, "supervisor");
  EXPECT_TRUE(news->escalated);
  EXPECT_FALSE(news->raised);
}

TEST(News, WhatBecameOfAPageCallsNobody) {
  auto event = Event("primary");
  event.mutable_page_reported();
  const auto news = Decode(event.SerializeAsString());
  EXPECT_FALSE(news->calls);
  EXPECT_FALSE(news->settled);
}

Report ExampleReport(Fate fate) {
  Report report;
  report.page.alert_id = "a";
  report.page.patient_id = "p1";
  report.page.rung = 2;
  report.page.target = "support-contact:sister";
  report.page.contact_id = "sister";
  report.page_id = "a/1/sister";
  report.recipient = "sister";
  report.fate = fate;
  report.channel = ChannelKind::kSms;
  report.reason = "why";
  report.at = kNow;
  return report;
}

TEST(News, AReportHasTheSameIdEachTimeAndAnotherFateAnotherOne) {
  const auto command = CommandOf(ExampleReport(Fate::kDelivered));
  EXPECT_EQ(command.command_id(), CommandOf(ExampleReport(Fate::kDelivered)).command_id());
  EXPECT_NE(command.command_id(), CommandOf(ExampleReport(Fate::kUndeliverable)).command_id());
  const auto& report = command.report_page().report();
  EXPECT_EQ(report.outcome(), events::v1::PAGE_OUTCOME_DELIVERED);
  EXPECT_EQ(report.channel(), "sms");
  EXPECT_EQ(report.rung(), 2);
  EXPECT_EQ(report.target(), "support-contact:sister");
  EXPECT_EQ(CommandOf(ExampleReport(Fate::kNobodyOnCall)).report_page().report().outcome(),
            events::v1::PAGE_OUTCOME_NOBODY_ON_CALL);
  EXPECT_EQ(CommandOf(ExampleReport(Fate::kWithheld)).report_page().report().outcome(),
            events::v1::PAGE_OUTCOME_WITHHELD);
}

events::v1::ConsentEvent Consent() {
  events::v1::ConsentEvent event;
  event.set_patient_id("p1");
  auto* consent = event.mutable_recorded();
  consent->set_consent_id("c1");
  consent->add_information(events::v1::CONSENT_INFORMATION_MISSED_CHECK_IN);
  consent->mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_SUPPORT_CONTACT);
  consent->mutable_recipient()->set_id("sister");
  *consent->mutable_signature()->mutable_signed_at() = codec::ToProto(kNow);
  return event;
}

bool Given(const std::vector<std::string>& records) {
  ConsentBook book;
  for (const std::string& value : records) {
    kafka::OwnedRecord record;
    record.key = "p1";
    record.value = value;
    ApplyConsentRecord(record, book).IgnoreError();
  }
  return book.MayTell("p1", "sister", kNow + absl::Hours(1)).given();
}

TEST(ConsentRecords, OnlyASignedConsentToTellAContactOfMissedCheckInsCounts) {
  EXPECT_TRUE(Given({Consent().SerializeAsString()}));
  auto other = Consent();
  other.mutable_recorded()->mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_PAYER);
  EXPECT_FALSE(Given({other.SerializeAsString()}));
  other = Consent();
  other.mutable_recorded()->set_information(0, events::v1::CONSENT_INFORMATION_APPOINTMENTS);
  EXPECT_FALSE(Given({other.SerializeAsString()}));
  other = Consent();
  other.mutable_recorded()->clear_signature();
  EXPECT_FALSE(Given({other.SerializeAsString()}));
  other = Consent();
  *other.mutable_recorded()->mutable_expires_at() = codec::ToProto(kNow + absl::Minutes(5));
  EXPECT_FALSE(Given({other.SerializeAsString()}));
}

TEST(ConsentRecords, ARecordThatCannotBeReadMayBeARevocation) {
  EXPECT_FALSE(Given({Consent().SerializeAsString(), "\xff\xff"}));
  EXPECT_FALSE(Given({Consent().SerializeAsString(), ""}));
}

TEST(ConsentRecords, ARestrictionOfOtherThingsOrOtherPeopleLeavesTheConsent) {
  const auto restricted = [](events::v1::ConsentInformation information,
                             events::v1::RecipientKind kind) {
    events::v1::ConsentEvent event;
    event.set_patient_id("p1");
    event.mutable_restriction()->set_restriction_id("r");
    event.mutable_restriction()->add_information(information);
    event.mutable_restriction()->mutable_recipient()->set_kind(kind);
    return event.SerializeAsString();
  };
  const std::string consent = Consent().SerializeAsString();
  EXPECT_TRUE(Given({consent, restricted(events::v1::CONSENT_INFORMATION_MEDICATION,
                                         events::v1::RECIPIENT_KIND_SUPPORT_CONTACT)}));
  EXPECT_TRUE(Given({consent, restricted(events::v1::CONSENT_INFORMATION_MISSED_CHECK_IN,
                                         events::v1::RECIPIENT_KIND_PAYER)}));
  EXPECT_FALSE(Given({consent, restricted(events::v1::CONSENT_INFORMATION_MISSED_CHECK_IN,
                                          events::v1::RECIPIENT_KIND_SUPPORT_CONTACT)}));
}

}  // namespace
}  // namespace withdrawal::notifier
