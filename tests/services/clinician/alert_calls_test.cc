// Handing on, comments, outcomes, the history of an alert, and reads that wait for a command.
#include "gmock/gmock.h"
#include "libs/codec/time.h"
#include "services/clinician/consistency.h"
#include "tests/services/clinician/service_fixture.h"
#include "withdrawal/events/v1/command.pb.h"

namespace withdrawal::clinician {
namespace {

using events::v1::PRIORITY_URGENT;
using testing::HasSubstr;

class AlertCallsTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    Start();
    ProduceAlert(AlertOf("p-1", "a-1", 1, PRIORITY_URGENT, kNoon));
    Eventually([&] { return IsProjected("a-1"); }, "projected");
  }
  template <typename Request>
  Request About(const std::string& alert_id, const std::string& request_id = "") {
    Request request;
    request.set_alert_id(alert_id);
    request.set_actor("dr-1");
    request.set_request_id(request_id);
    return request;
  }
  events::v1::AlertCommand NewestCommand() {
    events::v1::AlertCommand command;
    const auto records = ReadAll(config_of_service_.topics.alert_commands);
    EXPECT_TRUE(!records.empty() && command.ParseFromString(records.back().value));
    return command;
  }
  grpc::Status GetAlert(const std::string& alert_id, v1::GetAlertResponse& response) {
    v1::GetAlertRequest request;
    request.set_alert_id(alert_id);
    grpc::ClientContext context;
    return stub_->GetAlert(&context, request, &response);
  }

  v1::AlertCommandResponse response_;
};

TEST_F(AlertCallsTest, AnAlertIsGivenToOneClinicianAndBackToTheTeam) {
  auto request = About<v1::ReassignAlertRequest>("a-1");
  request.set_to_actor("dr-2");
  request.set_note("knows the person");
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->ReassignAlert(&context, request, &response_).ok());
  EXPECT_EQ(NewestCommand().reassign().to_actor(), "dr-2");
  EXPECT_EQ(NewestCommand().reassign().note(), "knows the person");
  EXPECT_EQ(NewestCommand().actor(), "dr-1");
  request.clear_to_actor();
  grpc::ClientContext back;
  ASSERT_TRUE(stub_->ReassignAlert(&back, request, &response_).ok());
  EXPECT_TRUE(NewestCommand().has_reassign());
  EXPECT_EQ(NewestCommand().reassign().to_actor(), "");
  request.set_to_actor("dr 2");
  grpc::ClientContext wrong;
  EXPECT_THAT(stub_->ReassignAlert(&wrong, request, &response_).error_details(),
              HasSubstr("to_actor"));
}

TEST_F(AlertCallsTest, ACommentHasSomethingToRead) {
  auto request = About<v1::CommentAlertRequest>("a-1");
  request.set_note(" ");
  grpc::ClientContext blank;
  EXPECT_THAT(stub_->CommentAlert(&blank, request, &response_).error_details(), HasSubstr("note"));
  request.set_note("sister says: asleep");
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->CommentAlert(&context, request, &response_).ok());
  EXPECT_EQ(NewestCommand().comment().note(), "sister says: asleep");
}

TEST_F(AlertCallsTest, WhoeverResolvesMaySayWhatItTurnedOutToBe) {
  auto request = About<v1::ResolveAlertRequest>("a-1");
  request.set_reason("cuff was loose");
  request.set_outcome(static_cast<events::v1::AlertOutcome>(9));
  grpc::ClientContext wrong;
  EXPECT_THAT(stub_->ResolveAlert(&wrong, request, &response_).error_details(),
              HasSubstr("outcome"));
  request.set_outcome(events::v1::ALERT_OUTCOME_TECHNICAL);
  grpc::ClientContext context;
  ASSERT_TRUE(stub_->ResolveAlert(&context, request, &response_).ok());
  EXPECT_EQ(NewestCommand().resolve().outcome(), events::v1::ALERT_OUTCOME_TECHNICAL);
}

TEST_F(AlertCallsTest, TheHistoryOfAnAlertIsWholeAndOldestFirst) {
  ProduceAlert(
      AlertOf("p-1", "a-1", 2, PRIORITY_URGENT, kNoon, events::v1::ALERT_STATE_ACKNOWLEDGED));
  ProduceAlert(AlertOf("p-1", "a-10", 1, PRIORITY_URGENT, kNoon));  // not a-1
  ProduceAlert(AlertOf("p-1", "a-1", 3, PRIORITY_URGENT, kNoon, events::v1::ALERT_STATE_RESOLVED));
  Eventually([&] { return IsProjected("a-1", 3); }, "projected");
  v1::GetAlertResponse response;
  ASSERT_TRUE(GetAlert("a-1", response).ok());
  EXPECT_EQ(response.alert().state(), events::v1::ALERT_STATE_RESOLVED);
  ASSERT_EQ(response.history_size(), 3);
  EXPECT_TRUE(response.history(0).has_raised());
  EXPECT_TRUE(response.history(1).has_acknowledged());
  EXPECT_TRUE(response.history(2).has_resolved());
  EXPECT_EQ(GetAlert("a-%", response).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(GetAlert("", response).error_details(), HasSubstr("alert_id"));
}

TEST_F(AlertCallsTest, AnAlertJustRaisedIsToldBeforeItIsInTheTables) {
  Connection blocker(database_->url());
  const absl::Status status = blocker.Transact([&](Transaction& transaction) {
    transaction.Script("LOCK TABLE alert IN EXCLUSIVE MODE");
    ProduceAlert(AlertOf("p-1", "fresh", 1, PRIORITY_URGENT, kNoon));
    v1::GetAlertResponse response;
    Eventually([&] { return GetAlert("fresh", response).ok(); }, "told");
    EXPECT_EQ(response.history_size(), 1);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

class ConsistencyTest : public AlertCallsTest {
 protected:
  std::string TokenOf(const grpc::ClientContext& context) {
    const auto& trailers = context.GetServerTrailingMetadata();
    const auto found = trailers.find(kConsistencyTokenKey);
    return found == trailers.end() ? "" : std::string(found->second.data(), found->second.size());
  }
  grpc::Status GetPatient(const std::string& token, v1::PatientSummary& summary,
                          absl::Duration deadline = absl::Seconds(20)) {
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + deadline));
    if (!token.empty()) context.AddMetadata(kConsistencyTokenKey, token);
    v1::GetPatientRequest request;
    request.set_patient_id("p-9");
    return stub_->GetPatient(&context, request, &summary);
  }
  std::string Put(const std::string& team) {
    v1::PutCarePlanRequest request;
    *request.mutable_care_plan() = PlanOf("p-9", team, "", kNoon).care_plan();
    request.set_actor("dr-1");
    request.set_reason("enrolment");
    grpc::ClientContext context;
    v1::PutCarePlanResponse response;
    const grpc::Status status = stub_->PutCarePlan(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message() << status.error_details();
    return TokenOf(context);
  }
};

TEST_F(ConsistencyTest, AReadThatBringsTheTokenOfACommandSeesWhatItWrote) {
  for (int i = 0; i < 10; ++i) {
    const std::string team = absl::StrCat("team-", i);
    const std::string token = Put(team);
    ASSERT_FALSE(token.empty());
    v1::PatientSummary summary;
    const grpc::Status status = GetPatient(token, summary);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(summary.care_plan().team(), team);
  }
}

TEST_F(ConsistencyTest, WhatTheTablesDoNotShowInTimeIsNotAnsweredWithOldRows) {
  Put("north");
  v1::PatientSummary summary;
  Connection blocker(database_->url());
  const absl::Status status = blocker.Transact([&](Transaction& transaction) {
    transaction.Script("LOCK TABLE patient IN EXCLUSIVE MODE");
    const std::string token = Put("south");
    const grpc::Status late = GetPatient(token, summary, absl::Seconds(1));
    EXPECT_EQ(late.error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(ConsistencyTest, EveryCommandHasATokenAndARepeatHasTheSame) {
  auto request = About<v1::CommentAlertRequest>("a-1", "request-1");
  request.set_note("seen");
  grpc::ClientContext first;
  ASSERT_TRUE(stub_->CommentAlert(&first, request, &response_).ok());
  grpc::ClientContext again;
  ASSERT_TRUE(stub_->CommentAlert(&again, request, &response_).ok());
  EXPECT_FALSE(TokenOf(first).empty());
  EXPECT_EQ(TokenOf(first), TokenOf(again));
  // What an alert command changes is alerting's to decide: nothing to wait for here.
  Put("north");
  v1::PatientSummary summary;
  Eventually([&] { return GetPatient(TokenOf(first), summary).ok(); }, "answered");
}

TEST_F(ConsistencyTest, WhatIsNoTokenIsRefused) {
  v1::PatientSummary summary;
  const grpc::Status status = GetPatient("nonsense", summary);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_details(), HasSubstr(kConsistencyTokenKey));
}

}  // namespace
}  // namespace withdrawal::clinician
