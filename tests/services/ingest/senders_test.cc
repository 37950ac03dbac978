// Who may send whose check-ins, over gRPC with real tokens.
#include "services/ingest/senders.h"

#include "gmock/gmock.h"
#include "libs/metrics/metrics.h"
#include "tests/libs/identity/test_issuer.h"
#include "tests/services/ingest/ingest_server.h"

namespace withdrawal::ingest {
namespace {

using identity::ClaimsOf;
using testing::ElementsAre;
using testing::HasSubstr;

const char kCraving[] = "craving { nrs: 4 }";

class FakeAudit final : public identity::AuditSink {
 public:
  void Record(identity::AuditEntry entry, Done done) override {
    {
      absl::MutexLock lock(&mutex_);
      entries_.push_back(std::move(entry));
    }
    done();
  }
  std::vector<identity::AuditEntry> entries() {
    absl::MutexLock lock(&mutex_);
    return entries_;
  }

 private:
  absl::Mutex mutex_;
  std::vector<identity::AuditEntry> entries_;
};

class SendersTest : public IngestServer {
 protected:
  void SetUp() override {
    IngestServer::SetUp();
    log_.AnswerAtOnce(absl::OkStatus());
    Enrol("patient-1", "north");
    Enrol("patient-2", "south");
    enrolments_.SetComplete();
  }
  identity::Callers NewCallers() override {
    return {identity::VerifierOf(issuer_.KeySet(), registry_), rate_};
  }
  identity::AuditSink& audit() override { return audit_; }

  void Enrol(const std::string& patient, const std::string& team, const std::string& into = "") {
    events::v1::CarePlan plan;
    plan.set_patient_id(patient);
    plan.set_team(team);
    plan.set_merged_into(into);
    enrolments_.Apply(plan);
  }

  static events::v1::CheckIn Of(const std::string& patient, events::v1::Rater rater,
                                const std::string& check_in_id = "check-in-1") {
    events::v1::CheckIn check_in = Example(kCraving, check_in_id);
    check_in.set_patient_id(patient);
    check_in.set_rater(rater);
    return check_in;
  }
  std::string Bearer(const nlohmann::json& claims) const {
    return "Bearer " + issuer_.Sign(claims);
  }
  std::string Patient(const std::string& patient = "patient-1") const {
    return Bearer(ClaimsOf("app-of-" + patient, "patient", {}, patient));
  }
  std::string Clinician(const std::string& team) const {
    return Bearer(ClaimsOf("clin-7", "clinician", {team}));
  }

  grpc::Status Send(const std::string& authorization, const events::v1::CheckIn& check_in,
                    const std::string& break_glass = "") {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    if (!authorization.empty()) context.AddMetadata("authorization", authorization);
    if (!break_glass.empty()) context.AddMetadata("withdrawal-break-glass-reason", break_glass);
    v1::SubmitCheckInRequest request;
    *request.mutable_check_in() = check_in;
    v1::SubmitCheckInResponse response;
    return stub_->SubmitCheckIn(&context, request, &response);
  }
  std::string Reason(const std::string& authorization, const events::v1::CheckIn& check_in) {
    const grpc::Status status = Send(authorization, check_in);
    return status.ok() ? "OK" : ReasonOf(status);
  }
  std::vector<std::string> SubmittedBy() {
    std::vector<std::string> subjects;
    for (const auto& record : log_.stored()) {
      events::v1::CheckInRecorded event;
      EXPECT_TRUE(event.ParseFromString(record.value));
      subjects.push_back(event.submitted_by());
    }
    return subjects;
  }

  FakeAudit audit_;
  identity::TestIssuer issuer_{"key-1"};
  identity::RateLimit::Limits rate_{.per_second = 0};
};

TEST_F(SendersTest, APatientSendsItsOwnAndIsNamedInTheRecord) {
  EXPECT_EQ(Reason(Patient(), Of("patient-1", events::v1::RATER_PATIENT)), "OK");
  EXPECT_THAT(SubmittedBy(), ElementsAre("app-of-patient-1"));
  EXPECT_TRUE(audit_.entries().empty());  // the record itself says who
}

TEST_F(SendersTest, AnotherPersonsTokenIsRefusedAndAudited) {
  EXPECT_EQ(Reason(Patient("patient-2"), Of("patient-1", events::v1::RATER_PATIENT)),
            "NOT_YOURSELF");
  EXPECT_TRUE(log_.stored().empty());
  ASSERT_EQ(audit_.entries().size(), 1u);
  const identity::AuditEntry entry = audit_.entries().front();
  EXPECT_EQ(entry.subject, "app-of-patient-2");
  EXPECT_EQ(entry.role, "patient");
  EXPECT_EQ(entry.rpc, "withdrawal.ingest.v1.IngestService/SubmitCheckIn");
  EXPECT_THAT(entry.patient_ids, ElementsAre("patient-1"));
  EXPECT_EQ(entry.outcome, "PERMISSION_DENIED");
  EXPECT_NE(entry.peer, "");
}

TEST_F(SendersTest, WithoutATokenNothingIsStored) {
  const auto check_in = Of("patient-1", events::v1::RATER_PATIENT);
  EXPECT_EQ(Reason("", check_in), "TOKEN_MISSING");
  EXPECT_EQ(Reason("Basic cGF0aWVudDox", check_in), "TOKEN_MISSING");
  EXPECT_EQ(Reason("Bearer nonsense", check_in), "TOKEN_INVALID");
  EXPECT_EQ(Send("Bearer nonsense", check_in).error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(log_.stored().empty());
}

TEST_F(SendersTest, NobodyRatesAsSomebodyElse) {
  for (const auto rater : {events::v1::RATER_CLINICIAN_IN_PERSON, events::v1::RATER_CLINICIAN_VIDEO,
                           events::v1::RATER_SUPPORT_PERSON, events::v1::RATER_DEVICE}) {
    EXPECT_EQ(Send(Patient(), Of("patient-1", rater)).error_code(),
              grpc::StatusCode::INVALID_ARGUMENT);
  }
  const std::string device = Bearer(ClaimsOf("cuff-1", "device", {}, "patient-1"));
  EXPECT_EQ(Reason(device, Of("patient-1", events::v1::RATER_PATIENT)), "INVALID_FIELDS");
  events::v1::CheckIn vitals =
      Example("vital_signs { pulse { value: 80 unit: '/min' } } rater: RATER_DEVICE");
  EXPECT_EQ(Reason(device, vitals), "OK");
  vitals.set_patient_id("patient-2");
  EXPECT_EQ(Reason(device, vitals), "NOT_YOURSELF");
  EXPECT_EQ(Reason(Clinician("north"), Of("patient-1", events::v1::RATER_CLINICIAN_VIDEO, "c")),
            "OK");
}

TEST_F(SendersTest, AClinicianSendsForTheOwnTeamsOnly) {
  const auto check_in = Of("patient-1", events::v1::RATER_CLINICIAN_IN_PERSON);
  EXPECT_EQ(Reason(Clinician("north"), check_in), "OK");
  const grpc::Status foreign = Send(Clinician("south"), check_in);
  const grpc::Status unknown =
      Send(Clinician("south"), Of("nobody", events::v1::RATER_CLINICIAN_IN_PERSON));
  EXPECT_EQ(ReasonOf(foreign), "NOT_YOUR_TEAM");
  EXPECT_EQ(foreign.error_details(), unknown.error_details());
  // A transfer moves it.
  Enrol("patient-1", "south");
  EXPECT_EQ(Reason(Clinician("north"), check_in), "NOT_YOUR_TEAM");
  EXPECT_EQ(Reason(Clinician("south"), check_in), "OK");
}

TEST_F(SendersTest, BreakGlassOpensAndIsAudited) {
  const auto check_in = Of("patient-2", events::v1::RATER_CLINICIAN_IN_PERSON);
  EXPECT_TRUE(Send(Clinician("north"), check_in, "found unconscious in the hall").ok());
  EXPECT_THAT(metrics::ScrapeText(registry_), HasSubstr("withdrawal_break_glass_total 1"));
  ASSERT_EQ(audit_.entries().size(), 1u);
  EXPECT_TRUE(audit_.entries().front().break_glass);
  EXPECT_EQ(audit_.entries().front().reason, "found unconscious in the hall");
  EXPECT_EQ(audit_.entries().front().outcome, "OK");
}

TEST_F(SendersTest, AGatewaySendsForAnybody) {
  const std::string gateway = Bearer(ClaimsOf("gateway-1", "service"));
  EXPECT_EQ(Reason(gateway, Of("patient-1", events::v1::RATER_PATIENT)), "OK");
  EXPECT_EQ(Reason(gateway, Of("nobody-yet", events::v1::RATER_SUPPORT_PERSON)), "OK");
  EXPECT_EQ(Reason(Bearer(ClaimsOf("officer", "privacy-officer")),
                   Of("patient-1", events::v1::RATER_PATIENT, "b")),
            "ROLE_NOT_ALLOWED");
}

TEST_F(SendersTest, ARepeatThroughAnotherSenderIsADuplicate) {
  EXPECT_EQ(Reason(Patient(), Of("patient-1", events::v1::RATER_PATIENT)), "OK");
  EXPECT_EQ(
      Reason(Bearer(ClaimsOf("gateway-1", "service")), Of("patient-1", events::v1::RATER_PATIENT)),
      "OK");
  EXPECT_EQ(log_.stored().size(), 1u);
}

// case C41
TEST_F(SendersTest, WhatComesForAMergedRecordIsToldTheOneThatGoesOn) {
  Enrol("patient-1", "north", "patient-9");
  const grpc::Status status = Send(Patient(), Of("patient-1", events::v1::RATER_PATIENT));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(rpc::ToProto(status).details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "MERGED_INTO");
  EXPECT_EQ(info.metadata().at("patient_id"), "patient-9");
  EXPECT_TRUE(log_.stored().empty());
  // Whoever may not send for the record does not learn of the other.
  EXPECT_EQ(Reason(Patient("patient-2"), Of("patient-1", events::v1::RATER_PATIENT)),
            "NOT_YOURSELF");
  EXPECT_EQ(Reason(Clinician("south"), Of("patient-1", events::v1::RATER_PATIENT)),
            "NOT_YOUR_TEAM");
}

TEST_F(SendersTest, AStreamIsJudgedItemByItem) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", Clinician("north"));
  const auto stream = stub_->SubmitCheckIns(&context);
  for (const char* patient : {"patient-1", "patient-2", "patient-1"}) {
    v1::SubmitCheckInsRequest request;
    *request.mutable_check_in() = Of(patient, events::v1::RATER_CLINICIAN_VIDEO, patient);
    stream->Write(request);
  }
  stream->WritesDone();
  int accepted = 0;
  std::vector<std::string> refused;
  v1::SubmitCheckInsResponse response;
  while (stream->Read(&response)) {
    accepted += response.has_accepted();
    if (response.has_refused()) refused.push_back(ReasonOf(response.refused()));
  }
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(accepted, 2);
  EXPECT_THAT(refused, ElementsAre("NOT_YOUR_TEAM"));
  EXPECT_THAT(SubmittedBy(), ElementsAre("clin-7"));
  EXPECT_EQ(audit_.entries().size(), 1u);
}

TEST_F(SendersTest, AStreamWithoutATokenEndsAtOnce) {
  grpc::ClientContext context;
  const auto stream = stub_->SubmitCheckIns(&context);
  v1::SubmitCheckInsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(ReasonOf(stream->Finish()), "TOKEN_MISSING");
}

TEST_F(SendersTest, AStreamEndsWithItsToken) {
  grpc::ClientContext context;
  // Expired 28 s ago: good for 2 s more.
  const auto claims = ClaimsOf("app", "patient", {}, "patient-1", absl::Seconds(-28));
  context.AddMetadata("authorization", Bearer(claims));
  const auto stream = stub_->SubmitCheckIns(&context);
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  v1::SubmitCheckInsRequest request;
  v1::SubmitCheckInsResponse response;
  int items = 0;
  do {
    *request.mutable_check_in() =
        Of("patient-1", events::v1::RATER_PATIENT, absl::StrCat("c-", ++items));
    stream->Write(request);
    ASSERT_TRUE(stream->Read(&response));
  } while (response.has_accepted() && absl::Now() < deadline);
  EXPECT_GT(items, 1);
  EXPECT_EQ(ReasonOf(response.refused()), "TOKEN_EXPIRED");
  EXPECT_FALSE(stream->Read(&response));
  const grpc::Status status = stream->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(log_.stored().size(), static_cast<size_t>(items) - 1);
}

TEST_F(SendersTest, WhoSendsTooOftenIsToldWhenToComeAgain) {
  rate_ = {.per_second = 0.5, .burst = 2};
  Start({});
  EXPECT_EQ(Reason(Patient(), Of("patient-1", events::v1::RATER_PATIENT, "a")), "OK");
  EXPECT_EQ(Reason(Patient(), Of("patient-1", events::v1::RATER_PATIENT, "b")), "OK");
  const auto third = Of("patient-1", events::v1::RATER_PATIENT, "c");
  EXPECT_EQ(Reason(Patient(), third), "RATE_LIMIT");
  EXPECT_EQ(Send(Patient(), third).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  // Another person is not slowed, nor a gateway.
  EXPECT_EQ(Reason(Patient("patient-2"), Of("patient-2", events::v1::RATER_PATIENT)), "OK");
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Reason(Bearer(ClaimsOf("gateway-1", "service")),
                     Of("patient-1", events::v1::RATER_PATIENT, absl::StrCat("g-", i))),
              "OK");
  }
}

class BeforeThePlansAreRead : public SendersTest {
 protected:
  void SetUp() override {
    IngestServer::SetUp();
    log_.AnswerAtOnce(absl::OkStatus());
  }
};

TEST_F(BeforeThePlansAreRead, PatientsAreHeardAndCliniciansComeAgain) {
  EXPECT_EQ(Reason(Patient(), Of("patient-1", events::v1::RATER_PATIENT)), "OK");
  const grpc::Status status =
      Send(Clinician("north"), Of("patient-1", events::v1::RATER_CLINICIAN_VIDEO, "b"));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(ReasonOf(status), "ENROLMENTS_NOT_READY");
}

}  // namespace
}  // namespace withdrawal::ingest
