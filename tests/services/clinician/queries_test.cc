#include "services/clinician/queries.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/clinician/row_batch.h"
#include "tests/services/clinician/database_fixture.h"
#include "tests/services/clinician/events.h"

namespace withdrawal::clinician {
namespace {

using events::v1::ALERT_STATE_ACKNOWLEDGED;
using events::v1::ALERT_STATE_RESOLVED;
using events::v1::PRIORITY_EMERGENCY;
using events::v1::PRIORITY_ROUTINE;
using events::v1::PRIORITY_URGENT;
using testing::ElementsAre;
using testing::HasSubstr;

class QueriesTest : public testing::Test {
 protected:
  QueriesTest() : connection_(database_.url()) {
    const absl::Status status = Migrate(connection_);
    EXPECT_TRUE(status.ok()) << status;
  }

  template <typename Message>
  void Add(absl::Status (RowBatch::*add)(const stream::InputRecord&), const Message& message) {
    const std::string value = message.SerializeAsString();
    stream::InputRecord record;
    record.offset = ++offset_;
    record.key = PatientOf(message);
    record.value = value;
    const absl::Status status = (batch_.*add)(record);
    EXPECT_TRUE(status.ok()) << status;
  }
  void AddPlan(const std::string& patient, const std::string& team) {
    Add(&RowBatch::AddCarePlan, PlanOf(patient, team, "e", kNoon));
  }
  void AddAlert(const events::v1::AlertEvent& event) { Add(&RowBatch::AddAlert, event); }
  void AddScore(const events::v1::CheckInScored& scored) { Add(&RowBatch::AddScore, scored); }

  QueryContext Context(absl::Time now = kNoon) {
    const absl::Status status = connection_.Transact([&](Transaction& transaction) {
      batch_.Write(transaction, kEarly);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return {connection_, absl::Seconds(5), now};
  }

  std::vector<std::string> Patients(v1::ListPatientsRequest request) {
    std::vector<std::string> ids;
    do {
      v1::ListPatientsResponse response;
      const grpc::Status status = queries_.ListPatients(Context(), request, response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const auto& patient : response.patients()) ids.push_back(patient.patient_id());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty() && ids.size() < 1000);
    return ids;
  }

  TestDatabase database_;
  Connection connection_;
  RowBatch batch_;
  int64_t offset_ = 0;
  const Queries queries_{
      {{"NEWS2", absl::Hours(4)}, {"CIWA-Ar", absl::Hours(8)}, {"COWS", absl::Hours(8)}}};
};

TEST_F(QueriesTest, WorklistIsByPriorityThenUnacknowledgedThenLongestWaiting) {
  AddPlan("calm", "north");
  AddAlert(AlertOf("urgent-new", "1", 1, PRIORITY_URGENT, kNoon));
  AddAlert(AlertOf("urgent-old", "2", 1, PRIORITY_URGENT, kNoon - absl::Hours(1)));
  AddAlert(AlertOf("urgent-seen", "3", 2, PRIORITY_URGENT, kNoon - absl::Hours(9),
                   ALERT_STATE_ACKNOWLEDGED));
  AddAlert(AlertOf("emergency-seen", "4", 2, PRIORITY_EMERGENCY, kNoon, ALERT_STATE_ACKNOWLEDGED));
  AddAlert(AlertOf("emergency", "5", 1, PRIORITY_EMERGENCY, kNoon));
  AddAlert(AlertOf("over", "6", 2, PRIORITY_EMERGENCY, kNoon, ALERT_STATE_RESOLVED));
  const auto order = ElementsAre("emergency", "emergency-seen", "urgent-old", "urgent-new",
                                 "urgent-seen", "calm", "over");
  EXPECT_THAT(Patients({}), order);
  for (int size = 1; size < 4; ++size) {
    v1::ListPatientsRequest request;
    request.set_page_size(size);
    EXPECT_THAT(Patients(request), order) << "in pages of " << size;
  }
}

TEST_F(QueriesTest, WorklistIsFilteredByTeamProgrammeAndPriority) {
  AddPlan("n-1", "north");
  AddPlan("n-2", "north");
  AddPlan("s-1", "south");
  AddAlert(AlertOf("n-2", "a", 1, PRIORITY_URGENT, kNoon));
  v1::ListPatientsRequest request;
  request.set_team("north");
  EXPECT_THAT(Patients(request), ElementsAre("n-2", "n-1"));
  request.set_programme(events::v1::PROGRAMME_OPIOID);
  EXPECT_THAT(Patients(request), ElementsAre());
  request.set_programme(events::v1::PROGRAMME_ALCOHOL);
  request.set_priority_at_least(PRIORITY_URGENT);
  EXPECT_THAT(Patients(request), ElementsAre("n-2"));
  request.set_priority_at_least(PRIORITY_EMERGENCY);
  EXPECT_THAT(Patients(request), ElementsAre());
}

TEST_F(QueriesTest, PageRequestsThatAreWrongNameTheField) {
  v1::ListPatientsResponse response;
  for (const int size : {-1, 501}) {
    v1::ListPatientsRequest request;
    request.set_page_size(size);
    const grpc::Status status = queries_.ListPatients(Context(), request, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(status.error_details(), HasSubstr("page_size"));
  }
  AddPlan("p-1", "north");
  AddPlan("p-2", "north");
  v1::ListPatientsRequest request;
  request.set_page_size(1);
  ASSERT_TRUE(queries_.ListPatients(Context(), request, response).ok());
  request.set_page_token(response.next_page_token());
  request.set_team("north");  // another query than the token's
  const grpc::Status status = queries_.ListPatients(Context(), request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status.error_details(), HasSubstr("page_token"));
}

// case C44
TEST_F(QueriesTest, ScoreOlderThanItsFreshnessIsShownAsStaleWithItsAge) {
  AddScore(Scored("p", "c-1", kNoon, "NEWS2", 2));
  v1::GetPatientRequest request;
  request.set_patient_id("p");
  v1::PatientSummary fresh;
  ASSERT_TRUE(queries_.GetPatient(Context(kNoon + absl::Hours(4)), request, fresh).ok());
  ASSERT_EQ(fresh.latest_scores_size(), 1);
  EXPECT_FALSE(fresh.latest_scores(0).stale());
  v1::PatientSummary old;
  ASSERT_TRUE(queries_.GetPatient(Context(kNoon + absl::Hours(6)), request, old).ok());
  EXPECT_EQ(old.latest_scores(0).score().total(), 2);
  EXPECT_TRUE(old.latest_scores(0).stale());
  EXPECT_EQ(old.latest_scores(0).age().seconds(), 6 * 3600);
  v1::ListPatientsResponse list;
  ASSERT_TRUE(queries_.ListPatients(Context(kNoon + absl::Hours(6)), {}, list).ok());
  EXPECT_TRUE(list.patients(0).latest_scores(0).stale());
}

TEST_F(QueriesTest, ScoreFromAClockAheadOfOursIsNotYoungerThanNew) {
  AddScore(Scored("p", "c-1", kNoon + absl::Minutes(1), "NEWS2", 2));
  v1::GetPatientRequest request;
  request.set_patient_id("p");
  v1::PatientSummary summary;
  ASSERT_TRUE(queries_.GetPatient(Context(kNoon), request, summary).ok());
  EXPECT_EQ(summary.latest_scores(0).age().seconds(), 0);
}

TEST_F(QueriesTest, PatientShowsPlanAlertsAndNewestScores) {
  AddPlan("p", "north");
  AddScore(Scored("p", "c-1", kNoon, "CIWA-Ar", 22));
  AddScore(Scored("p", "c-2", kNoon + absl::Hours(1), "CIWA-Ar", 18));
  AddScore(Scored("p", "c-3", kNoon, "COWS", 5));
  AddAlert(AlertOf("p", "a", 1, PRIORITY_URGENT, kNoon));
  v1::GetPatientRequest request;
  request.set_patient_id("p");
  v1::PatientSummary summary;
  ASSERT_TRUE(queries_.GetPatient(Context(), request, summary).ok());
  EXPECT_EQ(summary.care_plan().team(), "north");
  ASSERT_EQ(summary.latest_scores_size(), 2);
  EXPECT_EQ(summary.latest_scores(0).score().total(), 18);
  EXPECT_EQ(summary.highest_open_priority(), PRIORITY_URGENT);
  EXPECT_EQ(summary.unacknowledged_alerts(), 1);
  EXPECT_EQ(summary.oldest_unacknowledged_at().seconds(), absl::ToUnixSeconds(kNoon));
  EXPECT_EQ(summary.last_check_in_at().seconds(), absl::ToUnixSeconds(kNoon + absl::Hours(1)));
}

TEST_F(QueriesTest, NothingIsKnownOfAnUnknownPatient) {
  v1::GetPatientRequest request;
  v1::PatientSummary summary;
  EXPECT_EQ(queries_.GetPatient(Context(), request, summary).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  request.set_patient_id("nobody'; DROP TABLE patient; --");
  EXPECT_EQ(queries_.GetPatient(Context(), request, summary).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(QueriesTest, TimelineIsNewestFirstPagedAndBounded) {
  for (int hour = 0; hour < 5; ++hour) {
    AddScore(Scored("p", absl::StrCat("c-", hour), kNoon + absl::Hours(hour), "COWS", hour));
  }
  AddScore(Scored("q", "other", kNoon, "COWS", 1));
  AddAlert(AlertOf("p", "a", 1, PRIORITY_URGENT, kNoon + absl::Minutes(90)));
  v1::GetTimelineRequest request;
  request.set_patient_id("p");
  request.set_page_size(2);
  std::vector<std::string> seen;
  do {
    v1::GetTimelineResponse response;
    ASSERT_TRUE(queries_.GetTimeline(Context(), request, response).ok());
    for (const auto& entry : response.entries()) {
      seen.push_back(entry.has_check_in() ? entry.check_in().recorded().check_in().check_in_id()
                                          : entry.alert_event().event_id());
    }
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && seen.size() < 100);
  EXPECT_THAT(seen, ElementsAre("c-4", "c-3", "c-2", "a/1", "c-1", "c-0"));

  v1::GetTimelineRequest bounded;
  bounded.set_patient_id("p");
  *bounded.mutable_since() = At(kNoon + absl::Hours(1));
  *bounded.mutable_until() = At(kNoon + absl::Hours(2));
  v1::GetTimelineResponse response;
  ASSERT_TRUE(queries_.GetTimeline(Context(), bounded, response).ok());
  EXPECT_EQ(response.entries_size(), 2);  // a/1 and c-1; `until` itself is not in it
}

TEST_F(QueriesTest, AlertsAreByPriorityThenAgeAndClosedOnesOnlyOnDemand) {
  AddAlert(AlertOf("p", "routine", 1, PRIORITY_ROUTINE, kNoon - absl::Hours(9)));
  AddAlert(AlertOf("p", "urgent-new", 1, PRIORITY_URGENT, kNoon));
  AddAlert(AlertOf("q", "urgent-old", 2, PRIORITY_URGENT, kNoon - absl::Hours(1),
                   ALERT_STATE_ACKNOWLEDGED));
  AddAlert(AlertOf("q", "closed", 2, PRIORITY_EMERGENCY, kNoon, ALERT_STATE_RESOLVED));
  const auto list = [&](v1::ListAlertsRequest request) {
    std::vector<std::string> ids;
    do {
      v1::ListAlertsResponse response;
      EXPECT_TRUE(queries_.ListAlerts(Context(), request, response).ok());
      for (const auto& alert : response.alerts()) ids.push_back(alert.alert_id());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty() && ids.size() < 100);
    return ids;
  };
  v1::ListAlertsRequest request;
  request.set_page_size(1);
  EXPECT_THAT(list(request), ElementsAre("urgent-old", "urgent-new", "routine"));
  request.set_patient_id("p");
  request.set_priority_at_least(PRIORITY_URGENT);
  EXPECT_THAT(list(request), ElementsAre("urgent-new"));
  v1::ListAlertsRequest closed;
  closed.add_states(ALERT_STATE_RESOLVED);
  EXPECT_THAT(list(closed), ElementsAre("closed"));
}

}  // namespace
}  // namespace withdrawal::clinician
