#include <functional>

#include "gmock/gmock.h"
#include "libs/codec/time.h"
#include "tests/services/clinician/service_fixture.h"

namespace withdrawal::clinician {
namespace {

using testing::HasSubstr;

class LifeCycleTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    Start();
    ProducePlan(PlanOf("p-1", "north", "etag-1", kNoon));
    AwaitEtag("etag-1");
  }
  void AwaitEtag(const std::string& etag) {
    Eventually(
        [&] {
          return database_->Number("SELECT COUNT(*) FROM patient WHERE etag = '" + etag + "'") == 1;
        },
        "the plan is in the tables");
  }
  template <typename Request>
  Request By(const std::string& patient = "p-1") {
    Request request;
    request.set_patient_id(patient);
    request.set_actor("dr-1");
    request.set_reason("agreed with the team");
    return request;
  }
  grpc::Status Discharge(events::v1::DischargeKind kind) {
    auto request = By<v1::DischargePatientRequest>();
    request.set_kind(kind);
    grpc::ClientContext context;
    const grpc::Status status = stub_->DischargePatient(&context, request, &response_);
    return status;
  }
  grpc::Status Pause() {
    grpc::ClientContext context;
    return stub_->PausePatient(&context, By<v1::PausePatientRequest>(), &response_);
  }
  grpc::Status Resume(const std::string& override_reason = "") {
    auto request = By<v1::ResumePatientRequest>();
    request.set_override_reason(override_reason);
    grpc::ClientContext context;
    return stub_->ResumePatient(&context, request, &response_);
  }
  grpc::Status Transfer(const std::string& team) {
    auto request = By<v1::TransferPatientRequest>();
    request.set_to_team(team);
    grpc::ClientContext context;
    return stub_->TransferPatient(&context, request, &response_);
  }
  // What stands: the last record of the topic.
  events::v1::CarePlanRecorded Newest() {
    events::v1::CarePlanRecorded recorded;
    const auto records = ReadAll(config_of_service_.topics.care_plans);
    EXPECT_TRUE(recorded.ParseFromString(records.back().value));
    return recorded;
  }
  // While the tables stand still: what is written meanwhile is not shown.
  void WithTablesBehind(const std::function<void()>& run) {
    Connection blocker(database_->url());
    const absl::Status status = blocker.Transact([&](Transaction& transaction) {
      transaction.Script("LOCK TABLE patient IN EXCLUSIVE MODE");
      run();
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }
  size_t Versions() { return ReadAll(config_of_service_.topics.care_plans).size(); }

  v1::PutCarePlanResponse response_;
};

TEST_F(LifeCycleTest, ADischargeIsAVersionOfThePlanWithAuthorAndReason) {
  ASSERT_TRUE(Discharge(events::v1::DISCHARGE_KIND_COMPLETED).ok());
  EXPECT_EQ(response_.care_plan().status(), events::v1::MONITORING_STATUS_ENDED);
  EXPECT_EQ(response_.care_plan().discharge().kind(), events::v1::DISCHARGE_KIND_COMPLETED);
  const auto records = ReadAll(config_of_service_.topics.care_plans);
  ASSERT_EQ(records.size(), 2u);
  events::v1::CarePlanRecorded recorded;
  ASSERT_TRUE(recorded.ParseFromString(records[1].value));
  EXPECT_EQ(recorded.author(), "dr-1");
  EXPECT_EQ(recorded.reason(), "agreed with the team");
  // The same again keeps the time of the first; monitoring does not simply go on.
  const auto at = response_.care_plan().discharge().at();
  EXPECT_TRUE(Discharge(events::v1::DISCHARGE_KIND_COMPLETED).ok());
  EXPECT_EQ(codec::FromProto(response_.care_plan().discharge().at()), codec::FromProto(at));
  EXPECT_EQ(response_.care_plan().status(), events::v1::MONITORING_STATUS_ENDED);
  const size_t versions = Versions();
  EXPECT_THAT(Resume().error_details(), HasSubstr("NOT_MONITORED"));
  EXPECT_THAT(Pause().error_details(), HasSubstr("NOT_MONITORED"));
  EXPECT_THAT(Transfer("south").error_details(), HasSubstr("NOT_MONITORED"));
  EXPECT_THAT(Discharge(events::v1::DISCHARGE_KIND_LEFT).error_details(),
              HasSubstr("NOT_MONITORED"));
  EXPECT_EQ(Versions(), versions);
}

TEST_F(LifeCycleTest, ADischargeNamesItsKindAndAKnownPerson) {
  EXPECT_THAT(Discharge(events::v1::DISCHARGE_KIND_UNSPECIFIED).error_details(), HasSubstr("kind"));
  auto nobody = By<v1::DischargePatientRequest>("p-2");
  nobody.set_kind(events::v1::DISCHARGE_KIND_LEFT);
  grpc::ClientContext context;
  EXPECT_EQ(stub_->DischargePatient(&context, nobody, &response_).error_code(),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Versions(), 1u);
}

TEST_F(LifeCycleTest, APauseMayEndByItselfAndAPersonGoesToAnotherTeam) {
  auto pause = By<v1::PausePatientRequest>();
  *pause.mutable_until() = codec::ToProto(absl::Now() - absl::Minutes(1));
  grpc::ClientContext past;
  EXPECT_THAT(stub_->PausePatient(&past, pause, &response_).error_details(), HasSubstr("until"));
  *pause.mutable_until() = codec::ToProto(absl::Now() + absl::Hours(24));
  grpc::ClientContext ahead;
  const grpc::Status paused = stub_->PausePatient(&ahead, pause, &response_);
  ASSERT_TRUE(paused.ok()) << paused.error_message() << paused.error_details();
  EXPECT_EQ(response_.care_plan().status(), events::v1::MONITORING_STATUS_PAUSED);
  EXPECT_TRUE(response_.care_plan().has_paused_until());
  AwaitEtag(response_.care_plan().etag());

  grpc::ClientContext resume;
  ASSERT_TRUE(stub_->ResumePatient(&resume, By<v1::ResumePatientRequest>(), &response_).ok());
  EXPECT_EQ(response_.care_plan().status(), events::v1::MONITORING_STATUS_ACTIVE);
  EXPECT_FALSE(response_.care_plan().has_paused_until());
  AwaitEtag(response_.care_plan().etag());

  auto transfer = By<v1::TransferPatientRequest>();
  transfer.set_to_team("south");
  grpc::ClientContext moved;
  ASSERT_TRUE(stub_->TransferPatient(&moved, transfer, &response_).ok());
  EXPECT_EQ(response_.care_plan().team(), "south");
  EXPECT_EQ(Versions(), 4u);
}

// The tables follow the topic: what they show may be over already.
TEST_F(LifeCycleTest, EachStepIsTakenFromTheNewestPlanAlsoWhenTheTablesAreBehind) {
  WithTablesBehind([&] {
    ASSERT_TRUE(Pause().ok());
    EXPECT_EQ(Newest().care_plan().status(), events::v1::MONITORING_STATUS_PAUSED);
    ASSERT_TRUE(Resume().ok());
    EXPECT_EQ(response_.care_plan().status(), events::v1::MONITORING_STATUS_ACTIVE);
    EXPECT_EQ(Newest().care_plan().etag(), response_.care_plan().etag());
    ASSERT_TRUE(Transfer("south").ok());
    ASSERT_TRUE(Pause().ok());
    EXPECT_EQ(Newest().care_plan().team(), "south");
    ASSERT_TRUE(Discharge(events::v1::DISCHARGE_KIND_LEFT).ok());
    EXPECT_THAT(Resume().error_details(), HasSubstr("NOT_MONITORED"));
    EXPECT_EQ(Newest().care_plan().status(), events::v1::MONITORING_STATUS_ENDED);
    EXPECT_EQ(Newest().care_plan().team(), "south");
  });
}

TEST_F(LifeCycleTest, AStepAfterAPlanThatWasJustPutKeepsWhatItPut) {
  WithTablesBehind([&] {
    v1::PutCarePlanRequest put;
    *put.mutable_care_plan() = PlanOf("p-1", "west", "etag-1", kNoon).care_plan();
    *put.mutable_care_plan()->mutable_monitoring_started_at() = codec::ToProto(absl::Now());
    put.set_actor("dr-1");
    put.set_reason("review");
    grpc::ClientContext context;
    ASSERT_TRUE(stub_->PutCarePlan(&context, put, &response_).ok());
    ASSERT_TRUE(Pause().ok());
    EXPECT_EQ(Newest().care_plan().team(), "west");
  });
}

// Another process paused the person a moment ago.
TEST_F(LifeCycleTest, NobodyStaysPausedWhoWasAnsweredToBeActive) {
  WithTablesBehind([&] {
    auto paused = PlanOf("p-1", "north", "etag-2", kNoon);
    paused.mutable_care_plan()->set_status(events::v1::MONITORING_STATUS_PAUSED);
    ProducePlan(paused);
    ASSERT_TRUE(Resume().ok());
    EXPECT_EQ(Newest().care_plan().status(), events::v1::MONITORING_STATUS_ACTIVE);
  });
}

TEST_F(LifeCycleTest, NoStepWaitsForAPlanThatAnOlderCatalogueAllowed) {
  auto stored = PlanOf("p-1", "north", "etag-2", kNoon);
  auto& plan = *stored.mutable_care_plan();
  auto& order = *plan.add_medications();
  order.set_order_id("abolished");
  order.set_product("no-longer-in-the-catalogue");
  order.set_purpose(events::v1::MEDICATION_PURPOSE_MAINTENANCE);
  order.add_steps()->set_milligrams(5);
  *order.mutable_steps(0)->mutable_from() = At(kNoon);
  order.mutable_steps(0)->mutable_every()->set_seconds(86400);
  plan.add_baseline_scores()->set_instrument("no-longer-asked");
  plan.add_thresholds()->set_rule_id("GONE-01");
  *plan.mutable_quit_at() = At(kNoon - absl::Hours(24 * 4000));
  ProducePlan(stored);
  AwaitEtag("etag-2");
  const auto ok = [](const grpc::Status& status) {
    EXPECT_TRUE(status.ok()) << status.error_message() << status.error_details();
  };
  ok(Pause());
  ok(Resume());
  EXPECT_THAT(Transfer("not a team").error_details(), HasSubstr("to_team"));
  ok(Transfer("south"));
  ok(Discharge(events::v1::DISCHARGE_KIND_TRANSFERRED));
  EXPECT_EQ(Newest().care_plan().medications(0).product(), "no-longer-in-the-catalogue");
}

class BlockedPlanTest : public LifeCycleTest {
 protected:
  void PutBlocked(double milligrams, const std::string& override_reason) {
    v1::PutCarePlanRequest request;
    *request.mutable_care_plan() = MethadoneFrom(milligrams);
    request.set_actor("dr-1");
    request.set_reason("review");
    request.set_override_reason(override_reason);
    grpc::ClientContext context;
    const grpc::Status status = stub_->PutCarePlan(&context, request, &response_);
    ASSERT_TRUE(status.ok()) << status.error_message();
    AwaitEtag(response_.care_plan().etag());
  }
};

TEST_F(BlockedPlanTest, TheReasonToOverrideStandsWhileTheFindingIsTheSame) {
  PutBlocked(35, "transfer letter shows tolerance");
  ASSERT_TRUE(Transfer("south").ok());
  ASSERT_TRUE(Pause().ok());
  AwaitEtag(response_.care_plan().etag());
  const grpc::Status resumed = Resume();
  ASSERT_TRUE(resumed.ok()) << resumed.error_message();
  EXPECT_EQ(response_.findings(0).rule_id(), "ME-M01");
  EXPECT_EQ(Newest().override_reason(), "transfer letter shows tolerance");
  EXPECT_EQ(Newest().findings(0).rule_id(), "ME-M01");
  EXPECT_TRUE(Discharge(events::v1::DISCHARGE_KIND_COMPLETED).ok());
}

TEST_F(BlockedPlanTest, AFindingNobodyOverrodeNeedsAReasonToResumeAndNothingElse) {
  PutBlocked(35, "transfer letter shows tolerance");
  auto other = Newest();  // recorded by somebody who overrode less
  other.mutable_care_plan()->set_etag("etag-3");
  other.mutable_findings(0)->set_why("first dose of methadone 32 mg (above 30)");
  ProducePlan(other);
  AwaitEtag("etag-3");
  ASSERT_TRUE(Pause().ok());
  const size_t versions = Versions();
  EXPECT_THAT(Resume().error_details(), HasSubstr("ME-M01"));
  EXPECT_THAT(Resume(" ").error_details(), HasSubstr("override_reason"));
  EXPECT_EQ(Versions(), versions);
  ASSERT_TRUE(Transfer("south").ok());
  ASSERT_TRUE(Resume("seen today, tolerant").ok());
  EXPECT_EQ(Newest().override_reason(), "seen today, tolerant");
  EXPECT_TRUE(Discharge(events::v1::DISCHARGE_KIND_LEFT).ok());
}

}  // namespace
}  // namespace withdrawal::clinician
