#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "libs/codec/time.h"
#include "libs/kafka/headers.h"
#include "tests/services/clinician/service_fixture.h"
#include "withdrawal/events/v1/command.pb.h"
#include "withdrawal/events/v1/dead_letter.pb.h"

namespace withdrawal::clinician {
namespace {

using events::v1::PRIORITY_URGENT;
using testing::HasSubstr;
using testing::Not;

class CommandsTest : public ServiceTest {
 protected:
  grpc::Status Acknowledge(const std::string& alert_id, const std::string& request_id) {
    v1::AcknowledgeAlertRequest request;
    request.set_alert_id(alert_id);
    request.set_actor("dr-1");
    request.set_request_id(request_id);
    grpc::ClientContext context;
    v1::AlertCommandResponse response;
    const grpc::Status status = stub_->AcknowledgeAlert(&context, request, &response);
    command_id_ = response.command_id();
    return status;
  }
  grpc::Status Resolve(const std::string& alert_id, const std::string& request_id,
                       const std::string& reason) {
    v1::ResolveAlertRequest request;
    request.set_alert_id(alert_id);
    request.set_actor("dr-1");
    request.set_request_id(request_id);
    request.set_reason(reason);
    grpc::ClientContext context;
    v1::AlertCommandResponse response;
    return stub_->ResolveAlert(&context, request, &response);
  }
  grpc::Status Put(const events::v1::CarePlan& plan, v1::PutCarePlanResponse& response) {
    v1::PutCarePlanRequest request;
    *request.mutable_care_plan() = plan;
    request.set_actor("dr-1");
    request.set_reason("review");
    grpc::ClientContext context;
    return stub_->PutCarePlan(&context, request, &response);
  }

  // Of a counter without labels.
  double Value(const std::string& counter) const {
    for (const auto& family : registry_->Collect()) {
      if (family.name == counter) return family.metric.at(0).counter.value;
    }
    ADD_FAILURE() << "no " << counter;
    return 0;
  }

  std::string command_id_;
};

TEST_F(CommandsTest, AcknowledgeIsInTheTopicUnderThePatientWhenAnswered) {
  Start();
  ProduceAlert(AlertOf("p-1", "a-1", 1, PRIORITY_URGENT, kNoon));
  Eventually([&] { return IsProjected("a-1"); }, "projected");
  ASSERT_TRUE(Acknowledge("a-1", "req-7").ok());
  EXPECT_EQ(command_id_, "req-7");
  const auto records = ReadAll(config_of_service_.topics.alert_commands);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].key, "p-1");
  EXPECT_EQ(kafka::FindHeader(records[0].headers, kafka::kEventType),
            "withdrawal.events.v1.AlertCommand");
  events::v1::AlertCommand command;
  ASSERT_TRUE(command.ParseFromString(records[0].value));
  EXPECT_EQ(command.command_id(), "req-7");
  EXPECT_EQ(command.alert_id(), "a-1");
  EXPECT_EQ(command.actor(), "dr-1");
  EXPECT_TRUE(command.has_acknowledge());
}

TEST_F(CommandsTest, AnAlertJustRaisedCanBeAcknowledgedBeforeItIsInTheTables) {
  Start();
  Connection blocker(database_->url());
  const absl::Status status = blocker.Transact([&](Transaction& transaction) {
    transaction.Script("LOCK TABLE alert IN EXCLUSIVE MODE");
    ProduceAlert(AlertOf("p-1", "fresh", 1, PRIORITY_URGENT, kNoon));
    Eventually([&] { return Acknowledge("fresh", "r").ok(); }, "acknowledged");
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(CommandsTest, RefusesUnknownAndResolvedAlertsAndMissingFields) {
  Start();
  EXPECT_EQ(Acknowledge("nothing", "").error_code(), grpc::StatusCode::NOT_FOUND);
  ProduceAlert(AlertOf("p-1", "a-1", 2, PRIORITY_URGENT, kNoon, events::v1::ALERT_STATE_RESOLVED));
  Eventually([&] { return IsProjected("a-1"); }, "projected");
  EXPECT_EQ(Acknowledge("a-1", "").error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Resolve("a-1", "other", "seen").error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  // The retry of the very request that resolved it.
  EXPECT_TRUE(Resolve("a-1", "resolve-a-1", "seen").ok());
  const grpc::Status status = Resolve("a-1", "r", "  ");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_details(), HasSubstr("reason"));
  EXPECT_TRUE(ReadAll(config_of_service_.topics.alert_commands).empty());
}

TEST_F(CommandsTest, AnIdWithANulIsCalledInvalidNotMissing) {
  Start();
  const grpc::Status status = Acknowledge(std::string("a\0b", 3), "");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_details(), HasSubstr("INVALID_ID"));
  EXPECT_THAT(status.error_details(), Not(HasSubstr("REQUIRED")));
}

TEST_F(CommandsTest, APlanIsStoredWithANewEtagAndReadBack) {
  Start();
  v1::PutCarePlanResponse created;
  ASSERT_TRUE(Put(PlanOf("p-1", "north", "", kNoon).care_plan(), created).ok());
  EXPECT_FALSE(created.care_plan().etag().empty());
  v1::PatientSummary summary;
  Eventually(
      [&] {
        grpc::ClientContext context;
        v1::GetPatientRequest request;
        request.set_patient_id("p-1");
        return stub_->GetPatient(&context, request, &summary).ok();
      },
      "the plan is in the tables");
  EXPECT_EQ(summary.care_plan().etag(), created.care_plan().etag());
  EXPECT_EQ(summary.care_plan().team(), "north");
}

TEST_F(CommandsTest, ThePlanReadBeforeSomebodyElseChangedItIsRefused) {
  Start();
  v1::PutCarePlanResponse first;
  ASSERT_TRUE(Put(PlanOf("p-1", "north", "", kNoon).care_plan(), first).ok());
  v1::PutCarePlanResponse second;
  ASSERT_TRUE(Put(first.care_plan(), second).ok());
  // At once, whether the tables have the second plan or not ...
  v1::PutCarePlanResponse response;
  EXPECT_EQ(Put(first.care_plan(), response).error_code(), grpc::StatusCode::ABORTED);
  Eventually(
      [&] {
        return database_->Number("SELECT COUNT(*) FROM patient WHERE etag = '" +
                                 second.care_plan().etag() + "'") == 1;
      },
      "the second plan is in the tables");
  // ... and afterwards.
  EXPECT_EQ(Put(first.care_plan(), response).error_code(), grpc::StatusCode::ABORTED);
  EXPECT_TRUE(Put(second.care_plan(), response).ok());
}

TEST_F(CommandsTest, APlanThatIsWrongNamesItsFields) {
  Start();
  events::v1::CarePlan plan = PlanOf("p-1", "north", "", kNoon).care_plan();
  plan.mutable_schedule()->add_entries()->set_entry_id("e");
  v1::PutCarePlanResponse response;
  const grpc::Status status = Put(plan, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_details(), HasSubstr("care_plan.schedule.entries[0]"));
}

TEST_F(CommandsTest, TheTablesRebuiltFromTheTopicsAreTheSame) {
  Start();
  for (int i = 0; i < 30; ++i) {
    const std::string patient = absl::StrCat("p-", i % 7);
    ProduceScore(Scored(patient, absl::StrCat("c-", i), kNoon + absl::Minutes(i), "COWS", i));
    ProduceAlert(AlertOf(patient, absl::StrCat("a-", i), 1, PRIORITY_URGENT, kNoon));
    if (i % 5 == 0) ProducePlan(PlanOf(patient, "north", absl::StrCat("e-", i), kNoon));
  }
  const auto complete = [&] {
    return database_->Number("SELECT COUNT(*) FROM timeline") == 30 + 30 + 6;
  };
  Eventually(complete, "everything is in the tables");
  Stop();
  const std::string old_tables = database_->Dump();
  database_ = std::make_unique<TestDatabase>();
  config_of_service_.database_url = database_->url();
  Start();
  Eventually(complete, "everything is in the tables again");
  EXPECT_EQ(database_->Dump(), old_tables);
}

TEST_F(CommandsTest, ARecordNobodyCanReadIsSetAsideAndTheNextOnesAreApplied) {
  Start();
  Produce(config_of_service_.topics.scores, "p-1", "\xff not protobuf");
  ProduceScore(Scored("p-1", "c-1", kNoon, "COWS", 5));
  Eventually([&] { return database_->Number("SELECT COUNT(*) FROM timeline") == 1; }, "applied");
  const auto letters = ReadAll(config_of_service_.topics.dead_letters);
  ASSERT_EQ(letters.size(), 1u);
  events::v1::DeadLetter letter;
  ASSERT_TRUE(letter.ParseFromString(letters[0].value));
  EXPECT_EQ(letter.value(), "\xff not protobuf");
  EXPECT_EQ(letter.topic(), config_of_service_.topics.scores);
}

// Whatever the database refuses of one record, the others are applied and it is set aside once.
TEST_F(CommandsTest, ARecordTheDatabaseRefusesDoesNotStopTheOthers) {
  Start();
  database_->Run("ALTER TABLE timeline ADD CONSTRAINT refused CHECK (patient_id <> 'p-refused')");
  for (int i = 0; i < 10; ++i) {
    ProduceScore(Scored(absl::StrCat("p-", i), "c-1", kNoon, "COWS", 5));
    if (i % 4 == 1) {
      ProduceScore(Scored("p-refused", absl::StrCat("c-", i), kNoon, "COWS", 5));
    }
  }
  Eventually([&] { return database_->Number("SELECT COUNT(*) FROM timeline") == 10; }, "applied");
  Eventually([&] { return ReadAll(config_of_service_.topics.dead_letters).size() == 3; }, "aside");
  ProduceScore(Scored("p-last", "c-1", kNoon, "COWS", 5));
  Eventually([&] { return database_->Number("SELECT COUNT(*) FROM timeline") == 11; }, "goes on");
  EXPECT_EQ(ReadAll(config_of_service_.topics.dead_letters).size(), 3u);
}

TEST_F(CommandsTest, AnAlertIdOfAnotherPatientIsSetAsideAndTheNextOnesAreApplied) {
  Start();
  ProduceAlert(AlertOf("p-1", "a-1", 1, PRIORITY_URGENT, kNoon));
  Eventually([&] { return IsProjected("a-1"); }, "projected");
  ProduceAlert(AlertOf("p-2", "a-1", 1, PRIORITY_URGENT, kNoon));  // alert_id is unique: 23505
  ProduceAlert(AlertOf("p-2", "a-2", 1, PRIORITY_URGENT, kNoon));
  Eventually([&] { return IsProjected("a-2"); }, "goes on");
  EXPECT_EQ(database_->Number("SELECT COUNT(*) FROM alert WHERE patient_id = 'p-1'"), 1);
  EXPECT_EQ(ReadAll(config_of_service_.topics.dead_letters).size(), 1u);
}

TEST_F(CommandsTest, ARecordIsSetAsideOnceHoweverOftenItsBatchIsTriedAgain) {
  Start();
  database_->Run(
      "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
      "RAISE EXCEPTION 'not now'; END$$;"
      "CREATE TRIGGER fail BEFORE INSERT ON timeline FOR EACH ROW EXECUTE FUNCTION fail()");
  ProduceScore(Scored("p-1", "c-1", kNoon, "COWS", 5));
  Produce(config_of_service_.topics.scores, "p-1", "\xff not protobuf");
  const auto letters = [&] { return ReadAll(config_of_service_.topics.dead_letters).size(); };
  Eventually([&] { return letters() > 0; }, "set aside");
  const double restarts = Value("withdrawal_clinician_projection_restarts_total");
  Eventually(
      [&] { return Value("withdrawal_clinician_projection_restarts_total") >= restarts + 3; },
      "tried again");
  database_->Run("DROP TRIGGER fail ON timeline");
  Eventually([&] { return database_->Number("SELECT COUNT(*) FROM timeline") == 1; }, "applied");
  EXPECT_EQ(letters(), 1u);
  EXPECT_EQ(Value("withdrawal_clinician_dead_letters_total"), 1);
}

TEST_F(CommandsTest, WithoutADatabaseTheServiceLivesIsNotReadyAndSaysUnavailable) {
  Start();
  Stop();
  config_of_service_.database_url = "host=127.0.0.1 port=1 user=nobody connect_timeout=2";
  prometheus::Registry registry;
  const auto catalogue = catalogue::Load("");
  ASSERT_TRUE(catalogue.ok());
  auto service = Service::Start(config_of_service_, {.address = "127.0.0.1:0"}, *catalogue,
                                {std::make_unique<identity::NoIdentity>(), {}}, registry);
  ASSERT_TRUE(service.ok());
  const auto stub = v1::ClinicianService::NewStub(grpc::CreateChannel(
      "127.0.0.1:" + std::to_string((*service)->port()), grpc::InsecureChannelCredentials()));
  grpc::ClientContext context;
  v1::ListPatientsResponse response;
  EXPECT_EQ(stub->ListPatients(&context, {}, &response).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_FALSE((*service)->CheckReady());
  EXPECT_TRUE((*service)->healthy());
}

class ShelveTest : public CommandsTest {
 protected:
  grpc::Status Shelve(const std::string& alert_id, absl::Duration length,
                      const std::string& reason = "seen") {
    v1::ShelveAlertRequest request;
    request.set_alert_id(alert_id);
    request.set_actor("dr-1");
    request.set_request_id("req-8");
    request.set_reason(reason);
    *request.mutable_shelve_for() = codec::ToProto(length);
    grpc::ClientContext context;
    v1::AlertCommandResponse response;
    return stub_->ShelveAlert(&context, request, &response);
  }
};

// AL-10: at most 4 h for an urgent alert, never for an emergency, always with a reason.
TEST_F(ShelveTest, AsLongAsThePriorityAllowsAndWithAReason) {
  Start();
  ProduceAlert(AlertOf("p-1", "urgent", 1, PRIORITY_URGENT, kNoon));
  ProduceAlert(AlertOf("p-1", "emergency", 1, events::v1::PRIORITY_EMERGENCY, kNoon));
  Eventually([&] { return IsProjected("urgent") && IsProjected("emergency"); }, "projected");
  EXPECT_EQ(Shelve("emergency", absl::Minutes(1)).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(Shelve("urgent", absl::Hours(4) + absl::Seconds(1)).error_details(),
              HasSubstr("shelve_for"));
  EXPECT_THAT(Shelve("urgent", absl::ZeroDuration()).error_details(), HasSubstr("shelve_for"));
  EXPECT_THAT(Shelve("urgent", absl::Hours(1), " ").error_details(), HasSubstr("reason"));
  EXPECT_EQ(Shelve("nothing", absl::Hours(1)).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_TRUE(ReadAll(config_of_service_.topics.alert_commands).empty());

  ASSERT_TRUE(Shelve("urgent", absl::Hours(4)).ok());
  const auto records = ReadAll(config_of_service_.topics.alert_commands);
  ASSERT_EQ(records.size(), 1u);
  events::v1::AlertCommand command;
  ASSERT_TRUE(command.ParseFromString(records[0].value));
  EXPECT_EQ(command.command_id(), "req-8");
  EXPECT_EQ(command.shelve().reason(), "seen");
  EXPECT_EQ(codec::FromProto(command.shelve().until()) - codec::FromProto(command.issued_at()),
            absl::Hours(4));
}

// Alerting applies a command id once per alert: what came second would be lost.
TEST_F(ShelveTest, ARequestIdUsedForSomethingElseIsRefusedAndARepeatIsStoredOnce) {
  Start();
  ProduceAlert(AlertOf("p-1", "a-1", 1, PRIORITY_URGENT, kNoon));
  ProduceAlert(AlertOf("p-1", "a-2", 1, PRIORITY_URGENT, kNoon));
  Eventually([&] { return IsProjected("a-1") && IsProjected("a-2"); }, "projected");
  ASSERT_TRUE(Shelve("a-1", absl::Hours(1)).ok());
  for (const grpc::Status& other :
       {Acknowledge("a-1", "req-8"), Resolve("a-1", "req-8", "seen"), Shelve("a-1", absl::Hours(2)),
        Shelve("a-1", absl::Hours(1), "another reason")}) {
    EXPECT_EQ(other.error_code(), grpc::StatusCode::ALREADY_EXISTS);
    EXPECT_THAT(other.error_details(), HasSubstr("REQUEST_ID_CONFLICT"));
  }
  EXPECT_TRUE(Shelve("a-1", absl::Hours(1)).ok());
  EXPECT_EQ(ReadAll(config_of_service_.topics.alert_commands).size(), 1u);
  EXPECT_TRUE(Acknowledge("a-2", "req-8").ok()) << "the id is unique per alert";
  EXPECT_EQ(ReadAll(config_of_service_.topics.alert_commands).size(), 2u);
}

TEST_F(ShelveTest, UnshelveIsACommandAndAFailedCallBelongsToAMissedCheckIn) {
  Start();
  ProduceAlert(AlertOf("p-1", "a-1", 1, PRIORITY_URGENT, kNoon));
  events::v1::AlertEvent missed = AlertOf("p-1", "a-2", 1, PRIORITY_URGENT, kNoon);
  missed.mutable_alert()->set_rule_id("MC-01");
  ProduceAlert(missed);
  Eventually([&] { return IsProjected("a-1") && IsProjected("a-2"); }, "projected");
  v1::UnshelveAlertRequest unshelve;
  unshelve.set_alert_id("a-1");
  unshelve.set_actor("dr-1");
  v1::ReportFailedCallRequest failed;
  failed.set_alert_id("a-1");
  failed.set_actor("dr-1");
  v1::AlertCommandResponse response;
  grpc::ClientContext first, second, third;
  EXPECT_TRUE(stub_->UnshelveAlert(&first, unshelve, &response).ok());
  EXPECT_EQ(stub_->ReportFailedCall(&second, failed, &response).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  failed.set_alert_id("a-2");
  EXPECT_TRUE(stub_->ReportFailedCall(&third, failed, &response).ok());
  EXPECT_EQ(ReadAll(config_of_service_.topics.alert_commands).size(), 2u);
}

}  // namespace
}  // namespace withdrawal::clinician
