// Whose data a caller reaches, over gRPC with real tokens.
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/rpc/error_details.pb.h"
#include "libs/metrics/metrics.h"
#include "libs/rpc/status.h"
#include "tests/libs/identity/test_issuer.h"
#include "tests/services/clinician/service_fixture.h"

namespace withdrawal::clinician {
namespace {

using events::v1::PRIORITY_URGENT;
using grpc::StatusCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;
using Metadata = std::map<std::string, std::string>;

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::ErrorInfo info;
  const google::rpc::Status proto = rpc::ToProto(status);
  for (const auto& any : proto.details()) {
    if (any.UnpackTo(&info)) return info.reason();
  }
  return status.ok() ? "OK" : rpc::CodeName(status.error_code());
}

class AccessTest : public ServiceTest {
 protected:
  identity::Callers NewCallers() override {
    return {identity::VerifierOf(issuer_.KeySet(), *registry_), rate_};
  }

  // One person in each of two teams, one in none, an alert about each.
  void StartWithPeople() {
    Start();
    Enrol("ann", "north");
    Enrol("bob", "south");
    for (const auto& [patient, team] : Metadata{{"ann", "north"}, {"bob", "south"}, {"new", ""}}) {
      ProduceAlert(AlertOf(patient, "alert-" + patient, 1, PRIORITY_URGENT, kNoon,
                           events::v1::ALERT_STATE_OPEN, team));
    }
    Eventually(
        [&] {
          return IsProjected("alert-ann") && IsProjected("alert-bob") && IsProjected("alert-new");
        },
        "projected");
  }
  void Enrol(const std::string& patient, const std::string& team) {
    const std::string etag = absl::StrCat("etag-", ++plans_);
    ProducePlan(PlanOf(patient, team, etag, kNoon + absl::Seconds(plans_)));
    Eventually(
        [&] {
          return database_->Number("SELECT COUNT(*) FROM patient WHERE etag = '" + etag + "'") == 1;
        },
        "the plan is projected");
  }

  Metadata Token(const std::vector<std::string>& teams,
                 absl::Duration valid_for = absl::Minutes(5)) const {
    return {{"authorization", "Bearer " + issuer_.Sign(identity::ClaimsOf("clin-7", "clinician",
                                                                          teams, "", valid_for))}};
  }
  static Metadata WithReason(Metadata metadata) {
    metadata["withdrawal-break-glass-reason"] = "found unconscious in the hall";
    return metadata;
  }

  template <typename Request, typename Response>
  grpc::Status Call(grpc::Status (v1::ClinicianService::Stub::*rpc)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                    const Metadata& metadata, const Request& request, Response& response) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    for (const auto& [key, value] : metadata) context.AddMetadata(key, value);
    const grpc::Status status = (stub_.get()->*rpc)(&context, request, &response);
    trailers_.clear();
    for (const auto& [key, value] : context.GetServerTrailingMetadata()) {
      trailers_[std::string(key.data(), key.size())] = std::string(value.data(), value.size());
    }
    return status;
  }
  grpc::Status GetPatient(const Metadata& metadata, const std::string& patient_id) {
    v1::GetPatientRequest request;
    request.set_patient_id(patient_id);
    v1::PatientSummary response;
    return Call(&v1::ClinicianService::Stub::GetPatient, metadata, request, response);
  }
  grpc::Status Acknowledge(const std::string& alert_id, const std::string& actor) {
    v1::AcknowledgeAlertRequest request;
    request.set_alert_id(alert_id);
    request.set_actor(actor);
    v1::AlertCommandResponse response;
    return Call(&v1::ClinicianService::Stub::AcknowledgeAlert, Token({"north"}), request, response);
  }
  std::vector<std::string> Patients(const Metadata& metadata, const std::string& team = "") {
    v1::ListPatientsRequest request;
    request.set_team(team);
    v1::ListPatientsResponse response;
    const auto status =
        Call(&v1::ClinicianService::Stub::ListPatients, metadata, request, response);
    if (!status.ok()) return {ReasonOf(status)};
    std::vector<std::string> ids;
    for (const auto& patient : response.patients()) ids.push_back(patient.patient_id());
    return ids;
  }
  std::vector<std::string> Alerts(const Metadata& metadata, const std::string& patient_id = "") {
    v1::ListAlertsRequest request;
    request.set_patient_id(patient_id);
    v1::ListAlertsResponse response;
    const auto status = Call(&v1::ClinicianService::Stub::ListAlerts, metadata, request, response);
    if (!status.ok()) return {ReasonOf(status)};
    std::vector<std::string> ids;
    for (const auto& alert : response.alerts()) ids.push_back(alert.alert_id());
    return ids;
  }

  identity::TestIssuer issuer_{"key-1"};
  identity::RateLimit::Limits rate_{.per_second = 0};
  std::map<std::string, std::string> trailers_;
  int plans_ = 0;
};

TEST_F(AccessTest, ListsShowTheOwnTeamsAndThoseNoTeamHas) {
  StartWithPeople();
  EXPECT_THAT(Patients(Token({"north"})), UnorderedElementsAre("ann", "new"));
  EXPECT_THAT(Patients(Token({"north", "south"})), UnorderedElementsAre("ann", "bob", "new"));
  EXPECT_THAT(Patients(Token({})), ElementsAre("new"));
  EXPECT_THAT(Patients(Token({"north"}), "north"), ElementsAre("ann"));
  EXPECT_THAT(Patients(Token({"north"}), "south"), ElementsAre("NOT_YOUR_TEAM"));
  EXPECT_THAT(Alerts(Token({"north"})), UnorderedElementsAre("alert-ann", "alert-new"));
  EXPECT_THAT(Alerts(Token({"north"}), "ann"), ElementsAre("alert-ann"));
  EXPECT_THAT(Alerts(Token({"north"}), "bob"), ElementsAre("NOT_YOUR_TEAM"));
}

TEST_F(AccessTest, WhetherSomebodyOfAnotherTeamIsAPatientIsNotTold) {
  StartWithPeople();
  const grpc::Status foreign = GetPatient(Token({"north"}), "bob");
  const grpc::Status unknown = GetPatient(Token({"north"}), "nobody-at-all");
  EXPECT_EQ(ReasonOf(foreign), "NOT_YOUR_TEAM");
  EXPECT_EQ(foreign.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(foreign.error_code(), unknown.error_code());
  EXPECT_EQ(foreign.error_message(), unknown.error_message());
  EXPECT_EQ(foreign.error_details(), unknown.error_details());
  // The same of alerts.
  const grpc::Status foreign_alert = Acknowledge("alert-bob", "");
  const grpc::Status unknown_alert = Acknowledge("no-such-alert", "");
  EXPECT_EQ(ReasonOf(foreign_alert), "NOT_YOUR_TEAM");
  EXPECT_EQ(foreign_alert.error_details(), unknown_alert.error_details());
}

TEST_F(AccessTest, ATransferMovesWhoMayLook) {
  StartWithPeople();
  EXPECT_EQ(ReasonOf(GetPatient(Token({"north"}), "ann")), "OK");
  EXPECT_EQ(ReasonOf(GetPatient(Token({"south"}), "ann")), "NOT_YOUR_TEAM");
  Enrol("ann", "south");
  EXPECT_EQ(ReasonOf(GetPatient(Token({"north"}), "ann")), "NOT_YOUR_TEAM");
  EXPECT_EQ(ReasonOf(GetPatient(Token({"south"}), "ann")), "OK");
  // Past alerts go with the person.
  EXPECT_THAT(Alerts(Token({"south"}), "ann"), ElementsAre("alert-ann"));
}

TEST_F(AccessTest, ACallerWhoseTeamsHaveChangedReachesTheNewOnes) {
  StartWithPeople();
  EXPECT_EQ(ReasonOf(GetPatient(Token({"north"}), "ann")), "OK");
  EXPECT_EQ(ReasonOf(GetPatient(Token({"south"}), "ann")), "NOT_YOUR_TEAM");
}

TEST_F(AccessTest, BreakGlassOpensOneRecordAndIsCounted) {
  StartWithPeople();
  EXPECT_EQ(ReasonOf(GetPatient(WithReason(Token({"north"})), "bob")), "OK");
  EXPECT_THAT(metrics::ScrapeText(*registry_), HasSubstr("withdrawal_break_glass_total 1"));
  // Only that call, and no list.
  EXPECT_EQ(ReasonOf(GetPatient(Token({"north"}), "bob")), "NOT_YOUR_TEAM");
  EXPECT_THAT(Patients(WithReason(Token({"north"}))), UnorderedElementsAre("ann", "new"));
  // Of an own team it opens nothing that is not open.
  EXPECT_EQ(ReasonOf(GetPatient(WithReason(Token({"north"})), "ann")), "OK");
  EXPECT_THAT(metrics::ScrapeText(*registry_), HasSubstr("withdrawal_break_glass_total 1"));
  Metadata short_reason = Token({"north"});
  short_reason["withdrawal-break-glass-reason"] = "urgent";
  EXPECT_EQ(ReasonOf(GetPatient(short_reason, "bob")), "BREAK_GLASS_REASON_INVALID");
  short_reason["withdrawal-break-glass-reason"] = std::string(20, ' ') + "urgent";
  EXPECT_EQ(ReasonOf(GetPatient(short_reason, "bob")), "BREAK_GLASS_REASON_INVALID");
}

TEST_F(AccessTest, BreakGlassTakesNobodyOverAndEndsNobodysMonitoring) {
  StartWithPeople();
  const Metadata glass = WithReason(Token({"north"}));
  v1::PutCarePlanResponse response;
  v1::PutCarePlanRequest put;
  *put.mutable_care_plan() = MethadoneFrom(20);
  put.mutable_care_plan()->set_patient_id("bob");
  put.mutable_care_plan()->set_team("north");
  put.set_reason("admission");
  EXPECT_EQ(ReasonOf(Call(&v1::ClinicianService::Stub::PutCarePlan, glass, put, response)),
            "NOT_YOUR_TEAM");
  v1::DischargePatientRequest discharge;
  discharge.set_patient_id("bob");
  discharge.set_reason("gone");
  discharge.set_kind(events::v1::DISCHARGE_KIND_LEFT);
  EXPECT_EQ(
      ReasonOf(Call(&v1::ClinicianService::Stub::DischargePatient, glass, discharge, response)),
      "NOT_YOUR_TEAM");
  v1::TransferPatientRequest transfer;
  transfer.set_patient_id("bob");
  transfer.set_reason("nearer");
  transfer.set_to_team("north");
  EXPECT_EQ(ReasonOf(Call(&v1::ClinicianService::Stub::TransferPatient, glass, transfer, response)),
            "NOT_YOUR_TEAM");
}

TEST_F(AccessTest, SomebodyJustEnrolledIsNotTakenOverWhileTheTablesAreBehind) {
  StartWithPeople();
  v1::PutCarePlanRequest request;
  *request.mutable_care_plan() = MethadoneFrom(20);
  request.mutable_care_plan()->set_patient_id("lagged");
  request.set_reason("admission");
  v1::PutCarePlanResponse response;
  const auto put = [&](const std::string& team) {
    request.mutable_care_plan()->set_team(team);
    return ReasonOf(
        Call(&v1::ClinicianService::Stub::PutCarePlan, Token({team}), request, response));
  };
  Connection connection(database_->url());
  // The projection waits for this lock; readers do not.
  const absl::Status ended = connection.Transact([&](Transaction& transaction) {
    transaction.Execute("LOCK TABLE patient IN EXCLUSIVE MODE");
    EXPECT_EQ(put("south"), "OK");
    EXPECT_EQ(put("north"), "NOT_YOUR_TEAM");
    EXPECT_EQ(ReasonOf(GetPatient(Token({"north"}), "lagged")), "NOT_YOUR_TEAM");
    return absl::CancelledError("seen");
  });
  EXPECT_EQ(ended.code(), absl::StatusCode::kCancelled) << ended;
}

TEST_F(AccessTest, TheActorIsTheCaller) {
  StartWithPeople();
  EXPECT_EQ(ReasonOf(Acknowledge("alert-ann", "dr-other")), "ACTOR_NOT_CALLER");
  EXPECT_EQ(ReasonOf(Acknowledge("alert-ann", "clin-7")), "OK");
  EXPECT_EQ(ReasonOf(Acknowledge("alert-ann", "")), "OK");
  for (const auto& record : ReadAll(config_of_service_.topics.alert_commands)) {
    events::v1::AlertCommand command;
    ASSERT_TRUE(command.ParseFromString(record.value));
    EXPECT_EQ(command.actor(), "clin-7");
  }
}

TEST_F(AccessTest, WhoTakesSomebodyOnDoesSoForAnOwnTeam) {
  StartWithPeople();
  v1::PutCarePlanRequest request;
  *request.mutable_care_plan() = MethadoneFrom(20);
  request.set_reason("admission");
  v1::PutCarePlanResponse response;
  const auto put = [&](const std::string& patient, const std::string& team) {
    request.mutable_care_plan()->set_patient_id(patient);
    request.mutable_care_plan()->set_team(team);
    return ReasonOf(
        Call(&v1::ClinicianService::Stub::PutCarePlan, Token({"north"}), request, response));
  };
  EXPECT_EQ(put("somebody", "south"), "NOT_YOUR_TEAM");
  EXPECT_EQ(put("somebody", ""), "NOT_YOUR_TEAM");
  EXPECT_EQ(put("new", "south"), "NOT_YOUR_TEAM");
  EXPECT_EQ(put("bob", "north"), "NOT_YOUR_TEAM");
  EXPECT_EQ(put("somebody", "north"), "OK");
  EXPECT_EQ(put("new", "north"), "OK");
}

TEST_F(AccessTest, ARecordIsMergedIntoOneOfTheOwnTeamsOnly) {
  StartWithPeople();
  Enrol("ann-again", "north");
  v1::MergePatientRequest request;
  request.set_patient_id("ann-again");
  request.set_into_patient_id("bob");
  request.set_reason("enrolled twice");
  v1::PutCarePlanResponse response;
  const auto merge = [&] {
    return ReasonOf(
        Call(&v1::ClinicianService::Stub::MergePatient, Token({"north"}), request, response));
  };
  EXPECT_EQ(merge(), "NOT_YOUR_TEAM");
  request.set_into_patient_id("ann");
  EXPECT_EQ(merge(), "OK");
}

TEST_F(AccessTest, WhoCallsTooOftenIsToldWhenToComeAgain) {
  rate_ = {.per_second = 0.5, .burst = 2};
  StartWithPeople();
  EXPECT_EQ(ReasonOf(GetPatient(Token({"north"}), "ann")), "OK");
  EXPECT_EQ(ReasonOf(GetPatient(Token({"north"}), "ann")), "OK");
  const grpc::Status status = GetPatient(Token({"north"}), "ann");
  EXPECT_EQ(status.error_code(), StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(status), "RATE_LIMIT");
  google::rpc::RetryInfo retry;
  bool has_retry = false;
  const google::rpc::Status proto = rpc::ToProto(status);
  for (const auto& any : proto.details()) has_retry |= any.UnpackTo(&retry);
  EXPECT_TRUE(has_retry);
  EXPECT_GT(std::stoi("0" + trailers_["grpc-retry-pushback-ms"]), 0);
}

TEST_F(AccessTest, AWatchShowsTheOwnTeamsAndThoseNoTeamHas) {
  StartWithPeople();
  Watcher watcher(*stub_, {}, absl::Seconds(20), Token({"north"}));
  EXPECT_THAT(watcher.Snapshot(), UnorderedElementsAre("alert-ann", "alert-new"));
  ProduceAlert(AlertOf("bob", "later-bob", 1, PRIORITY_URGENT, kNoon, events::v1::ALERT_STATE_OPEN,
                       "south"));
  ProduceAlert(AlertOf("ann", "later-ann", 1, PRIORITY_URGENT, kNoon));
  EXPECT_EQ(watcher.Next().event().alert().alert_id(), "later-ann");
  v1::WatchAlertsRequest foreign;
  foreign.set_team("south");
  EXPECT_EQ(ReasonOf(Watcher(*stub_, foreign, absl::Seconds(20), Token({"north"})).Finish()),
            "NOT_YOUR_TEAM");
}

TEST_F(AccessTest, AWatchOfSomebodyOfAnotherTeamNeedsAReason) {
  StartWithPeople();
  v1::WatchAlertsRequest request;
  request.set_patient_id("bob");
  EXPECT_EQ(ReasonOf(Watcher(*stub_, request, absl::Seconds(20), Token({"north"})).Finish()),
            "NOT_YOUR_TEAM");
  Watcher opened(*stub_, request, absl::Seconds(20), WithReason(Token({"north"})));
  EXPECT_THAT(opened.Snapshot(), ElementsAre("alert-bob"));
}

TEST_F(AccessTest, AWatchEndsWithItsTokenAndGoesOnWithTheNext) {
  StartWithPeople();
  // Expired 27 s ago: good for 3 s more.
  Watcher watcher(*stub_, {}, absl::Seconds(20), Token({"north"}, absl::Seconds(-27)));
  EXPECT_THAT(watcher.Snapshot(), UnorderedElementsAre("alert-ann", "alert-new"));
  const grpc::Status end = watcher.Finish();
  EXPECT_EQ(end.error_code(), StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(ReasonOf(end), "TOKEN_EXPIRED");
  ProduceAlert(AlertOf("ann", "meanwhile", 1, PRIORITY_URGENT, kNoon));
  v1::WatchAlertsRequest request;
  request.set_resume_token(watcher.token());
  Watcher next(*stub_, request, absl::Seconds(20), Token({"north"}));
  EXPECT_EQ(next.Next().event().alert().alert_id(), "meanwhile");
}

TEST_F(AccessTest, AWatchThatMayShowMoreThanBeforeStartsAnew) {
  StartWithPeople();
  Watcher watcher(*stub_, {}, absl::Seconds(20), Token({"north"}));
  watcher.Snapshot();
  v1::WatchAlertsRequest request;
  request.set_resume_token(watcher.token());
  const grpc::Status status =
      Watcher(*stub_, request, absl::Seconds(20), Token({"north", "south"})).Finish();
  EXPECT_EQ(status.error_code(), StatusCode::OUT_OF_RANGE);
  EXPECT_EQ(ReasonOf(status), "RESUME_TOKEN_EXPIRED");
}

}  // namespace
}  // namespace withdrawal::clinician
