#include "services/ctl/batch_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "absl/time/clock.h"

namespace withdrawal::ctl {
namespace {

using ::testing::Each;
using ::testing::Pair;
using ::testing::SizeIs;

// An ingest that answers as told and remembers what it accepted, in order.
class FakeIngest : public ipb::IngestService::Service {
 public:
  using Stream = grpc::ServerReaderWriter<ipb::SubmitCheckInsResponse, ipb::SubmitCheckInsRequest>;

  grpc::Status SubmitCheckIns(grpc::ServerContext*, Stream* stream) override {
    ipb::SubmitCheckInsRequest request;
    while (stream->Read(&request)) {
      const bool breaks = Count() % break_each == 0;
      ipb::SubmitCheckInsResponse answer;
      answer.set_sequence(request.sequence());
      answer.set_check_in_id(request.check_in().check_in_id());
      if (count_ % refuse_each == 0) {
        answer.mutable_refused()->set_code(grpc::StatusCode::RESOURCE_EXHAUSTED);
      } else {
        Accept(request.check_in());
        answer.mutable_accepted()->set_check_in_id(request.check_in().check_in_id());
      }
      if (breaks) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "as if killed");
      stream->Write(answer);
    }
    return grpc::Status::OK;
  }

  int break_each = 1 << 30;   // end the stream unanswered at each n-th request
  int refuse_each = 1 << 30;  // RESOURCE_EXHAUSTED at each n-th request
  std::map<std::string, std::vector<std::string>> accepted;  // by person, repeats too

 private:
  int Count() {
    absl::MutexLock lock(&mutex_);
    return ++count_;
  }
  void Accept(const epb::CheckIn& check_in) {
    absl::MutexLock lock(&mutex_);
    accepted[check_in.patient_id()].push_back(check_in.check_in_id());
  }

  absl::Mutex mutex_;
  int count_ = 0;
};

class BatchSending : public ::testing::Test {
 protected:
  BatchSending() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
    builder.RegisterService(&ingest_);
    server_ = builder.BuildAndStart();
    Settings settings;
    settings.ingest_address = "127.0.0.1:" + std::to_string(port_);
    stub_ = ConnectIngest(settings);
  }

  static std::vector<Outgoing> Batch(int people, int each) {
    std::vector<Outgoing> batch;
    for (int i = 0; i < each; ++i) {
      for (int person = 0; person < people; ++person) {
        Outgoing outgoing;
        outgoing.check_in.set_patient_id("p" + std::to_string(person));
        outgoing.check_in.set_check_in_id(std::to_string(1000 + i));
        batch.push_back(std::move(outgoing));
      }
    }
    return batch;
  }

  absl::Status Send(const std::vector<Outgoing>& batch) {
    BatchSender sender(*stub_, interrupt_,
                       {.in_flight_max = 8,
                        .retry_min = absl::Milliseconds(1),
                        .retry_max = absl::Milliseconds(10),
                        .stuck_max = absl::Seconds(20)});
    const auto status = sender.Run(batch, [&](size_t index, const auto&) { ++answers_[index]; });
    retries_ = sender.retries();
    return status;
  }

  void ExpectEveryOneOnceAndInOrder(size_t check_ins, size_t each) {
    EXPECT_THAT(answers_, SizeIs(check_ins));
    EXPECT_THAT(answers_, Each(Pair(::testing::_, 1)));
    for (const auto& [person, ids] : ingest_.accepted) {
      EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end())) << person;
      EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), each);
    }
  }

  Interrupt interrupt_{[] {}};
  FakeIngest ingest_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<ipb::IngestService::Stub> stub_;
  std::map<size_t, int> answers_;
  int64_t retries_ = 0;
};

TEST_F(BatchSending, EveryCheckInIsAnsweredOnceInOrderPerPerson) {
  EXPECT_TRUE(Send(Batch(20, 10)).ok());
  ExpectEveryOneOnceAndInOrder(200, 10);
  EXPECT_EQ(retries_, 0);
}

TEST_F(BatchSending, RefusalsForLoadAreRetriedWithoutOvertaking) {
  ingest_.refuse_each = 3;
  EXPECT_TRUE(Send(Batch(5, 20)).ok());
  ExpectEveryOneOnceAndInOrder(100, 20);
  EXPECT_GT(retries_, 0);
}

TEST_F(BatchSending, ABrokenStreamIsOpenedAgainAndEachAnswerCountsOnce) {
  ingest_.break_each = 30;
  EXPECT_TRUE(Send(Batch(5, 20)).ok());
  ExpectEveryOneOnceAndInOrder(100, 20);
}

TEST_F(BatchSending, NothingIsSentBeforeItsTime) {
  auto batch = Batch(1, 2);
  const absl::Time later = absl::Now() + absl::Milliseconds(300);
  batch[1].send_at = later;
  EXPECT_TRUE(Send(batch).ok());
  EXPECT_GE(absl::Now(), later);
}

TEST_F(BatchSending, NoIngestIsUnavailable) {
  server_->Shutdown();
  BatchSender sender(*stub_, interrupt_,
                     {.in_flight_max = 8,
                      .retry_min = absl::Milliseconds(1),
                      .retry_max = absl::Milliseconds(10),
                      .stuck_max = absl::Milliseconds(100)});
  EXPECT_EQ(sender.Run(Batch(2, 2), [](size_t, const auto&) {}).code(),
            absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace withdrawal::ctl
