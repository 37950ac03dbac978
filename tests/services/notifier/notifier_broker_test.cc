#include "absl/synchronization/blocking_counter.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/codec/time.h"
#include "libs/kafka/group_offsets.h"
#include "libs/kafka/headers.h"
#include "libs/kafka/producer.h"
#include "services/notifier/notifier.h"
#include "tests/libs/kafka/broker.h"
#include "withdrawal/events/v1/alert.pb.h"

namespace withdrawal::notifier {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

events::v1::AlertEvent Event(const std::string& alert_id, int version,
                             events::v1::Priority priority) {
  events::v1::AlertEvent event;
  event.set_event_id(absl::StrCat(alert_id, "/", version));
  *event.mutable_occurred_at() = codec::ToProto(absl::Now());
  event.mutable_alert()->set_alert_id(alert_id);
  event.mutable_alert()->set_patient_id("p1");
  event.mutable_alert()->set_priority(priority);
  event.mutable_alert()->set_state(events::v1::ALERT_STATE_OPEN);
  event.mutable_raised();
  return event;
}

const domain::FloodLimits kFlood{10, absl::Minutes(10), 5};

// Fails each page as often as told before it takes it.
class FakePager final : public Pager {
 public:
  Delivery Send(const Page& page) override {
    if (failures_left > 0) {
      --failures_left;
      return Delivery::kFailed;
    }
    taken.push_back(page.event_id);
    return Delivery::kDelivered;
  }
  int failures_left = 0;
  std::vector<std::string> taken;
};

class NotifierOnBroker : public kafka::BrokerTest {
 protected:
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

  // One process life of the notifier: runs until the pager has taken `count` pages in all.
  void Live(const std::string& topic, FakePager& pager, size_t count) {
    prometheus::Registry registry;
    auto consumer = kafka::Consumer::Create(config_, Name("group"));
    ASSERT_TRUE(consumer.ok()) << consumer.status();
    Outbox::Limits limits;
    limits.retry_first = absl::Milliseconds(10);
    Notifier notifier(**consumer, pager, registry, limits, kFlood, absl::Now);
    const auto committed = [&] { return kafka::CommittedOffsets(config_, Name("group"), topic); };
    ASSERT_TRUE(notifier.Subscribe(topic, committed, [] {}).ok());
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (pager.taken.size() < count && absl::Now() < deadline) {
      const auto status = notifier.RunOnce();
      ASSERT_TRUE(status.ok()) << status;
    }
    consumer->reset();
  }
};

TEST_F(NotifierOnBroker, PagesOnceAcrossARestartAndRetriesUntilTaken) {
  const std::string topic = MakeTopic("alerts", 1);
  Write(topic, {Event("a", 1, events::v1::PRIORITY_EMERGENCY).SerializeAsString(),
                Event("b", 1, events::v1::PRIORITY_ROUTINE).SerializeAsString(),
                "these bytes are no event",
                Event("c", 1, events::v1::PRIORITY_URGENT).SerializeAsString()});
  FakePager pager;
  pager.failures_left = 3;
  Live(topic, pager, 2);
  EXPECT_THAT(pager.taken, UnorderedElementsAre("a/1", "c/1"));

  Write(topic, {Event("a", 2, events::v1::PRIORITY_EMERGENCY).SerializeAsString()});
  FakePager later;
  Live(topic, later, 1);
  EXPECT_THAT(later.taken, ElementsAre("a/2"));
}

TEST(NotifierDecode, UnknownKindStopsUnlessItMayBeIgnored) {
  auto event = Event("a", 1, events::v1::PRIORITY_URGENT);
  event.clear_kind();
  EXPECT_TRUE(absl::IsFailedPrecondition(Decode(event.SerializeAsString()).status()));
  event.set_reader_may_ignore(true);
  EXPECT_TRUE(Decode(event.SerializeAsString()).ok());
}

}  // namespace
}  // namespace withdrawal::notifier
