// Merging records (case C41), and asking for a check-in, on the real broker and database.
#include "gmock/gmock.h"
#include "libs/codec/time.h"
#include "tests/services/clinician/service_fixture.h"

namespace withdrawal::clinician {
namespace {

using testing::HasSubstr;

class MergeTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    Start();
    Enrol("old", "etag-1");
    Enrol("new", "etag-2");
  }
  void Enrol(const std::string& patient, const std::string& etag,
             events::v1::MonitoringStatus status = events::v1::MONITORING_STATUS_ACTIVE) {
    auto recorded = PlanOf(patient, "north", etag, kNoon);
    recorded.mutable_care_plan()->set_status(status);
    ProducePlan(recorded);
    Eventually(
        [&] {
          return database_->Number("SELECT COUNT(*) FROM patient WHERE etag = '" + etag + "'") == 1;
        },
        "the plan is in the tables");
  }
  grpc::Status Merge(const std::string& patient, const std::string& into) {
    v1::MergePatientRequest request;
    request.set_patient_id(patient);
    request.set_into_patient_id(into);
    request.set_actor("dr-1");
    request.set_reason("enrolled twice");
    grpc::ClientContext context;
    return stub_->MergePatient(&context, request, &response_);
  }
  grpc::Status RequestCheckIn(const std::string& patient, const std::vector<std::string>& kinds,
                              absl::Duration within = absl::ZeroDuration()) {
    v1::RequestCheckInRequest request;
    request.set_patient_id(patient);
    request.set_actor("dr-1");
    request.set_reason("sounded drowsy");
    for (const std::string& kind : kinds) request.add_satisfied_by(kind);
    if (within != absl::ZeroDuration()) *request.mutable_within() = codec::ToProto(within);
    grpc::ClientContext context;
    return stub_->RequestCheckIn(&context, request, &response_);
  }
  events::v1::CarePlanRecorded Newest(const std::string& patient) {
    events::v1::CarePlanRecorded newest;
    for (const auto& record : ReadAll(config_of_service_.topics.care_plans)) {
      if (record.key != patient) continue;
      EXPECT_TRUE(newest.ParseFromString(record.value));
    }
    return newest;
  }

  v1::PutCarePlanResponse response_;
};

TEST_F(MergeTest, TheOldRecordEndsAndPointsAtTheOneThatGoesOn) {
  const grpc::Status merged = Merge("old", "new");
  ASSERT_TRUE(merged.ok()) << merged.error_message() << merged.error_details();
  const auto stored = Newest("old");
  EXPECT_EQ(stored.care_plan().status(), events::v1::MONITORING_STATUS_ENDED);
  EXPECT_EQ(stored.care_plan().merged_into(), "new");
  EXPECT_EQ(stored.author(), "dr-1");
  EXPECT_EQ(stored.reason(), "enrolled twice");
  EXPECT_EQ(Newest("new").care_plan().status(), events::v1::MONITORING_STATUS_ACTIVE);
  EXPECT_TRUE(Merge("old", "new").ok()) << "the same again";
  Enrol("third", "etag-3");
  const grpc::Status elsewhere = Merge("old", "third");
  EXPECT_EQ(elsewhere.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(elsewhere.error_details(), HasSubstr("ALREADY_MERGED"));
  EXPECT_THAT(elsewhere.error_details(), HasSubstr("new"));
}

TEST_F(MergeTest, BothRecordsAreKnownAndTheTargetIsInCare) {
  EXPECT_THAT(Merge("old", "old").error_details(), HasSubstr("into_patient_id"));
  EXPECT_THAT(Merge("old", "").error_details(), HasSubstr("into_patient_id"));
  EXPECT_EQ(Merge("old", "nobody").error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Merge("nobody", "new").error_code(), grpc::StatusCode::NOT_FOUND);
  Enrol("gone", "etag-3", events::v1::MONITORING_STATUS_ENDED);
  EXPECT_THAT(Merge("old", "gone").error_details(), HasSubstr("MERGE_TARGET_NOT_MONITORED"));
  EXPECT_EQ(Newest("old").care_plan().status(), events::v1::MONITORING_STATUS_ACTIVE);
  // A duplicate that was discharged before it was found may still send.
  EXPECT_TRUE(Merge("gone", "new").ok());
  // In a circle nobody would be monitored.
  ASSERT_TRUE(Merge("old", "new").ok());
  EXPECT_THAT(Merge("new", "old").error_details(), HasSubstr("MERGE_TARGET_NOT_MONITORED"));
}

TEST_F(MergeTest, ACheckInThatIsAskedForIsAnEntryOfTheNextVersion) {
  const grpc::Status asked = RequestCheckIn("new", {"vital-signs"}, absl::Hours(2));
  ASSERT_TRUE(asked.ok()) << asked.error_message() << asked.error_details();
  const auto plan = Newest("new").care_plan();
  ASSERT_EQ(plan.schedule().entries_size(), 1);
  const auto& entry = plan.schedule().entries(0);
  EXPECT_THAT(entry.satisfied_by(), testing::ElementsAre("vital-signs"));
  ASSERT_EQ(entry.at_size(), 1);
  EXPECT_EQ(codec::FromProto(entry.at(0)) - codec::FromProto(entry.from()), absl::Hours(2));
  EXPECT_EQ(Newest("new").reason(), "sounded drowsy");
  const std::string first = entry.entry_id();
  // Answered, it goes; not answered, it stays.
  auto answer = Scored("new", "c-1", absl::Now(), "NEWS2", 0);
  answer.mutable_recorded()->mutable_check_in()->set_rater(events::v1::RATER_PATIENT);
  auto& pulse = *answer.mutable_recorded()->mutable_check_in()->mutable_vital_signs();
  pulse.mutable_pulse()->set_value(70);
  pulse.mutable_pulse()->set_unit("/min");
  ProduceScore(answer);
  Eventually([&] { return database_->Number("SELECT COUNT(*) FROM due_fact") == 1; }, "received");
  ASSERT_TRUE(RequestCheckIn("new", {"SAWS"}).ok());
  ASSERT_TRUE(RequestCheckIn("new", {}).ok());
  const auto later = Newest("new").care_plan();
  ASSERT_EQ(later.schedule().entries_size(), 2);
  EXPECT_NE(later.schedule().entries(0).entry_id(), first);
}

TEST_F(MergeTest, ARequestIsRefusedWhereNothingIsWaitedFor) {
  EXPECT_THAT(RequestCheckIn("new", {"unheard-of"}).error_details(), HasSubstr("satisfied_by[0]"));
  EXPECT_THAT(RequestCheckIn("new", {}, absl::Hours(25)).error_details(), HasSubstr("within"));
  EXPECT_EQ(RequestCheckIn("nobody", {}).error_code(), grpc::StatusCode::NOT_FOUND);
  Enrol("resting", "etag-3", events::v1::MONITORING_STATUS_PAUSED);
  EXPECT_THAT(RequestCheckIn("resting", {}).error_details(), HasSubstr("NOT_MONITORED"));
}

}  // namespace
}  // namespace withdrawal::clinician
