// The audit log against the real broker, and without one.
#include "libs/audit/log.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "libs/kafka/headers.h"
#include "prometheus/text_serializer.h"
#include "tests/libs/kafka/broker.h"

namespace withdrawal::audit {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

identity::AuditEntry Entry(const std::string& patient) {
  identity::AuditEntry entry;
  entry.subject = "dr-1";
  entry.role = "clinician";
  entry.rpc = "withdrawal.clinician.v1.ClinicianService/GetPatient";
  entry.patient_ids = {patient};
  entry.outcome = "OK";
  return entry;
}

std::string Metrics(const prometheus::Registry& registry) {
  return prometheus::TextSerializer().Serialize(registry.Collect());
}

class AuditLogTest : public kafka::BrokerTest {
 protected:
  std::unique_ptr<kafka::Producer> NewProducer(const kafka::ClientConfig& config) {
    auto producer = kafka::Producer::Create(config);
    EXPECT_TRUE(producer.ok()) << producer.status();
    return *std::move(producer);
  }

  prometheus::Registry registry_;
};

TEST_F(AuditLogTest, TheTopicHoldsTheWholeChainInOrderWhoeverWrites) {
  const std::string topic = MakeTopic("audit", 3);
  auto producer = NewProducer(config_);
  Log log({.service = "clinician", .topic = topic}, *producer, registry_);
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  absl::BlockingCounter stored(kThreads * kEach);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        log.Record(Entry(absl::StrCat("p-", t, "-", i)), [&] { stored.DecrementCount(); });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  stored.Wait();
  std::vector<Link> links;
  for (const kafka::OwnedRecord& record : ReadAll(topic)) {
    events::v1::AuditEvent event;
    ASSERT_TRUE(event.ParseFromString(record.value));
    EXPECT_EQ(record.key, log.writer());
    EXPECT_EQ(event.sequence(), static_cast<int64_t>(links.size()) + 1);
    EXPECT_EQ(event.subject(), "dr-1");
    EXPECT_EQ(event.action(), events::v1::AUDIT_ACTION_READ);
    links.push_back(LinkOf(event));
  }
  EXPECT_EQ(links.size(), static_cast<size_t>(kThreads * kEach));
  EXPECT_THAT(Verify(log.writer(), links, /*whole=*/true), IsEmpty());
  EXPECT_THAT(Metrics(registry_), HasSubstr("withdrawal_audit_late_total 0"));
}

TEST_F(AuditLogTest, EachProcessHasAChainOfItsOwn) {
  const std::string topic = MakeTopic("audit", 3);
  auto producer = NewProducer(config_);
  Log one({.service = "clinician", .topic = topic}, *producer, registry_);
  prometheus::Registry other_registry;
  Log other({.service = "clinician", .topic = topic}, *producer, other_registry);
  EXPECT_NE(one.writer(), other.writer());
  EXPECT_THAT(one.writer(), testing::MatchesRegex("clinician/[0-9a-f]{16}"));
}

// A person's safety first: the answer does not wait for brokers that are not there.
TEST_F(AuditLogTest, WithoutBrokersTheCallerIsAnsweredAndTheEventWaits) {
  kafka::ClientConfig nobody = config_;
  nobody.brokers = "127.0.0.1:1";
  auto producer = NewProducer(nobody);
  Log log({.service = "clinician", .topic = "audit", .patience = absl::Milliseconds(100)},
          *producer, registry_);
  absl::Notification answered;
  log.Record(Entry("p-1"), [&] { answered.Notify(); });
  answered.WaitForNotification();
  EXPECT_TRUE(absl::IsDeadlineExceeded(log.Flush(absl::Milliseconds(10))));
  EXPECT_THAT(Metrics(registry_), HasSubstr("withdrawal_audit_late_total 1"));
  EXPECT_THAT(Metrics(registry_), HasSubstr("withdrawal_audit_waiting 1"));
}

TEST_F(AuditLogTest, TooManyWaitingAreCountedAsLost) {
  kafka::ClientConfig nobody = config_;
  nobody.brokers = "127.0.0.1:1";
  auto producer = NewProducer(nobody);
  Log log({.service = "clinician", .topic = "audit", .waiting_max = 2}, *producer, registry_);
  absl::Notification answered;
  log.Record(Entry("p-1"), [] {});
  log.Record(Entry("p-2"), [] {});
  log.Record(Entry("p-3"), [&] { answered.Notify(); });
  EXPECT_TRUE(answered.HasBeenNotified());
  EXPECT_THAT(Metrics(registry_), HasSubstr("withdrawal_audit_lost_total 1"));
}

TEST(AuditEvents, TextsOfACallerAreCutToWhatARowCanHold) {
  identity::AuditEntry entry = Entry("p-1");
  entry.patient_ids.push_back(std::string("\0", 1));
  entry.reason = std::string(1999, 'x') + "é and more";
  entry.alert_id = std::string("a\0b", 3) + std::string(300, 'y');
  const auto event = EventOf(entry, absl::FromUnixMicros(1'790'000'000'000'001));
  EXPECT_EQ(event.patient_ids_size(), 1);
  EXPECT_EQ(event.reason(), std::string(1999, 'x'));
  EXPECT_EQ(event.alert_id().size(), 256u);
  EXPECT_EQ(event.alert_id().substr(0, 3), "aby");
  EXPECT_EQ(event.occurred_at().nanos(), 1000);
}

}  // namespace
}  // namespace withdrawal::audit
