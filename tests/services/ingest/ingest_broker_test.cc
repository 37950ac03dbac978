// The real binary on the real broker.
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "tests/libs/kafka/broker.h"
#include "tests/services/ingest/examples.h"
#include "tests/services/ingest/ingest_process.h"
#include "withdrawal/ingest/v1/ingest.grpc.pb.h"

namespace withdrawal::ingest {
namespace {

events::v1::CheckIn CravingNow(const std::string& check_in_id) {
  auto check_in = Example("craving { nrs: 4 }", check_in_id);
  *check_in.mutable_observed_at() = codec::ToProto(absl::Now());
  return check_in;
}

class IngestOnBroker : public kafka::BrokerTest {
 protected:
  std::unique_ptr<v1::IngestService::Stub> StubFor(int port) {
    return v1::IngestService::NewStub(
        grpc::CreateChannel(absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials()));
  }

  grpc::Status Submit(v1::IngestService::Stub& stub, const events::v1::CheckIn& check_in,
                      std::chrono::seconds deadline) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + deadline);
    v1::SubmitCheckInRequest request;
    *request.mutable_check_in() = check_in;
    v1::SubmitCheckInResponse response;
    return stub.SubmitCheckIn(&context, request, &response);
  }

  std::multiset<std::string> StoredIds(const std::string& topic) {
    std::multiset<std::string> ids;
    for (const auto& record : ReadAll(topic)) {
      events::v1::CheckInRecorded event;
      EXPECT_TRUE(event.ParseFromString(record.value));
      EXPECT_EQ(record.key, event.check_in().patient_id());
      ids.insert(event.check_in().check_in_id());
    }
    return ids;
  }
};

// case C55
TEST_F(IngestOnBroker, EightAtOnceAreOneRecord) {
  const std::string topic = MakeTopic("check-ins", 2);
  IngestProcess ingest(config_.brokers, topic);
  auto stub = StubFor(ingest.AwaitLog("IngestService is up"));
  ingest.AwaitLog("ready");
  const auto check_in = CravingNow("same");
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      const auto status = Submit(*stub, check_in, std::chrono::seconds(20));
      EXPECT_TRUE(status.ok()) << status.error_message();
    });
  }
  for (auto& client : clients) client.join();
  EXPECT_EQ(StoredIds(topic).size(), 1u);
}

// case C68
TEST_F(IngestOnBroker, EveryOkBeforeTerminationIsInTheTopicAndTheProcessEndsInTime) {
  const std::string topic = MakeTopic("check-ins", 2);
  IngestProcess ingest(config_.brokers, topic);
  auto stub = StubFor(ingest.AwaitLog("IngestService is up"));
  ingest.AwaitLog("ready");
  grpc::ClientContext stream_context;
  auto stream = stub->SubmitCheckIns(&stream_context);

  absl::Mutex mutex;
  std::set<std::string> confirmed;
  std::vector<std::thread> clients;
  for (int client = 0; client < 100; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; i < 1000; ++i) {
        const std::string id = absl::StrCat("c", client, "-", i);
        const auto status = Submit(*stub, CravingNow(id), std::chrono::seconds(2));
        if (!status.ok()) {
          EXPECT_TRUE(status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                      status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED ||
                      status.error_code() == grpc::StatusCode::CANCELLED)
              << status.error_code() << " " << status.error_message();
          break;
        }
        absl::MutexLock lock(&mutex);
        confirmed.insert(id);
      }
    });
  }
  const auto some = [&] { return confirmed.size() >= 100; };
  mutex.LockWhen(absl::Condition(&some));
  mutex.Unlock();
  const absl::Time asked_at = absl::Now();
  ingest.Terminate();
  EXPECT_EQ(ingest.AwaitExit(), 0);
  EXPECT_LT(absl::Now() - asked_at, absl::Seconds(20));
  for (auto& client : clients) client.join();
  EXPECT_FALSE(stream->Finish().ok());

  const auto stored = StoredIds(topic);
  for (const auto& id : confirmed) EXPECT_EQ(stored.count(id), 1u) << id;
}

TEST_F(IngestOnBroker, WithoutABrokerSubmissionsAreUnavailable) {
  IngestProcess ingest("127.0.0.1:1", "withdrawal.check-ins.v1");
  auto stub = StubFor(ingest.AwaitLog("IngestService is up"));
  EXPECT_EQ(Submit(*stub, CravingNow("a"), std::chrono::seconds(20)).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  ingest.Terminate();
  ingest.AwaitExit();
}

}  // namespace
}  // namespace withdrawal::ingest
