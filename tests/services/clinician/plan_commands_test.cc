// Review, proposal and history of care plans on the real broker and database.
#include "gmock/gmock.h"
#include "libs/codec/time.h"
#include "tests/services/clinician/service_fixture.h"

namespace withdrawal::clinician {
namespace {

using testing::Contains;
using testing::HasSubstr;

class PlanCommandsTest : public ServiceTest {
 protected:
  static events::v1::CarePlan TooMuch() { return MethadoneFrom(35); }
  grpc::Status Put(const events::v1::CarePlan& plan, const std::string& override_reason,
                   v1::PutCarePlanResponse& response) {
    v1::PutCarePlanRequest request;
    *request.mutable_care_plan() = plan;
    request.set_actor("dr-1");
    request.set_reason("review");
    request.set_override_reason(override_reason);
    grpc::ClientContext context;
    return stub_->PutCarePlan(&context, request, &response);
  }
  v1::GetCarePlanHistoryResponse History(int page_size, const std::string& token = "") {
    v1::GetCarePlanHistoryRequest request;
    request.set_patient_id("p-1");
    request.set_page_size(page_size);
    request.set_page_token(token);
    grpc::ClientContext context;
    v1::GetCarePlanHistoryResponse response;
    EXPECT_TRUE(stub_->GetCarePlanHistory(&context, request, &response).ok());
    return response;
  }
  static events::v1::IntakeRecorded IntakeOf(events::v1::Programme programme) {
    events::v1::IntakeRecorded intake;
    intake.set_patient_id("p-1");
    intake.set_intake_id("i-1");
    *intake.mutable_recorded_at() = At(kNoon);
    intake.add_programmes(programme);
    return intake;
  }
  void Record(const events::v1::IntakeRecorded& intake) {
    Produce(config_of_service_.topics.intakes, "p-1", intake.SerializeAsString());
    Eventually([&] { return database_->Number("SELECT COUNT(*) FROM latest_intake") == 1; },
               "the intake is in the tables");
  }
  void AwaitVersions(int count) {
    Eventually(
        [&] {
          return database_->Number("SELECT COUNT(*) FROM timeline WHERE entry_id LIKE 'plan/%'") ==
                 count;
        },
        "the versions are in the tables");
  }
};

TEST_F(PlanCommandsTest, ABlockedPlanIsRecordedOnlyWithAReasonToOverride) {
  Start();
  v1::PutCarePlanResponse response;
  const grpc::Status refused = Put(TooMuch(), "", response);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(refused.error_message(), HasSubstr("ME-M01"));
  EXPECT_THAT(refused.error_details(), HasSubstr("PLAN_BLOCKED"));
  EXPECT_THAT(refused.error_details(), HasSubstr("ME-M01"));
  ASSERT_TRUE(Put(TooMuch(), "transfer letter shows tolerance", response).ok());
  ASSERT_GT(response.findings_size(), 0);
  EXPECT_EQ(response.findings(0).rule_id(), "ME-M01");
  AwaitVersions(1);
  const auto history = History(10);
  ASSERT_EQ(history.versions_size(), 1);
  const auto& recorded = history.versions(0).recorded();
  EXPECT_EQ(recorded.override_reason(), "transfer letter shows tolerance");
  EXPECT_EQ(recorded.findings(0).rule_id(), "ME-M01");
  EXPECT_FALSE(recorded.catalogue().checksum().empty());
}

TEST_F(PlanCommandsTest, AnyPlanCanBeEnded) {
  Start();
  events::v1::CarePlan plan = TooMuch();
  plan.set_status(events::v1::MONITORING_STATUS_ENDED);
  v1::PutCarePlanResponse response;
  EXPECT_TRUE(Put(plan, "", response).ok());
}

// Monitoring goes on by itself at the end of a pause, without another review.
TEST_F(PlanCommandsTest, APauseIsNoWayPastTheReview) {
  Start();
  events::v1::CarePlan plan = TooMuch();
  plan.set_status(events::v1::MONITORING_STATUS_PAUSED);
  *plan.mutable_paused_until() = codec::ToProto(absl::Now() + absl::Minutes(1));
  v1::PutCarePlanResponse response;
  EXPECT_THAT(Put(plan, "", response).error_details(), HasSubstr("PLAN_BLOCKED"));
  plan.clear_paused_until();
  EXPECT_THAT(Put(plan, "", response).error_details(), HasSubstr("PLAN_BLOCKED"));
  EXPECT_THAT(Put(plan, " ", response).error_details(), HasSubstr("override_reason"));
  EXPECT_TRUE(Put(plan, "transfer letter shows tolerance", response).ok());
}

TEST_F(PlanCommandsTest, AReviewKeepsNothing) {
  Start();
  v1::ReviewCarePlanRequest request;
  *request.mutable_care_plan() = TooMuch();
  grpc::ClientContext context;
  v1::ReviewCarePlanResponse response;
  ASSERT_TRUE(stub_->ReviewCarePlan(&context, request, &response).ok());
  ASSERT_GT(response.findings_size(), 0);
  EXPECT_EQ(response.findings(0).severity(), events::v1::PLAN_SEVERITY_BLOCK);
  EXPECT_EQ(response.findings(0).why(), "first dose of methadone 35 mg (above 30)");
  EXPECT_EQ(ReadAll(config_of_service_.topics.care_plans).size(), 0u);
}

TEST_F(PlanCommandsTest, WhatTheIntakeSaysSettlesWhatThePlanCannot) {
  Start();
  events::v1::IntakeRecorded intake = IntakeOf(events::v1::PROGRAMME_OPIOID);
  auto& qtc = *intake.add_inputs();
  qtc.set_input("qtc_ms");
  qtc.set_number(510);
  Record(intake);
  events::v1::CarePlan plan = TooMuch();
  plan.mutable_medications(0)->mutable_steps(0)->set_milligrams(20);
  v1::PutCarePlanResponse response;
  const grpc::Status refused = Put(plan, "", response);
  EXPECT_THAT(refused.error_message(), HasSubstr("ME-M05"));
}

TEST_F(PlanCommandsTest, WhoeverIsNotSuitableIsEnrolledForAReasonOrNotAtAll) {
  Start();
  events::v1::IntakeRecorded intake = IntakeOf(events::v1::PROGRAMME_ALCOHOL);
  intake.mutable_verdict()->set_consequence(events::v1::SUITABILITY_CONSEQUENCE_NOT_SUITABLE);
  Record(intake);
  v1::PutCarePlanResponse response;
  const grpc::Status refused = Put(PlanOf("p-1", "north", "", kNoon).care_plan(), "", response);
  EXPECT_THAT(refused.error_message(), HasSubstr("PL-02"));
}

TEST_F(PlanCommandsTest, TheHistoryHasEveryVersionAndWhatItChanged) {
  Start();
  events::v1::CarePlan plan = PlanOf("p-1", "north", "", kNoon).care_plan();
  v1::PutCarePlanResponse response;
  for (const char* team : {"north", "south", "west"}) {
    plan.set_team(team);
    ASSERT_TRUE(Put(plan, "", response).ok());
    plan = response.care_plan();
  }
  AwaitVersions(3);
  const auto newest = History(2);
  ASSERT_EQ(newest.versions_size(), 2);
  EXPECT_THAT(newest.versions(0).changes(), testing::ElementsAre("team: south -> west"));
  EXPECT_THAT(newest.versions(1).changes(), testing::ElementsAre("team: north -> south"));
  EXPECT_EQ(newest.versions(0).recorded().author(), "dr-1");
  const auto oldest = History(2, newest.next_page_token());
  ASSERT_EQ(oldest.versions_size(), 1);
  EXPECT_THAT(oldest.versions(0).changes(), Contains("+ team: north"));
  EXPECT_EQ(oldest.next_page_token(), "");
}

TEST_F(PlanCommandsTest, ATemplateProposesAPlanThatCanBePut) {
  Start();
  v1::ProposeCarePlanRequest request;
  request.set_template_id("alcohol-ambulatory");
  auto& base = *request.mutable_care_plan();
  base.set_patient_id("p-1");
  base.set_status(events::v1::MONITORING_STATUS_ACTIVE);
  base.mutable_schedule()->set_time_zone("Europe/London");
  v1::ProposeCarePlanResponse proposed;
  {
    grpc::ClientContext context;
    const grpc::Status status = stub_->ProposeCarePlan(&context, request, &proposed);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  EXPECT_EQ(proposed.care_plan().template_id(), "alcohol-ambulatory");
  EXPECT_GT(proposed.care_plan().schedule().entries_size(), 3);
  v1::PutCarePlanResponse response;
  const grpc::Status put = Put(proposed.care_plan(), "", response);
  EXPECT_TRUE(put.ok()) << put.error_message();
  request.set_template_id("none-such");
  grpc::ClientContext context;
  EXPECT_EQ(stub_->ProposeCarePlan(&context, request, &proposed).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace withdrawal::clinician
