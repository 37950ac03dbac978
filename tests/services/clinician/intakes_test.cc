// RecordIntake and GetIntake against the real brokers and database.
#include <thread>

#include "gmock/gmock.h"
#include "libs/kafka/headers.h"
#include "tests/services/clinician/service_fixture.h"

namespace withdrawal::clinician {
namespace {

using events::v1::SUITABILITY_CONSEQUENCE_CAUTION;
using events::v1::SUITABILITY_CONSEQUENCE_NOT_SUITABLE;
using testing::HasSubstr;

class IntakesTest : public ServiceTest {
 protected:
  static v1::RecordIntakeRequest Request(bool seizure) {
    v1::RecordIntakeRequest request;
    request.set_patient_id("p-1");
    request.add_programmes(events::v1::PROGRAMME_ALCOHOL);
    request.set_actor("dr-1");
    request.set_reason("first contact");
    auto& input = *request.add_inputs();
    input.set_input("hx_withdrawal_seizure");
    input.set_yes_no(seizure);
    auto& consent = *request.add_inputs();
    consent.set_input("transfer_consent");
    consent.set_yes_no(true);
    return request;
  }

  grpc::Status Record(const v1::RecordIntakeRequest& request) {
    grpc::ClientContext context;
    answer_.Clear();
    return stub_->RecordIntake(&context, request, &answer_);
  }

  grpc::Status Get(const std::string& patient, events::v1::IntakeRecorded& intake) {
    v1::GetIntakeRequest request;
    request.set_patient_id(patient);
    grpc::ClientContext context;
    return stub_->GetIntake(&context, request, &intake);
  }

  v1::PatientSummary Patient() {
    v1::GetPatientRequest request;
    request.set_patient_id("p-1");
    grpc::ClientContext context;
    v1::PatientSummary summary;
    EXPECT_TRUE(stub_->GetPatient(&context, request, &summary).ok());
    return summary;
  }

  bool HasIntake(const std::string& id) {
    events::v1::IntakeRecorded intake;
    return Get("p-1", intake).ok() && intake.intake_id() == id;
  }

  v1::RecordIntakeResponse answer_;
};

TEST_F(IntakesTest, AnIntakeIsJudgedStoredAndShownWithItsVerdict) {
  Start();
  v1::RecordIntakeRequest request = Request(true);
  request.set_request_id("in-1");
  ASSERT_TRUE(Record(request).ok());
  const auto& verdict = answer_.intake().verdict();
  EXPECT_EQ(verdict.consequence(), SUITABILITY_CONSEQUENCE_NOT_SUITABLE);
  EXPECT_EQ(verdict.level(), "3.2-WM");
  ASSERT_EQ(verdict.findings_size(), 1);
  EXPECT_EQ(verdict.findings(0).rule_id(), "SU-A04");
  EXPECT_EQ(verdict.findings(0).sign_off(), "unsigned");
  EXPECT_TRUE(verdict.transfer_consent());
  EXPECT_GT(verdict.missing_size(), 20);
  EXPECT_FALSE(verdict.catalogue().checksum().empty());

  const auto records = ReadAll(config_of_service_.topics.intakes);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].key, "p-1");
  EXPECT_EQ(kafka::FindHeader(records[0].headers, kafka::kEventType),
            "withdrawal.events.v1.IntakeRecorded");
  EXPECT_EQ(records[0].value, answer_.intake().SerializeAsString());

  Eventually([&] { return HasIntake("in-1"); }, "projected");
  EXPECT_EQ(Patient().suitability().level(), "3.2-WM");
  v1::GetTimelineRequest timeline;
  timeline.set_patient_id("p-1");
  grpc::ClientContext context;
  v1::GetTimelineResponse entries;
  ASSERT_TRUE(stub_->GetTimeline(&context, timeline, &entries).ok());
  ASSERT_EQ(entries.entries_size(), 1);
  EXPECT_EQ(entries.entries(0).intake().intake_id(), "in-1");
}

TEST_F(IntakesTest, ADryRunOnlyJudges) {
  Start();
  v1::RecordIntakeRequest request = Request(true);
  request.set_dry_run(true);
  request.clear_reason();
  ASSERT_TRUE(Record(request).ok());
  EXPECT_EQ(answer_.intake().verdict().consequence(), SUITABILITY_CONSEQUENCE_NOT_SUITABLE);
  EXPECT_EQ(answer_.intake().intake_id(), "");
  EXPECT_TRUE(ReadAll(config_of_service_.topics.intakes).empty());
}

TEST_F(IntakesTest, ARetryUnderTheSameIdIsNotASecondIntake) {
  Start();
  v1::RecordIntakeRequest request = Request(false);
  request.set_request_id("in-1");
  ASSERT_TRUE(Record(request).ok());
  Eventually([&] { return HasIntake("in-1"); }, "projected");
  const std::string first = answer_.SerializeAsString();
  ASSERT_TRUE(Record(request).ok());
  EXPECT_EQ(answer_.SerializeAsString(), first);
  EXPECT_EQ(ReadAll(config_of_service_.topics.intakes).size(), 1u);
}

// Also while the tables do not show the first, and whichever comes first.
TEST_F(IntakesTest, EqualRequestsAtTheSameTimeAreOneIntake) {
  Start();
  v1::RecordIntakeRequest request = Request(false);
  request.set_request_id("in-1");
  constexpr int kClients = 8;
  std::vector<v1::RecordIntakeResponse> answers(kClients);
  std::vector<std::thread> clients;
  for (v1::RecordIntakeResponse& answer : answers) {
    clients.emplace_back([&] {
      grpc::ClientContext context;
      EXPECT_TRUE(stub_->RecordIntake(&context, request, &answer).ok());
    });
  }
  for (std::thread& client : clients) client.join();
  const auto records = ReadAll(config_of_service_.topics.intakes);
  ASSERT_EQ(records.size(), 1u);
  for (const v1::RecordIntakeResponse& answer : answers) {
    EXPECT_EQ(answer.intake().SerializeAsString(), records[0].value);
  }
}

TEST_F(IntakesTest, ARequestIdOfAnotherIntakeOfThePersonIsRefused) {
  Start();
  v1::RecordIntakeRequest first = Request(false);
  first.set_request_id("in-1");
  ASSERT_TRUE(Record(first).ok());
  v1::RecordIntakeRequest other = Request(true);
  other.set_request_id("in-1");
  const auto refused = [&] {
    const grpc::Status status = Record(other);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::ALREADY_EXISTS);
    EXPECT_THAT(status.error_details(), HasSubstr("REQUEST_ID_CONFLICT"));
  };
  refused();
  Eventually([&] { return HasIntake("in-1"); }, "projected");
  v1::RecordIntakeRequest newer = Request(true);
  newer.set_request_id("in-2");
  ASSERT_TRUE(Record(newer).ok());
  Eventually([&] { return HasIntake("in-2"); }, "projected");
  Start();  // a process that has not seen the first
  refused();
  EXPECT_TRUE(Record(first).ok()) << "the same again, though not the newest";
  EXPECT_EQ(answer_.intake().intake_id(), "in-1");
  EXPECT_EQ(ReadAll(config_of_service_.topics.intakes).size(), 2u);
}

TEST_F(IntakesTest, TheNewestIntakeStandsAndAllAreInTheTimeline) {
  Start();
  for (const char* id : {"in-1", "in-2"}) {
    v1::RecordIntakeRequest request = Request(id == std::string("in-1"));
    request.set_request_id(id);
    ASSERT_TRUE(Record(request).ok());
  }
  Eventually([&] { return HasIntake("in-2"); }, "projected");
  EXPECT_EQ(Patient().suitability().consequence(), SUITABILITY_CONSEQUENCE_CAUTION);
  EXPECT_EQ(database_->Number("SELECT COUNT(*) FROM timeline"), 2);
}

TEST_F(IntakesTest, ARebuiltReadModelIsTheSame) {
  Start();
  for (const char* id : {"in-1", "in-2"}) {
    v1::RecordIntakeRequest request = Request(true);
    request.set_request_id(id);
    ASSERT_TRUE(Record(request).ok());
  }
  Eventually([&] { return HasIntake("in-2"); }, "projected");
  const std::string once = database_->Dump();
  Stop();
  database_ = std::make_unique<TestDatabase>();
  config_of_service_.database_url = database_->url();
  config_of_service_.group = Name("rebuild");
  Start();
  Eventually([&] { return HasIntake("in-2"); }, "projected again");
  EXPECT_EQ(database_->Dump(), once);
}

TEST_F(IntakesTest, ProgrammesAreThoseOfThePlanWhenNotGiven) {
  Start();
  v1::RecordIntakeRequest request = Request(true);
  request.clear_programmes();
  const grpc::Status refused = Record(request);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refused.error_details(), HasSubstr("programmes"));
  ProducePlan(PlanOf("p-1", "north", "e1", kNoon));
  Eventually([&] { return database_->Number("SELECT COUNT(*) FROM patient") == 1; }, "projected");
  ASSERT_TRUE(Record(request).ok());
  EXPECT_EQ(answer_.intake().programmes(0), events::v1::PROGRAMME_ALCOHOL);
}

TEST_F(IntakesTest, WrongAnswersAreRefusedByNameAndNothingIsStored) {
  Start();
  v1::RecordIntakeRequest request = Request(true);
  request.mutable_inputs(0)->set_number(1);
  request.add_inputs()->set_input("shoe_size");
  request.clear_reason();
  const grpc::Status refused = Record(request);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  for (const char* field : {"inputs[0].value", "inputs[2].input", "reason"}) {
    EXPECT_THAT(refused.error_details(), HasSubstr(field));
  }
  EXPECT_TRUE(ReadAll(config_of_service_.topics.intakes).empty());
}

TEST_F(IntakesTest, NobodysIntakeIsNotFound) {
  Start();
  events::v1::IntakeRecorded intake;
  EXPECT_EQ(Get("p-9", intake).error_code(), grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace withdrawal::clinician
