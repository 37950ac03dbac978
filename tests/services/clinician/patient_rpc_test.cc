// A person's own app, over gRPC with real tokens: whom it is about is in the token.
#include "gmock/gmock.h"
#include "libs/metrics/metrics.h"
#include "tests/libs/identity/test_issuer.h"
#include "tests/services/clinician/service_fixture.h"
#include "withdrawal/patient/v1/patient.grpc.pb.h"

namespace withdrawal::clinician {
namespace {

namespace ppb = ::withdrawal::patient::v1;
using testing::HasSubstr;

class PatientRpcTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    Start();
    patients_ = ppb::PatientService::NewStub(grpc::CreateChannel(
        "127.0.0.1:" + std::to_string(service_->port()), grpc::InsecureChannelCredentials()));
    for (const char* patient : {"ann", "bob"}) {
      auto recorded = PlanOf(patient, "north", absl::StrCat("etag-of-", patient), kNoon);
      auto& entry = *recorded.mutable_care_plan()->mutable_schedule()->add_entries();
      entry.set_entry_id(absl::StrCat("form-of-", patient));
      entry.mutable_every()->set_seconds(4 * 3600);
      ProducePlan(recorded);
      ProduceScore(Scored(patient, absl::StrCat("of-", patient), kNoon, "SAWS", 3));
    }
    Eventually(
        [&] {
          return database_->Number(
                     "SELECT COUNT(*) FROM patient WHERE care_plan IS NOT NULL"
                     " AND last_check_in_micros IS NOT NULL") == 2;
        },
        "projected");
  }
  identity::Callers NewCallers() override {
    return {identity::VerifierOf(issuer_.KeySet(), *registry_), {}};
  }
  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (ppb::PatientService::Stub::*rpc)(grpc::ClientContext*,
                                                                   const Request&, Response*),
                    const std::string& role, const std::string& patient_id, Response& response) {
    grpc::ClientContext context;
    if (!role.empty()) {
      context.AddMetadata("authorization", "Bearer " + issuer_.Sign(identity::ClaimsOf(
                                                           "sub-1", role, {"north"}, patient_id)));
    }
    return (patients_.get()->*rpc)(&context, Request(), &response);
  }

  identity::TestIssuer issuer_{"key-1"};
  std::unique_ptr<ppb::PatientService::Stub> patients_;
};

TEST_F(PatientRpcTest, EachSeesTheirOwnPlanScheduleAndHistory) {
  for (const std::string patient : {"ann", "bob"}) {
    ppb::MyPlan plan;
    ASSERT_TRUE(Call(&ppb::PatientService::Stub::GetMyPlan, "patient", patient, plan).ok());
    EXPECT_EQ(plan.care_plan().etag(), "etag-of-" + patient);
    ppb::MyDue due;
    ASSERT_TRUE(Call(&ppb::PatientService::Stub::GetMyDue, "patient", patient, due).ok());
    ASSERT_GE(due.check_ins_size(), 1);
    for (const auto& check_in : due.check_ins()) {
      EXPECT_EQ(check_in.entry_id(), "form-of-" + patient);
    }
    ppb::ListMyHistoryResponse history;
    ASSERT_TRUE(Call(&ppb::PatientService::Stub::ListMyHistory, "patient", patient, history).ok());
    ASSERT_EQ(history.check_ins_size(), 1);
    EXPECT_EQ(history.check_ins(0).recorded().check_in().check_in_id(), "of-" + patient);
  }
}

TEST_F(PatientRpcTest, TheWordsForAnEmergencyNeedNoPlan) {
  ppb::EmergencyText words;
  ASSERT_TRUE(Call(&ppb::PatientService::Stub::GetEmergencyText, "patient", "new", words).ok());
  EXPECT_THAT(words.text(), HasSubstr("emergency number now"));
  EXPECT_FALSE(words.catalogue_version().empty());
  ppb::MyPlan plan;
  const auto none = Call(&ppb::PatientService::Stub::GetMyPlan, "patient", "new", plan);
  EXPECT_THAT(none.error_details(), HasSubstr("PLAN_NOT_FOUND"));
}

TEST_F(PatientRpcTest, EachSeesWhatTheyThemselvesConsentedTo) {
  for (const std::string patient : {"ann", "bob"}) {
    events::v1::ConsentEvent event;
    event.set_event_id("event-of-" + patient);
    event.set_patient_id(patient);
    *event.mutable_occurred_at() = At(kNoon);
    event.mutable_recorded()->set_consent_id("consent-of-" + patient);
    event.mutable_recorded()->set_patient_id(patient);
    *event.mutable_recorded()->mutable_signature()->mutable_signed_at() = At(kNoon);
    Produce(config_of_service_.topics.consents, patient, event.SerializeAsString());
  }
  Eventually([&] { return database_->Number("SELECT COUNT(*) FROM consent") == 2; }, "projected");
  ppb::MyConsents mine;
  ASSERT_TRUE(Call(&ppb::PatientService::Stub::GetMyConsents, "patient", "ann", mine).ok());
  ASSERT_EQ(mine.consents_size(), 1);
  EXPECT_EQ(mine.consents(0).consent().consent_id(), "consent-of-ann");
  EXPECT_EQ(mine.disclosures_size(), 0);
}

TEST_F(PatientRpcTest, OnlyAPatientMayAsk) {
  ppb::MyPlan plan;
  EXPECT_EQ(Call(&ppb::PatientService::Stub::GetMyPlan, "", "", plan).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(Call(&ppb::PatientService::Stub::GetMyPlan, "clinician", "", plan).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
}

}  // namespace
}  // namespace withdrawal::clinician
