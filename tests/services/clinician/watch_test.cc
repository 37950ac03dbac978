#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "libs/metrics/metrics.h"
#include "tests/services/clinician/service_fixture.h"

namespace withdrawal::clinician {
namespace {

using events::v1::PRIORITY_EMERGENCY;
using events::v1::PRIORITY_ROUTINE;
using events::v1::PRIORITY_URGENT;
using testing::ElementsAre;
using testing::HasSubstr;

class WatchTest : public ServiceTest {
 protected:
  void ProduceRaised(const std::string& alert_id, events::v1::Priority priority = PRIORITY_URGENT) {
    ProduceAlert(AlertOf("patient-of-" + alert_id, alert_id, 1, priority, kNoon));
  }
  // The alert ids of the next `count` events.
  std::vector<std::string> Events(Watcher& watcher, int count) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) ids.push_back(watcher.Next().event().alert().alert_id());
    return ids;
  }
};

TEST_F(WatchTest, SendsTheOpenAlertsMostUrgentFirstAndThenEachEvent) {
  ProduceRaised("old");
  ProduceRaised("worse", PRIORITY_EMERGENCY);
  Start();
  Eventually([&] { return IsProjected("old") && IsProjected("worse"); }, "projected");
  Watcher watcher(*stub_, {});
  EXPECT_THAT(watcher.Snapshot(), ElementsAre("worse", "old"));
  ProduceRaised("new");
  const absl::Time stored_at = absl::Now();
  EXPECT_THAT(Events(watcher, 1), ElementsAre("new"));
  EXPECT_LT(absl::Now() - stored_at, absl::Seconds(1));
  EXPECT_FALSE(watcher.token().empty());
}

TEST_F(WatchTest, SendsAnAlertThatIsInTheTopicButNotYetInTheTables) {
  Start();
  Connection blocker(database_->url());
  const absl::Status status = blocker.Transact([&](Transaction& transaction) {
    // Readers pass, the projection waits.
    transaction.Script("LOCK TABLE alert IN EXCLUSIVE MODE");
    ProduceRaised("fresh");
    Watcher watcher(*stub_, {});
    EXPECT_THAT(watcher.Snapshot(), ElementsAre());
    EXPECT_THAT(Events(watcher, 1), ElementsAre("fresh"));
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(WatchTest, ResumesWithoutAGapAfterARestartOfTheService) {
  Start();
  ProduceRaised("first");
  // Projected before the offsets of the snapshot are read: else its token may lie before it, and
  // the resumed stream would rightly repeat it.
  Eventually([&] { return IsProjected("first"); }, "projected");
  Watcher before(*stub_, {});
  EXPECT_THAT(before.Snapshot(), ElementsAre("first"));
  const std::string token = before.token();
  Stop();
  std::vector<std::string> missed;
  for (int i = 0; i < 20; ++i) {
    missed.push_back(absl::StrCat("missed-", i));
    ProduceRaised(missed.back());
  }
  Start();
  Eventually([&] { return IsProjected("missed-19"); }, "projected past the token");
  v1::WatchAlertsRequest request;
  request.set_resume_token(token);
  Watcher after(*stub_, request);
  EXPECT_THAT(Events(after, 20), testing::UnorderedElementsAreArray(missed));
  ProduceRaised("next");
  EXPECT_THAT(Events(after, 1), ElementsAre("next"));
}

TEST_F(WatchTest, RefusesATokenWhoseEventsAreNoLongerHeld) {
  config_of_service_.ring_events_max = 4;
  Start();
  std::string token;
  {
    Watcher watcher(*stub_, {});
    watcher.Snapshot();
    token = watcher.token();
  }
  for (int i = 0; i < 10; ++i) ProduceRaised(absl::StrCat("a-", i));
  Eventually([&] { return IsProjected("a-9"); }, "projected");
  v1::WatchAlertsRequest request;
  request.set_resume_token(token);
  const grpc::Status status = Watcher(*stub_, request).Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::OUT_OF_RANGE);
  EXPECT_THAT(status.error_details(), HasSubstr("RESUME_TOKEN_EXPIRED"));
}

TEST_F(WatchTest, RefusesATokenOfAnotherFilter) {
  Start();
  Watcher watcher(*stub_, {});
  watcher.Snapshot();
  v1::WatchAlertsRequest request;
  request.set_resume_token(watcher.token());
  request.set_team("north");
  EXPECT_EQ(Watcher(*stub_, request).Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(WatchTest, RefusesATokenThatIsAheadOfTheTopicForLong) {
  config_of_service_.watch.heartbeat = absl::Milliseconds(100);
  Start();
  v1::WatchAlertsRequest request;
  request.set_resume_token(
      EncodeResumeToken(AlertFilter::Of(request).fingerprint(), {{0, 1'000'000}, {1, 0}, {2, 0}}));
  EXPECT_EQ(Watcher(*stub_, request).Finish().error_code(), grpc::StatusCode::OUT_OF_RANGE);
}

TEST_F(WatchTest, SendsOnlyWhatTheFilterWants) {
  Start();
  v1::WatchAlertsRequest request;
  request.set_team("south");
  request.set_priority_at_least(PRIORITY_URGENT);
  Watcher watcher(*stub_, request);
  EXPECT_THAT(watcher.Snapshot(), ElementsAre());
  const auto open = events::v1::ALERT_STATE_OPEN;
  ProduceAlert(AlertOf("p", "north", 1, PRIORITY_URGENT, kNoon, open, "north"));
  ProduceAlert(AlertOf("p", "mild", 1, PRIORITY_ROUTINE, kNoon, open, "south"));
  ProduceAlert(AlertOf("p", "wanted", 1, PRIORITY_URGENT, kNoon, open, "south"));
  EXPECT_THAT(Events(watcher, 1), ElementsAre("wanted"));
}

TEST_F(WatchTest, HeartbeatsCarryATokenWhenNothingHappens) {
  config_of_service_.watch.heartbeat = absl::Milliseconds(100);
  Start();
  Watcher watcher(*stub_, {});
  watcher.Snapshot();
  const v1::WatchAlertsResponse message = watcher.NextOfAnyKind();
  EXPECT_TRUE(message.has_heartbeat());
  EXPECT_FALSE(message.resume_token().empty());
}

TEST_F(WatchTest, EndsASlowReaderWhoThenResumesWithoutAGap) {
  config_of_service_.watch.queue_max = 8;
  Start();
  Watcher slow(*stub_, {});
  slow.Snapshot();
  std::vector<std::string> all;
  for (int i = 0; i < 100; ++i) {
    events::v1::AlertEvent event = AlertOf("p", absl::StrCat("a-", i), 1, PRIORITY_URGENT, kNoon);
    event.mutable_alert()->set_evidence(std::string(20'000, 'x'));
    ProduceAlert(event);
    all.push_back(event.alert().alert_id());
  }
  Eventually([&] { return IsProjected("a-99"); }, "everything is there");
  std::vector<std::string> seen;
  while (true) {
    const v1::WatchAlertsResponse message = slow.Next();
    if (!message.has_event()) break;
    seen.push_back(message.event().alert().alert_id());
  }
  EXPECT_LT(seen.size(), all.size());
  const std::string token = slow.token();
  const grpc::Status status = slow.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED) << status.error_message();
  EXPECT_THAT(status.error_details(), HasSubstr("SLOW_READER"));
  v1::WatchAlertsRequest request;
  request.set_resume_token(token);
  Watcher resumed(*stub_, request);
  const std::vector<std::string> rest = Events(resumed, static_cast<int>(all.size() - seen.size()));
  seen.insert(seen.end(), rest.begin(), rest.end());
  EXPECT_EQ(seen, all);
}

TEST_F(WatchTest, FreesACancelledStreamAtOnce) {
  Start();
  const auto streams = [&](const std::string& count) {
    service_->CheckReady();
    return metrics::ScrapeText(*registry_).find("withdrawal_clinician_watch_streams " + count) !=
           std::string::npos;
  };
  Watcher one(*stub_, {});
  Watcher two(*stub_, {});
  one.Snapshot();
  two.Snapshot();
  EXPECT_TRUE(streams("2"));
  one.Cancel();
  Eventually([&] { return streams("1"); }, "one stream is left");
  EXPECT_EQ(one.Finish().error_code(), grpc::StatusCode::CANCELLED);
}

// case C68
TEST_F(WatchTest, ShutdownEndsOpenStreamsQuicklyAsUnavailable) {
  Start();
  Watcher watcher(*stub_, {});
  watcher.Snapshot();
  const absl::Time start = absl::Now();
  service_->Shutdown(absl::Seconds(10));
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
  const grpc::Status status = watcher.Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(status.error_details(), HasSubstr("SHUTTING_DOWN"));
}

}  // namespace
}  // namespace withdrawal::clinician
