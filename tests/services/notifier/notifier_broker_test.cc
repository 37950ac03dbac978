#include "absl/synchronization/blocking_counter.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/codec/time.h"
#include "libs/kafka/group_offsets.h"
#include "libs/kafka/headers.h"
#include "libs/kafka/producer.h"
#include "services/notifier/consents.h"
#include "services/notifier/notifier.h"
#include "tests/libs/kafka/broker.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/consent.pb.h"

namespace withdrawal::notifier {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

events::v1::AlertEvent Event(const std::string& alert_id, int version,
                             events::v1::Priority priority, const std::string& target) {
  events::v1::AlertEvent event;
  event.set_event_id(absl::StrCat(alert_id, "/", version));
  *event.mutable_occurred_at() = codec::ToProto(absl::Now());
  event.mutable_alert()->set_alert_id(alert_id);
  event.mutable_alert()->set_patient_id("p1");
  event.mutable_alert()->set_priority(priority);
  event.mutable_alert()->set_state(events::v1::ALERT_STATE_OPEN);
  event.mutable_alert()->set_target(target);
  event.mutable_raised();
  return event;
}

events::v1::ConsentEvent SignedFor(const std::string& contact) {
  events::v1::ConsentEvent event;
  event.set_patient_id("p1");
  auto* consent = event.mutable_recorded();
  consent->set_consent_id("c1");
  consent->add_information(events::v1::CONSENT_INFORMATION_MISSED_CHECK_IN);
  consent->mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_SUPPORT_CONTACT);
  consent->mutable_recipient()->set_id(contact);
  consent->set_purpose("to check on me");
  *consent->mutable_signature()->mutable_signed_at() = codec::ToProto(absl::Now() - absl::Hours(1));
  return event;
}

const domain::FloodLimits kFlood{10, absl::Minutes(10), 5};

// Fails as often as told before it takes letters.
class FakeSender final : public Sender {
 public:
  bool Free(const Channel&) const override { return true; }
  void Start(int64_t ticket, const Letter& letter, const Channel&) override {
    const bool fails = failures_left > 0;
    if (fails) --failures_left;
    if (!fails) taken.push_back(letter.page_id);
    if (!fails) texts.push_back(letter.page.text);
    done_.push_back({ticket, fails ? Delivery::kFailed : Delivery::kDelivered, "answered 503"});
  }
  std::vector<Done> Work() override { return std::exchange(done_, {}); }
  size_t in_flight() const override { return done_.size(); }

  int failures_left = 0;
  std::vector<std::string> taken;
  std::vector<std::string> texts;

 private:
  std::vector<Done> done_;
};

class NotifierOnBroker : public kafka::BrokerTest {
 protected:
  void SetUp() override {
    kafka::BrokerTest::SetUp();
    alerts_ = MakeTopic("alerts", 1);
    commands_ = MakeTopic("commands", 1);
    consents_ = MakeTopic("consents", 1);
    disclosures_ = MakeTopic("disclosures", 1);
  }

  void Write(const std::string& topic, const std::vector<std::string>& values) {
    auto producer = kafka::Producer::Create(config_);
    ASSERT_TRUE(producer.ok()) << producer.status();
    absl::BlockingCounter left(static_cast<int>(values.size()));
    for (const auto& value : values) {
      (*producer)->Send({topic, "p1", value, {}}, [&](absl::StatusOr<kafka::Position> at) {
        EXPECT_TRUE(at.ok()) << at.status();
        left.DecrementCount();
      });
    }
    left.Wait();
  }

  // One process life of the notifier: until it has stored so many reports of pages in all.
  void Live(FakeSender& sender, size_t reports, const OnCall* on_call = nullptr) {
    prometheus::Registry registry;
    auto consumer = kafka::Consumer::Create(config_, Name("group"));
    auto producer = kafka::Producer::Create(config_);
    ASSERT_TRUE(consumer.ok() && producer.ok()) << consumer.status() << producer.status();
    Consents consents(config_, consents_);
    Outbox::Limits limits;
    limits.retry_first = absl::Milliseconds(10);
    Notifier::Surroundings around;
    around.clock = absl::Now;
    around.on_call = [on_call] { return on_call; };
    around.may_tell = [&](const std::string& patient, const std::string& contact,
                          domain::Instant as_of) {
      return consents.MayTell(patient, contact, as_of);
    };
    around.notice = {"short-1", "Do not pass on."};
    around.commands_topic = commands_;
    around.disclosures_topic = disclosures_;
    Notifier notifier(**consumer, **producer, sender, registry, limits, kFlood, around);
    const auto committed = [&] { return kafka::CommittedOffsets(config_, Name("group"), alerts_); };
    ASSERT_TRUE(notifier.Subscribe(alerts_, committed, [] {}).ok());
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (Reports().size() < reports && absl::Now() < deadline) {
      const auto status = notifier.RunOnce();
      ASSERT_TRUE(status.ok()) << status;
    }
    notifier.Finish(absl::Seconds(5));
    producer->reset();
    consumer->reset();
  }

  // "delivered primary", of all reports.
  std::vector<std::string> Reports() {
    std::vector<std::string> reports;
    for (const auto& record : ReadAll(commands_)) {
      events::v1::AlertCommand command;
      EXPECT_TRUE(command.ParseFromString(record.value));
      EXPECT_EQ(record.key, "p1");
      EXPECT_EQ(command.actor(), "notifier");
      const auto& report = command.report_page().report();
      reports.push_back(absl::StrCat(report.page_id(), " ",
                                     events::v1::PageOutcome_Name(report.outcome()).substr(13)));
    }
    return reports;
  }

  std::vector<events::v1::DisclosureRecorded> Disclosures() {
    std::vector<events::v1::DisclosureRecorded> disclosures;
    for (const auto& record : ReadAll(disclosures_)) {
      EXPECT_TRUE(disclosures.emplace_back().ParseFromString(record.value));
    }
    return disclosures;
  }

  std::string alerts_, commands_, consents_, disclosures_;
};

TEST_F(NotifierOnBroker, PagesOnceAcrossARestartAndRetriesUntilTaken) {
  Write(alerts_, {Event("a", 1, events::v1::PRIORITY_EMERGENCY, "primary").SerializeAsString(),
                  Event("b", 1, events::v1::PRIORITY_ROUTINE, "worklist").SerializeAsString(),
                  "these bytes are no event",
                  Event("c", 1, events::v1::PRIORITY_URGENT, "primary").SerializeAsString()});
  FakeSender sender;
  sender.failures_left = 3;
  Live(sender, 4);
  EXPECT_THAT(sender.taken, UnorderedElementsAre("a/1/primary", "c/1/primary"));
  EXPECT_THAT(Reports(),
              UnorderedElementsAre("a/1/primary UNDELIVERABLE", "a/1/primary DELIVERED",
                                   "c/1/primary UNDELIVERABLE", "c/1/primary DELIVERED"));

  Write(alerts_, {Event("a", 2, events::v1::PRIORITY_EMERGENCY, "primary").SerializeAsString()});
  FakeSender later;
  Live(later, 5);
  EXPECT_THAT(later.taken, ElementsAre("a/2/primary"));
}

TEST_F(NotifierOnBroker, NobodyOnCallIsReportedAndAnotherRoleIsPagedWithoutWaiting) {
  OnCall on_call;
  on_call.people["n2"] = {{ChannelKind::kSms, "+441632960001"}};
  on_call.teams[kDefaultTeam]["secondary"] = {"UTC", {Layer{{}, {"n2"}, {}}}, {}};
  Write(alerts_, {Event("a", 1, events::v1::PRIORITY_EMERGENCY, "primary").SerializeAsString(),
                  Event("a", 2, events::v1::PRIORITY_EMERGENCY, "secondary").SerializeAsString()});
  FakeSender sender;
  Live(sender, 2, &on_call);
  EXPECT_THAT(sender.taken, ElementsAre("a/2/n2"));
  EXPECT_THAT(Reports(), UnorderedElementsAre("a/1/primary NOBODY_ON_CALL", "a/2/n2 DELIVERED"));
}

TEST_F(NotifierOnBroker, ASupportContactIsToldUnderAConsentAndNotAfterItsRevocation) {
  const auto escalated = [](int version) {
    auto event = Event("m", version, events::v1::PRIORITY_ROUTINE, "support-contact:sister");
    event.mutable_escalated();
    return event.SerializeAsString();
  };
  Write(consents_, {SignedFor("sister").SerializeAsString()});
  Write(alerts_, {escalated(1)});
  FakeSender sender;
  Live(sender, 1);
  EXPECT_THAT(sender.taken, ElementsAre("m/1/support-contact:sister"));
  EXPECT_THAT(sender.texts[0], ::testing::EndsWith(" Do not pass on."));
  const auto disclosures = Disclosures();
  ASSERT_THAT(disclosures, SizeIs(1));
  EXPECT_EQ(disclosures[0].disclosure_id(), "m/1/support-contact:sister");
  EXPECT_EQ(disclosures[0].consent_id(), "c1");
  EXPECT_EQ(disclosures[0].recipient().id(), "sister");
  EXPECT_EQ(disclosures[0].purpose(), "to check on me");
  EXPECT_EQ(disclosures[0].notice(), "short-1");
  EXPECT_EQ(disclosures[0].alert_id(), "m");
  EXPECT_THAT(disclosures[0].information(),
              ElementsAre(events::v1::CONSENT_INFORMATION_MISSED_CHECK_IN));

  // Stored before the next rung is reached: that is all it takes.
  events::v1::ConsentEvent revoked;
  revoked.set_patient_id("p1");
  revoked.mutable_revoked()->set_consent_id("c1");
  Write(consents_, {revoked.SerializeAsString()});
  Write(alerts_, {escalated(2)});
  FakeSender after;
  Live(after, 2);
  EXPECT_THAT(after.taken, IsEmpty());
  EXPECT_THAT(Reports(), ElementsAre("m/1/support-contact:sister DELIVERED",
                                     "m/2/support-contact:sister WITHHELD"));
  EXPECT_THAT(Disclosures(), SizeIs(1));
}

// While one process runs: what is asked after the revocation is stored is answered by it.
TEST_F(NotifierOnBroker, ConsentsAreKnownAsOfTheMomentAskedFor) {
  Consents consents(config_, consents_);
  const auto ask = [&] {
    const absl::Time as_of = absl::Now();
    while (true) {
      if (const auto permission = consents.MayTell("p1", "sister", as_of)) return *permission;
      absl::SleepFor(absl::Milliseconds(5));
    }
  };
  EXPECT_FALSE(ask().given());
  Write(consents_, {SignedFor("sister").SerializeAsString()});
  EXPECT_TRUE(ask().given());
  events::v1::ConsentEvent restricted;
  restricted.set_patient_id("p1");
  restricted.mutable_restriction()->set_restriction_id("r1");
  Write(consents_, {restricted.SerializeAsString()});
  EXPECT_EQ(ask().refusal, "the person asked that it be kept back");
}

}  // namespace
}  // namespace withdrawal::notifier
