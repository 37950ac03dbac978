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
  // The same again writes nothing; monitoring does not simply go on.
  AwaitEtag(response_.care_plan().etag());
  EXPECT_TRUE(Discharge(events::v1::DISCHARGE_KIND_COMPLETED).ok());
  grpc::ClientContext context;
  EXPECT_THAT(
      stub_->ResumePatient(&context, By<v1::ResumePatientRequest>(), &response_).error_details(),
      HasSubstr("NOT_MONITORED"));
  EXPECT_EQ(Versions(), 2u);
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

}  // namespace
}  // namespace withdrawal::clinician
