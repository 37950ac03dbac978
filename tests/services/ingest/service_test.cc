#include "services/ingest/service.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/kafka/headers.h"
#include "libs/metrics/metrics.h"
#include "tests/libs/metrics/promtool.h"
#include "tests/services/ingest/ingest_server.h"

namespace withdrawal::ingest {
namespace {

using ::testing::HasSubstr;
using SubmitCheckIn = IngestServer;

const char kCraving[] = "craving { nrs: 4 }";

TEST_F(SubmitCheckIn, IsAnsweredOnlyAfterTheDeliveryReport) {
  auto call = Submit(Example(kCraving));
  log_.AwaitPending(1);
  EXPECT_FALSE(call->ended);
  log_.AnswerOne(absl::OkStatus());
  ASSERT_TRUE(call->Await().ok()) << call->status.error_message();
  EXPECT_EQ(call->response.check_in_id(), "check-in-1");
  EXPECT_EQ(codec::FromProto(call->response.received_at()), Now());
  EXPECT_FALSE(call->response.duplicate());
}

TEST_F(SubmitCheckIn, RecordIsTheEventUnderThePatientsKey) {
  log_.AnswerAtOnce(absl::OkStatus());
  const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  EXPECT_TRUE(Submit(Example(kCraving), trace)->Await().ok());
  ASSERT_EQ(log_.stored().size(), 1u);
  const auto record = log_.stored()[0];
  EXPECT_EQ(record.topic, "withdrawal.check-ins.v1");
  EXPECT_EQ(record.key, "patient-1");
  events::v1::CheckInRecorded event;
  ASSERT_TRUE(event.ParseFromString(record.value));
  EXPECT_EQ(event.check_in().craving().nrs(), 4);
  EXPECT_EQ(codec::FromProto(event.received_at()), Now());
  const auto header = [&](std::string_view name) {
    return std::string(kafka::FindHeader(record.headers, name));
  };
  EXPECT_EQ(header("ce_type"), "withdrawal.events.v1.CheckInRecorded");
  EXPECT_EQ(header("ce_id"), "check-in-1");
  EXPECT_EQ(header("content-type"), "application/protobuf");
  EXPECT_EQ(header("traceparent").substr(0, 36), trace.substr(0, 36));
  EXPECT_NE(header("traceparent"), trace);
}

TEST_F(SubmitCheckIn, WithoutBrokersIsUnavailableAndNeverOk) {
  log_.AnswerAtOnce(absl::UnavailableError("no broker"));
  auto call = Submit(Example(kCraving));
  EXPECT_EQ(call->Await().error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(call->status), "NOT_CONFIRMED");
  log_.AnswerAtOnce(absl::OkStatus());
  auto retry = Submit(Example(kCraving));
  EXPECT_TRUE(retry->Await().ok());
  EXPECT_FALSE(retry->response.duplicate());
}

TEST_F(SubmitCheckIn, RefusalNamesEachFieldAndStoresNothing) {
  log_.AnswerAtOnce(absl::OkStatus());
  auto call = Submit(Example("craving { nrs: 11 vas: 101 }"));
  EXPECT_EQ(call->Await().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  google::rpc::BadRequest details;
  ASSERT_TRUE(rpc::ToProto(call->status).details(1).UnpackTo(&details));
  ASSERT_EQ(details.field_violations_size(), 2);
  EXPECT_EQ(details.field_violations(0).field(), "check_in.craving.nrs");
  EXPECT_EQ(details.field_violations(0).reason(), "OUT_OF_RANGE");
  EXPECT_TRUE(log_.stored().empty());
  EXPECT_THAT(metrics::ScrapeText(registry_),
              HasSubstr("check_ins_total{outcome=\"refused\",reason=\"OUT_OF_RANGE\"} 1"));
}

// What a client that amends answers gets wrong about everything else; case C58.
TEST_F(SubmitCheckIn, ARevisionAmendsAnswersAndNothingElse) {
  log_.AnswerAtOnce(absl::OkStatus());
  const std::string answers =
      "instrument_response { instrument: 'SAWS' items { code: 'tremor' value: 1 } } ";
  ASSERT_TRUE(Submit(Example(answers))->Await().ok());
  ASSERT_TRUE(Submit(Example(kCraving, "craving-1"))->Await().ok());
  const auto refused = [&](const events::v1::CheckIn& check_in, const std::string& field) {
    auto call = Submit(check_in);
    EXPECT_EQ(call->Await().error_code(), grpc::StatusCode::INVALID_ARGUMENT) << field;
    EXPECT_THAT(call->status.error_details(), HasSubstr("check_in." + field));
    EXPECT_THAT(call->status.error_details(), HasSubstr("AMENDMENT_CHANGES_IT"));
  };
  events::v1::CheckIn later = Example("revision: 1 " + answers);
  *later.mutable_observed_at() = codec::ToProto(Now() - absl::Minutes(1));
  refused(later, "observed_at");
  refused(Example("revision: 1 observed_precision: OBSERVED_PRECISION_DAY " + answers),
          "observed_precision");
  refused(Example("revision: 1 rater: RATER_SUPPORT_PERSON " + answers), "rater");
  refused(Example("revision: 1 instrument_response { instrument: 'PHQ-9' "
                  "items { code: 'interest' value: 1 } }"),
          "instrument_response.instrument");
  refused(Example("revision: 1 " + answers, "craving-1"), "kind");
  EXPECT_TRUE(Submit(Example("revision: 1 instrument_response { instrument: 'SAWS' "
                             "items { code: 'tremor' value: 2 } }"))
                  ->Await()
                  .ok());
  EXPECT_EQ(log_.stored().size(), 3u);
}

// cases C04 C19
TEST_F(SubmitCheckIn, ReadingsSetAsideAreShownAndCounted) {
  log_.AnswerAtOnce(absl::OkStatus());
  auto call = Submit(Example("vital_signs { pulse { value: 2047 unit: '/min' } }"));
  ASSERT_TRUE(call->Await().ok());
  ASSERT_EQ(call->response.set_aside_size(), 1);
  EXPECT_EQ(call->response.set_aside(0).reason(), "DEVICE_SENTINEL");
  EXPECT_THAT(
      metrics::ScrapeText(registry_),
      HasSubstr(
          "set_aside_readings_total{field=\"vital_signs.pulse\",reason=\"DEVICE_SENTINEL\"} 1"));
}

// case C55
TEST_F(SubmitCheckIn, EightAtOnceBecomeOneRecordAndEightSuccesses) {
  std::vector<std::unique_ptr<Call>> calls;
  for (int i = 0; i < 8; ++i) calls.push_back(Submit(Example(kCraving)));
  AwaitInFlight(8);
  EXPECT_EQ(log_.pending(), 1u);
  log_.AnswerOne(absl::OkStatus());
  int duplicates = 0;
  for (auto& call : calls) {
    EXPECT_TRUE(call->Await().ok());
    duplicates += call->response.duplicate() ? 1 : 0;
  }
  EXPECT_EQ(duplicates, 7);
  EXPECT_EQ(log_.stored().size(), 1u);
}

// case C56
TEST_F(SubmitCheckIn, TenTriesOfASlowAnswerAreStoredOnce) {
  std::vector<std::unique_ptr<Call>> calls;
  for (int i = 0; i < 5; ++i) calls.push_back(Submit(Example(kCraving)));
  AwaitInFlight(5);
  log_.AnswerOne(absl::OkStatus());
  for (auto& call : calls) EXPECT_TRUE(call->Await().ok());
  for (int i = 0; i < 5; ++i) {
    auto later = Submit(Example(kCraving));
    EXPECT_TRUE(later->Await().ok());
    EXPECT_TRUE(later->response.duplicate());
  }
  EXPECT_EQ(log_.stored().size(), 1u);
}

// case C56
TEST_F(SubmitCheckIn, OtherContentUnderTheIdIsAConflictAndOverwritesNothing) {
  log_.AnswerAtOnce(absl::OkStatus());
  EXPECT_TRUE(Submit(Example(kCraving))->Await().ok());
  auto other = Submit(Example("craving { nrs: 5 }"));
  EXPECT_EQ(other->Await().error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReasonOf(other->status), "CHECK_IN_ID_CONFLICT");
  EXPECT_EQ(log_.stored().size(), 1u);
}

// case C58
TEST_F(SubmitCheckIn, AHigherRevisionOfAnswersIsStoredBesideTheFirst) {
  log_.AnswerAtOnce(absl::OkStatus());
  const auto answers = [](int value, int revision) {
    auto check_in = Example("instrument_response { instrument: 'SAWS' items { code: 'tremor' } }");
    check_in.mutable_instrument_response()->mutable_items(0)->set_value(value);
    check_in.set_revision(revision);
    return check_in;
  };
  EXPECT_TRUE(Submit(answers(3, 0))->Await().ok());
  EXPECT_TRUE(Submit(answers(1, 1))->Await().ok());
  auto other = Submit(answers(2, 1));
  EXPECT_EQ(other->Await().error_code(), grpc::StatusCode::ALREADY_EXISTS);
  auto again = Submit(answers(1, 1));
  EXPECT_TRUE(again->Await().ok());
  EXPECT_TRUE(again->response.duplicate());
  ASSERT_EQ(log_.stored().size(), 2u);
  EXPECT_EQ(kafka::FindHeader(log_.stored()[1].headers, "ce_id"), "check-in-1/revision-1");
}

// case C49
TEST_F(SubmitCheckIn, SameInstantWithAnotherOffsetIsTheSameCheckIn) {
  log_.AnswerAtOnce(absl::OkStatus());
  auto sydney = Example(kCraving);
  sydney.set_utc_offset_minutes(600);
  auto utc = Example(kCraving);
  utc.set_utc_offset_minutes(0);
  EXPECT_TRUE(Submit(sydney)->Await().ok());
  auto resent = Submit(utc);
  EXPECT_TRUE(resent->Await().ok());
  EXPECT_TRUE(resent->response.duplicate());
  EXPECT_EQ(log_.stored().size(), 1u);
}

TEST_F(SubmitCheckIn, OverTheCountLimitIsShedWithAHintAndFreedByAnswers) {
  IntakeConfig config;
  config.admission.count_max = 2;
  Start(config);
  auto first = Submit(Example(kCraving, "1"));
  log_.AwaitPending(1);
  auto second = Submit(Example(kCraving, "2"));
  log_.AwaitPending(2);
  auto shed = Submit(Example(kCraving, "3"));
  EXPECT_EQ(shed->Await().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(rpc::ToProto(shed->status).details(1).UnpackTo(&retry));
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
  const auto& trailers = shed->context.GetServerTrailingMetadata();
  ASSERT_EQ(trailers.count("grpc-retry-pushback-ms"), 1u);
  log_.AnswerOne(absl::OkStatus());
  EXPECT_TRUE(first->Await().ok());
  auto again = Submit(Example(kCraving, "3"));
  log_.AwaitPending(2);
  EXPECT_FALSE(again->ended);
}

TEST_F(SubmitCheckIn, OverTheByteLimitIsShed) {
  IntakeConfig config;
  config.admission.bytes_max = Example(kCraving, "1").ByteSizeLong();
  Start(config);
  auto first = Submit(Example(kCraving, "1"));
  log_.AwaitPending(1);
  EXPECT_EQ(Submit(Example(kCraving, "2"))->Await().error_code(),
            grpc::StatusCode::RESOURCE_EXHAUSTED);
}

// case C67
TEST_F(SubmitCheckIn, TextOfClientsNeverReachesTheScrape) {
  log_.AnswerAtOnce(absl::OkStatus());
  auto check_in = Example(kCraving);
  check_in.mutable_source()->set_device_model("ward \"3\"\\\n");
  EXPECT_TRUE(Submit(check_in)->Await().ok());
  auto unknown = Example("instrument_response { instrument: 'ward \"3\"\\\\\\n' }", "2");
  EXPECT_EQ(Submit(unknown)->Await().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  const std::string scrape = metrics::ScrapeText(registry_);
  EXPECT_EQ(metrics::PromtoolComplaints(scrape), "") << scrape;
  EXPECT_EQ(scrape.find("ward"), std::string::npos);
  EXPECT_EQ(scrape.find("patient-1"), std::string::npos);
}

TEST_F(SubmitCheckIn, RequestWithoutACheckInIsRefused) {
  grpc::ClientContext context;
  v1::SubmitCheckInResponse response;
  const auto status = stub_->SubmitCheckIn(&context, {}, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

// case C68
TEST_F(SubmitCheckIn, ShutdownAnswersEveryCallInFlightTruly) {
  std::vector<std::unique_ptr<Call>> calls;
  for (int i = 0; i < 100; ++i) {
    calls.push_back(Submit(Example(kCraving, absl::StrCat("c", i))));
  }
  log_.AwaitPending(100);
  grpc::ClientContext context;
  auto stream = stub_->SubmitCheckIns(&context);
  while (metrics_.streams.Value() < 1) std::this_thread::yield();

  service_->Drain();
  EXPECT_EQ(Submit(Example(kCraving, "late"))->Await().error_code(), grpc::StatusCode::UNAVAILABLE);
  for (int i = 0; i < 60; ++i) log_.AnswerOne(absl::OkStatus());
  std::thread brokers([this] {
    while (log_.pending() > 0) log_.AnswerOne(absl::UnavailableError("not in time"));
  });
  server_->Shutdown(absl::Seconds(5));
  brokers.join();

  int stored = 0;
  for (auto& call : calls) {
    stored += call->Await().ok() ? 1 : 0;
    if (!call->status.ok()) {
      EXPECT_EQ(call->status.error_code(), grpc::StatusCode::UNAVAILABLE);
    }
  }
  EXPECT_EQ(stored, 60);
  EXPECT_EQ(log_.stored().size(), 60u);
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace withdrawal::ingest
