// WatchPatients: that somebody's record changed, on the real broker and database. What it shares
// with WatchAlerts (watch_stream.h) is tested there.
#include "gmock/gmock.h"
#include "tests/services/clinician/service_fixture.h"

namespace withdrawal::clinician {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAreArray;

// One WatchPatients call, read step by step.
class PatientWatcher {
 public:
  PatientWatcher(v1::ClinicianService::Stub& stub, const v1::WatchPatientsRequest& request) {
    context_.set_deadline(absl::ToChronoTime(absl::Now() + absl::Seconds(20)));
    reader_ = stub.WatchPatients(&context_, request);
  }
  ~PatientWatcher() { context_.TryCancel(); }

  v1::WatchPatientsResponse NextOfAnyKind() {
    v1::WatchPatientsResponse message;
    if (!reader_->Read(&message)) return {};
    if (!message.resume_token().empty()) token_ = message.resume_token();
    return message;
  }
  // "p-1 2": the patient and the kind of the next change; empty when the stream is over.
  std::string Next() {
    while (true) {
      const v1::WatchPatientsResponse message = NextOfAnyKind();
      if (message.has_heartbeat()) continue;
      if (!message.has_changed()) return "";
      return absl::StrCat(message.changed().patient_id(), " ", message.changed().what());
    }
  }
  grpc::Status Finish() {
    v1::WatchPatientsResponse message;
    while (reader_->Read(&message)) {
    }
    return reader_->Finish();
  }
  const std::string& token() const { return token_; }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchPatientsResponse>> reader_;
  std::string token_;
};

class WatchPatientsTest : public ServiceTest {
 protected:
  static v1::WatchPatientsRequest Of(const std::string& team, const std::string& token = "") {
    v1::WatchPatientsRequest request;
    request.set_team(team);
    request.set_resume_token(token);
    return request;
  }
  std::string EtagOf(const std::string& patient) {
    v1::GetPatientRequest request;
    request.set_patient_id(patient);
    v1::PatientSummary summary;
    grpc::ClientContext context;
    EXPECT_TRUE(stub_->GetPatient(&context, request, &summary).ok());
    return summary.care_plan().etag();
  }
  // A stream that has said that it is there.
  std::unique_ptr<PatientWatcher> Watch(const v1::WatchPatientsRequest& request) {
    auto watcher = std::make_unique<PatientWatcher>(*stub_, request);
    EXPECT_TRUE(watcher->NextOfAnyKind().has_heartbeat());
    return watcher;
  }
};

TEST_F(WatchPatientsTest, WhoeverHearsOfAChangeAndAsksGetsTheNewState) {
  Start();
  const auto watcher = Watch(Of(""));
  EXPECT_FALSE(watcher->token().empty());
  for (int i = 0; i < 5; ++i) {
    const std::string etag = absl::StrCat("etag-", i);
    ProducePlan(PlanOf("p-1", "north", etag, kNoon + absl::Minutes(i)));
    EXPECT_EQ(watcher->Next(), "p-1 3");
    EXPECT_EQ(EtagOf("p-1"), etag);
  }
  ProduceScore(Scored("p-1", "c-1", kNoon, "SAWS", 3));
  EXPECT_EQ(watcher->Next(), "p-1 1");
  ProduceAlert(AlertOf("p-1", "a-1", 1, events::v1::PRIORITY_URGENT, kNoon));
  EXPECT_EQ(watcher->Next(), "p-1 2");
}

TEST_F(WatchPatientsTest, ATeamHearsOfItsPeopleAndOfWhoLeavesIt) {
  Start();
  const auto north = Watch(Of("north"));
  const auto south = Watch(Of("south"));
  ProducePlan(PlanOf("n", "north", "etag-1", kNoon));
  EXPECT_EQ(north->Next(), "n 3");
  ProducePlan(PlanOf("s", "south", "etag-2", kNoon));
  EXPECT_EQ(south->Next(), "s 3");
  ProduceScore(Scored("s", "c-1", kNoon, "SAWS", 3));
  EXPECT_EQ(south->Next(), "s 1");
  ProduceScore(Scored("n", "c-1", kNoon, "SAWS", 3));
  EXPECT_EQ(north->Next(), "n 1");
  ProducePlan(PlanOf("n", "south", "etag-3", kNoon + absl::Hours(1)));
  EXPECT_EQ(north->Next(), "n 3") << "the team that is left";
  EXPECT_EQ(south->Next(), "n 3");
  ProduceScore(Scored("n", "c-2", kNoon + absl::Hours(2), "SAWS", 3));
  EXPECT_EQ(south->Next(), "n 1");
}

TEST_F(WatchPatientsTest, ResumesWithoutAGapAfterARestartOfTheService) {
  Start();
  const std::string token = Watch(Of(""))->token();
  Stop();
  std::vector<std::string> missed;
  for (int i = 0; i < 20; ++i) {
    const std::string patient = absl::StrCat("p-", i);
    ProduceScore(Scored(patient, "c-1", kNoon, "SAWS", 3));
    missed.push_back(patient + " 1");
  }
  Start();
  PatientWatcher after(*stub_, Of("", token));
  std::vector<std::string> told;
  for (int i = 0; i < 20; ++i) told.push_back(after.Next());
  EXPECT_THAT(told, UnorderedElementsAreArray(missed));
}

TEST_F(WatchPatientsTest, ATokenOfAnotherWatchIsRefused) {
  Start();
  const std::string token = Watch(Of(""))->token();
  EXPECT_THAT(PatientWatcher(*stub_, Of("north", token)).Finish().error_details(),
              HasSubstr("resume_token"));
  v1::WatchAlertsRequest alerts;
  alerts.set_resume_token(token);
  EXPECT_EQ(Watcher(*stub_, alerts).Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(PatientWatcher(*stub_, Of(std::string("a\0b", 3))).Finish().error_details(),
              HasSubstr("team"));
}

}  // namespace
}  // namespace withdrawal::clinician
