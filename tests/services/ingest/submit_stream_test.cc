#include "services/ingest/submit_stream.h"

#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/ingest/ingest_server.h"

namespace withdrawal::ingest {
namespace {

const char kCraving[] = "craving { nrs: 4 }";

class SubmitCheckIns : public IngestServer {
 protected:
  void Open() { stream_ = stub_->SubmitCheckIns(&context_); }

  bool Write(const events::v1::CheckIn& check_in, int64_t sequence) {
    v1::SubmitCheckInsRequest request;
    *request.mutable_check_in() = check_in;
    request.set_sequence(sequence);
    return stream_->Write(request);
  }

  // All answers to the end, by sequence.
  std::map<int64_t, v1::SubmitCheckInsResponse> ReadAll() {
    std::map<int64_t, v1::SubmitCheckInsResponse> answers;
    v1::SubmitCheckInsResponse answer;
    while (stream_->Read(&answer)) {
      EXPECT_TRUE(answers.emplace(answer.sequence(), answer).second) << answer.sequence();
    }
    return answers;
  }

  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::SubmitCheckInsRequest, v1::SubmitCheckInsResponse>>
      stream_;
};

TEST_F(SubmitCheckIns, EachItemHasItsOwnAnswerAndARefusalEndsNothing) {
  log_.AnswerAtOnce(absl::OkStatus());
  Open();
  Write(Example(kCraving, "a"), 1);
  Write(Example("craving { nrs: 11 }", "b"), 2);
  Write(Example(kCraving, "a"), 3);
  Write(Example("craving { nrs: 5 }", "a"), 4);
  stream_->WritesDone();
  auto answers = ReadAll();
  EXPECT_TRUE(stream_->Finish().ok());
  ASSERT_EQ(answers.size(), 4u);
  EXPECT_EQ(answers[1].accepted().check_in_id(), "a");
  EXPECT_EQ(answers[2].refused().code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(answers[2].check_in_id(), "b");
  EXPECT_TRUE(answers[3].accepted().duplicate());
  EXPECT_EQ(ReasonOf(answers[4].refused()), "CHECK_IN_ID_CONFLICT");
  EXPECT_EQ(log_.stored().size(), 1u);
}

TEST_F(SubmitCheckIns, AnItemThatIsTooLargeIsRefusedAndTheOthersGoOn) {
  log_.AnswerAtOnce(absl::OkStatus());
  Open();
  events::v1::CheckIn large = Example(kCraving, "large");
  large.mutable_source()->set_app(std::string(64 * 1024, 'a'));
  Write(large, 1);
  large.set_check_in_id(std::string(100'000, 'i'));
  Write(large, 2);
  Write(Example(kCraving, "a"), 3);
  stream_->WritesDone();
  auto answers = ReadAll();
  EXPECT_TRUE(stream_->Finish().ok());
  for (const int64_t sequence : {1, 2}) {
    EXPECT_EQ(answers[sequence].refused().code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_LE(answers[sequence].ByteSizeLong(), 1024u);
  }
  EXPECT_TRUE(answers[3].has_accepted());
  EXPECT_EQ(log_.stored().size(), 1u);
}

TEST_F(SubmitCheckIns, AMessageNobodyWouldReadEndsTheStreamAndSaysWhy) {
  Open();
  events::v1::CheckIn huge = Example(kCraving, "huge");
  huge.mutable_source()->set_app(std::string(2 * 1024 * 1024, 'a'));
  Write(huge, 1);
  stream_->WritesDone();
  ReadAll();
  EXPECT_EQ(stream_->Finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(SubmitCheckIns, HalfCloseWaitsForTheAnswersUnderWay) {
  Open();
  for (int i = 0; i < 3; ++i) Write(Example(kCraving, absl::StrCat(i)), i);
  stream_->WritesDone();
  log_.AwaitPending(3);
  std::thread brokers([this] {
    for (int i = 0; i < 2; ++i) log_.AnswerOne(absl::OkStatus());
    log_.AnswerOne(absl::UnavailableError("no broker"));
  });
  const auto answers = ReadAll();
  EXPECT_TRUE(stream_->Finish().ok());
  brokers.join();
  EXPECT_EQ(answers.size(), 3u);
  EXPECT_TRUE(answers.at(0).has_accepted());
  EXPECT_EQ(answers.at(2).refused().code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(SubmitCheckIns, NoMoreThanTheBoundIsUnansweredAtATime) {
  Start({}, /*per_stream_max=*/8);
  Open();
  std::thread client([this] {
    for (int i = 0; i < 500; ++i) Write(Example(kCraving, absl::StrCat(i)), i);
    stream_->WritesDone();
  });
  std::thread brokers([this] {
    for (int i = 0; i < 500; ++i) {
      log_.AwaitPending(1);
      log_.AnswerOne(absl::OkStatus());
    }
  });
  EXPECT_EQ(ReadAll().size(), 500u);
  EXPECT_TRUE(stream_->Finish().ok());
  client.join();
  brokers.join();
  EXPECT_LE(log_.pending_max(), 8u);
  EXPECT_EQ(log_.stored().size(), 500u);
}

TEST_F(SubmitCheckIns, ClientGoneMidwayLeavesNothingBehind) {
  Open();
  Write(Example(kCraving, "a"), 1);
  log_.AwaitPending(1);
  context_.TryCancel();
  EXPECT_EQ(stream_->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(metrics_.streams.Value(), 1);
  log_.AnswerOne(absl::OkStatus());
  while (metrics_.streams.Value() > 0) std::this_thread::yield();
  EXPECT_EQ(log_.stored().size(), 1u);
}

TEST_F(SubmitCheckIns, DrainEndsTheStreamAfterItsAnswers) {
  Open();
  Write(Example(kCraving, "a"), 1);
  log_.AwaitPending(1);
  service_->Drain();
  log_.AnswerOne(absl::OkStatus());
  const auto answers = ReadAll();
  EXPECT_EQ(answers.size(), 1u);
  EXPECT_TRUE(answers.at(1).has_accepted());
  EXPECT_EQ(stream_->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(SubmitCheckIns, StreamOpenedWhileStoppingEndsAtOnce) {
  service_->Drain();
  Open();
  EXPECT_TRUE(ReadAll().empty());
  EXPECT_EQ(stream_->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace withdrawal::ingest
