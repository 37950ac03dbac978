// Orders, filters, pages and details of the worklist, on the real database.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/codec/time.h"
#include "services/clinician/alarm_statistics.h"
#include "services/clinician/queries.h"
#include "services/clinician/row_batch.h"
#include "tests/services/clinician/database_fixture.h"
#include "tests/services/clinician/events.h"

namespace withdrawal::clinician {
namespace {

using events::v1::PRIORITY_URGENT;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class WorklistTest : public testing::Test {
 protected:
  WorklistTest() : connection_(database_.url()) {
    const absl::Status status = Migrate(connection_);
    EXPECT_TRUE(status.ok()) << status;
  }

  // Each record in a transaction of its own.
  template <typename Message>
  void Add(absl::Status (RowBatch::*add)(const stream::InputRecord&), const Message& message) {
    const std::string value = message.SerializeAsString();
    stream::InputRecord record;
    record.offset = ++offset_;
    record.key = PatientOf(message);
    record.value = value;
    RowBatch batch;
    absl::Status status = (batch.*add)(record);
    EXPECT_TRUE(status.ok()) << status;
    status = connection_.Transact([&](Transaction& transaction) {
      batch.Write(transaction, kEarly);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }
  void Enrol(const std::string& patient, absl::Duration every,
             const std::string& substance = "alcohol", absl::Time at = kNoon) {
    auto recorded = PlanOf(patient, "north", "e", at);
    auto& plan = *recorded.mutable_care_plan();
    plan.add_substances()->set_substance_class(substance);
    *plan.mutable_substances(0)->mutable_last_use() = At(at - absl::Hours(20));
    auto& entry = *plan.mutable_schedule()->add_entries();
    entry.set_entry_id("form");
    *entry.mutable_every() = codec::ToProto(every);
    Add(&RowBatch::AddCarePlan, recorded);
  }
  void CheckIn(const std::string& patient, const std::string& id, absl::Time at) {
    auto scored = Scored(patient, id, at, "SAWS", 3);
    scored.mutable_recorded()->mutable_check_in()->set_rater(events::v1::RATER_PATIENT);
    auto& answers = *scored.mutable_recorded()->mutable_check_in()->mutable_instrument_response();
    answers.set_instrument("SAWS");
    Add(&RowBatch::AddScore, scored);
  }
  v1::ListPatientsRequest By(v1::PatientOrder order, int page_size = 0) {
    v1::ListPatientsRequest request;
    request.set_order_by(order);
    request.set_page_size(page_size);
    return request;
  }
  grpc::Status Ask(const v1::ListPatientsRequest& request) {
    return queries_.ListPatients({connection_, absl::Seconds(5), kNoon}, request, page_);
  }
  std::vector<std::string> Shown() const {
    std::vector<std::string> ids;
    for (const auto& patient : page_.patients()) ids.push_back(patient.patient_id());
    return ids;
  }
  std::vector<std::string> All(v1::ListPatientsRequest request) {
    std::vector<std::string> ids;
    do {
      const grpc::Status status = Ask(request);
      EXPECT_TRUE(status.ok()) << status.error_message() << status.error_details();
      for (const std::string& id : Shown()) ids.push_back(id);
      request.set_page_token(page_.next_page_token());
    } while (!request.page_token().empty());
    return ids;
  }
  v1::PatientSummary Get(const std::string& patient, const std::vector<std::string>& mask = {},
                         absl::Time now = kNoon) {
    v1::GetPatientRequest request;
    request.set_patient_id(patient);
    for (const std::string& path : mask) request.mutable_read_mask()->add_paths(path);
    v1::PatientSummary summary;
    status_ = queries_.GetPatient({connection_, absl::Seconds(5), now}, request, summary);
    return summary;
  }
  absl::Time NextDue(const std::string& patient) {
    const v1::PatientSummary summary = Get(patient);
    return summary.has_next_due_at() ? codec::FromProto(summary.next_due_at())
                                     : absl::InfiniteFuture();
  }

  TestDatabase database_;
  Connection connection_;
  int64_t offset_ = 0;
  v1::ListPatientsResponse page_;
  grpc::Status status_;
  const Queries queries_{{}};
};

TEST_F(WorklistTest, ByStalenessWhoWasNeverHeardOfComesFirst) {
  for (const char* patient : {"a", "b", "c"}) Enrol(patient, absl::Hours(4));
  CheckIn("a", "c-1", kNoon + absl::Minutes(3));
  CheckIn("b", "c-1", kNoon + absl::Minutes(1));
  for (const int size : {0, 1, 2}) {
    EXPECT_THAT(All(By(v1::PATIENT_ORDER_STALENESS, size)), ElementsAre("c", "b", "a")) << size;
  }
}

TEST_F(WorklistTest, ByNextDueWhomNothingIsAskedOfComesLast) {
  Enrol("slow", absl::Hours(8));
  Enrol("quick", absl::Hours(2));
  Add(&RowBatch::AddCarePlan, PlanOf("idle", "north", "e", kNoon));
  Enrol("overdue", absl::Hours(1), "alcohol", kNoon - absl::Hours(9));
  for (const int size : {0, 1, 3}) {
    EXPECT_THAT(All(By(v1::PATIENT_ORDER_NEXT_DUE, size)),
                ElementsAre("overdue", "quick", "slow", "idle"))
        << size;
  }
  EXPECT_EQ(NextDue("quick"), kNoon + absl::Hours(2));
  EXPECT_EQ(NextDue("overdue"), kNoon - absl::Hours(8));
  EXPECT_EQ(NextDue("idle"), absl::InfiniteFuture());
}

// As alerting: by time of receipt, and what is overdue stays owed by a new plan.
TEST_F(WorklistTest, TheNextDueTimeFollowsCheckInsPlansAndPauses) {
  Enrol("p", absl::Hours(4));
  EXPECT_EQ(NextDue("p"), kNoon + absl::Hours(4));
  CheckIn("p", "c-1", kNoon + absl::Hours(1));
  EXPECT_EQ(NextDue("p"), kNoon + absl::Hours(5));
  Enrol("p", absl::Hours(2), "alcohol", kNoon + absl::Hours(2));
  EXPECT_EQ(NextDue("p"), kNoon + absl::Hours(3));
  Enrol("p", absl::Hours(6), "alcohol", kNoon + absl::Hours(4));  // an hour too late
  EXPECT_EQ(NextDue("p"), kNoon + absl::Hours(3));
  CheckIn("p", "c-2", kNoon + absl::Hours(5));
  EXPECT_EQ(NextDue("p"), kNoon + absl::Hours(11));
  auto paused = PlanOf("p", "north", "e-9", kNoon + absl::Hours(6));
  paused.mutable_care_plan()->set_status(events::v1::MONITORING_STATUS_PAUSED);
  Add(&RowBatch::AddCarePlan, paused);
  EXPECT_EQ(NextDue("p"), absl::InfiniteFuture());
}

TEST_F(WorklistTest, AMissedCheckInThatAClinicianClosedIsWaitedForAnew) {
  Enrol("p", absl::Hours(4));
  auto closed = AlertOf("p", "a-1", 3, PRIORITY_URGENT, kNoon + absl::Hours(5),
                        events::v1::ALERT_STATE_RESOLVED);
  closed.mutable_alert()->set_rule_id("MC-01");
  closed.mutable_alert()->set_evidence("check-in \"form\" was due 2026-09-21T18:13:20+00:00; ...");
  *closed.mutable_alert()->mutable_observed_at() = At(kNoon + absl::Hours(4));
  closed.mutable_resolved()->set_actor("system");
  Add(&RowBatch::AddAlert, closed);
  EXPECT_EQ(NextDue("p"), kNoon + absl::Hours(4)) << "the system closes what a check-in satisfied";
  closed.mutable_alert()->set_version(4);
  closed.mutable_resolved()->set_actor("dr-1");
  *closed.mutable_occurred_at() = At(kNoon + absl::Hours(6));
  Add(&RowBatch::AddAlert, closed);
  EXPECT_EQ(NextDue("p"), kNoon + absl::Hours(10));
}

TEST_F(WorklistTest, ATokenOfAnotherOrderOrFilterIsRefused) {
  for (const char* patient : {"a", "b", "c"}) Enrol(patient, absl::Hours(4));
  ASSERT_TRUE(Ask(By(v1::PATIENT_ORDER_STALENESS, 1)).ok());
  auto next = By(v1::PATIENT_ORDER_STALENESS, 1);
  next.set_page_token(page_.next_page_token());
  EXPECT_TRUE(Ask(next).ok());
  for (const auto& change : std::vector<std::function<void(v1::ListPatientsRequest&)>>{
           [](auto& r) { r.set_order_by(v1::PATIENT_ORDER_NEXT_DUE); },
           [](auto& r) { r.set_order_by(v1::PATIENT_ORDER_RISK); },
           [](auto& r) { r.set_team("north"); }, [](auto& r) { r.set_substance_class("alcohol"); },
           [](auto& r) { r.set_programme(events::v1::PROGRAMME_ALCOHOL); }}) {
    auto other = next;
    change(other);
    EXPECT_THAT(Ask(other).error_details(), HasSubstr("page_token")) << other.ShortDebugString();
  }
  auto unknown = By(static_cast<v1::PatientOrder>(9));
  EXPECT_THAT(Ask(unknown).error_details(), HasSubstr("order_by"));
}

// What paging by keys can promise; see worklist.cc.
TEST_F(WorklistTest, WhoStaysIsShownOnceWhoeverMoves) {
  for (int i = 0; i < 6; ++i) {
    const std::string patient = absl::StrCat("p", i);
    Enrol(patient, absl::Hours(4));
    CheckIn(patient, "c-1", kNoon + absl::Minutes(i));
  }
  auto request = By(v1::PATIENT_ORDER_STALENESS, 2);
  ASSERT_TRUE(Ask(request).ok());
  EXPECT_THAT(Shown(), ElementsAre("p0", "p1"));
  CheckIn("p1", "c-2", kNoon + absl::Hours(1));  // shown already: moves behind the end of the page
  CheckIn("p3", "c-2", kNoon + absl::Hours(2));  // not shown yet: moves further behind
  std::vector<std::string> rest;
  while (!page_.next_page_token().empty()) {
    request.set_page_token(page_.next_page_token());
    ASSERT_TRUE(Ask(request).ok());
    for (const std::string& id : Shown()) rest.push_back(id);
  }
  EXPECT_THAT(rest, ElementsAre("p2", "p4", "p5", "p1", "p3"));
}

TEST_F(WorklistTest, IsFilteredByTheSubstancesOfThePlan) {
  Enrol("drinks", absl::Hours(4));
  Enrol("uses", absl::Hours(4), "fentanyl");
  auto request = By(v1::PATIENT_ORDER_RISK);
  request.set_substance_class("fentanyl");
  EXPECT_THAT(All(request), ElementsAre("uses"));
  request.set_substance_class("fent");
  EXPECT_THAT(All(request), IsEmpty());
  request.set_substance_class(std::string("a\0b", 3));
  EXPECT_THAT(Ask(request).error_details(), HasSubstr("substance_class"));
}

TEST_F(WorklistTest, AReadMaskLeavesOnlyWhatItNamesAndThePatient) {
  Enrol("p", absl::Hours(4));
  CheckIn("p", "c-1", kNoon);
  const v1::PatientSummary due = Get("p", {"next_due_at", "care_plan.team"});
  ASSERT_TRUE(status_.ok()) << status_.error_details();
  EXPECT_EQ(due.patient_id(), "p");
  EXPECT_TRUE(due.has_next_due_at());
  EXPECT_EQ(due.care_plan().team(), "north");
  EXPECT_EQ(due.care_plan().programmes_size(), 0);
  EXPECT_EQ(due.latest_scores_size(), 0);
  EXPECT_FALSE(due.has_last_check_in_at());
  Get("p", {"next_due_at", "care_plan.name"});
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(status_.error_details(), HasSubstr("read_mask.paths[1]"));
  auto request = By(v1::PATIENT_ORDER_RISK);
  request.mutable_read_mask()->add_paths("latest_scores");
  ASSERT_TRUE(Ask(request).ok());
  EXPECT_EQ(page_.patients(0).latest_scores_size(), 1);
  EXPECT_FALSE(page_.patients(0).has_care_plan());
  request.mutable_read_mask()->add_paths("nothing");
  EXPECT_THAT(Ask(request).error_details(), HasSubstr("read_mask.paths[1]"));
}

TEST_F(WorklistTest, TheNewestOfEachVitalSignStandsWhateverComesLater) {
  const auto vitals = [&](const std::string& id, absl::Time at, double pulse, double spo2) {
    auto scored = Scored("p", id, at, "NEWS2", 1);
    auto& signs = *scored.mutable_recorded()->mutable_check_in()->mutable_vital_signs();
    if (pulse > 0) {
      signs.mutable_pulse()->set_value(pulse);
      signs.mutable_pulse()->set_unit("/min");
    }
    if (spo2 > 0) {
      signs.mutable_spo2()->set_value(spo2);
      signs.mutable_spo2()->set_unit("%");
    }
    Add(&RowBatch::AddScore, scored);
  };
  vitals("v-1", kNoon, 88, 97);
  vitals("v-2", kNoon + absl::Hours(1), 92.5, 0);
  vitals("v-3", kNoon - absl::Hours(1), 60, 90);  // came late
  const v1::PatientSummary summary = Get("p");
  ASSERT_EQ(summary.latest_vitals_size(), 2);
  EXPECT_EQ(summary.latest_vitals(0).vital(), "pulse");
  EXPECT_EQ(summary.latest_vitals(0).value(), 92.5);
  EXPECT_EQ(summary.latest_vitals(0).unit(), "/min");
  EXPECT_EQ(summary.latest_vitals(1).value(), 97);
  EXPECT_EQ(codec::FromProto(summary.latest_vitals(1).observed_at()), kNoon);
}

TEST_F(WorklistTest, DosesAreCountedForSevenDays) {
  int id = 0;
  const auto dose = [&](events::v1::DoseOutcome outcome, absl::Duration ago) {
    auto scored = Scored("p", absl::StrCat("d-", ++id), kNoon - ago, "SAWS", 1);
    scored.clear_scores();
    auto& event = *scored.mutable_recorded()->mutable_check_in()->mutable_dose();
    event.set_product("diazepam");
    event.set_outcome(outcome);
    Add(&RowBatch::AddScore, scored);
  };
  dose(events::v1::DOSE_OUTCOME_TAKEN, absl::Hours(24 * 8));
  dose(events::v1::DOSE_OUTCOME_MISSED, absl::Hours(24 * 8));
  EXPECT_EQ(Get("p").doses().taken(), 0);
  EXPECT_EQ(codec::FromProto(Get("p").doses().last_taken_at()), kNoon - absl::Hours(24 * 8));
  dose(events::v1::DOSE_OUTCOME_TAKEN, absl::Hours(30));
  dose(events::v1::DOSE_OUTCOME_TAKEN, absl::Hours(6));
  dose(events::v1::DOSE_OUTCOME_MISSED, absl::Hours(5));
  dose(events::v1::DOSE_OUTCOME_REFUSED, absl::Hours(4));
  dose(events::v1::DOSE_OUTCOME_VOMITED, absl::Hours(3));
  dose(events::v1::DOSE_OUTCOME_HELD, absl::Hours(2));
  const auto doses = Get("p").doses();
  EXPECT_EQ(doses.taken(), 2);
  EXPECT_EQ(doses.missed(), 3);
  EXPECT_EQ(codec::FromProto(doses.last_taken_at()), kNoon - absl::Hours(6));
}

TEST_F(WorklistTest, ATimelineIsFilteredByKind) {
  Enrol("p", absl::Hours(4));
  CheckIn("p", "c-1", kNoon + absl::Hours(1));
  Add(&RowBatch::AddAlert, AlertOf("p", "a-1", 1, PRIORITY_URGENT, kNoon + absl::Hours(2)));
  v1::GetTimelineRequest request;
  request.set_patient_id("p");
  const auto ask = [&] {
    v1::GetTimelineResponse response;
    status_ = queries_.GetTimeline({connection_, absl::Seconds(5), kNoon}, request, response);
    return response;
  };
  EXPECT_EQ(ask().entries_size(), 3);
  request.add_kinds(v1::TIMELINE_KIND_ALERT_EVENT);
  ASSERT_EQ(ask().entries_size(), 1);
  EXPECT_TRUE(ask().entries(0).has_alert_event());
  request.add_kinds(v1::TIMELINE_KIND_CARE_PLAN);
  EXPECT_EQ(ask().entries_size(), 2);
  request.add_kinds(v1::TIMELINE_KIND_UNSPECIFIED);
  ask();
  EXPECT_THAT(status_.error_details(), HasSubstr("kinds[2]"));
}

TEST_F(WorklistTest, StatisticsAreOfOneTeamAndPeriod) {
  const auto raise = [&](const std::string& id, absl::Time at, const std::string& team) {
    Add(&RowBatch::AddAlert,
        AlertOf("p", id, 1, PRIORITY_URGENT, at, events::v1::ALERT_STATE_OPEN, team));
  };
  raise("a", kNoon - absl::Hours(1), "north");
  raise("b", kNoon - absl::Hours(200), "north");
  raise("c", kNoon - absl::Hours(1), "south");
  auto resolved = AlertOf("p", "a", 2, PRIORITY_URGENT, kNoon - absl::Hours(1),
                          events::v1::ALERT_STATE_RESOLVED);
  resolved.mutable_alert()->set_outcome(events::v1::ALERT_OUTCOME_TRUE);
  Add(&RowBatch::AddAlert, resolved);
  auto shelved = AlertOf("p", "d", 1, PRIORITY_URGENT, kNoon - absl::Hours(1));
  *shelved.mutable_alert()->mutable_shelved_until() = At(kNoon);
  Add(&RowBatch::AddAlert, shelved);
  v1::GetAlarmStatisticsRequest request;
  v1::AlarmStatistics statistics;
  const QueryContext context{connection_, absl::Seconds(5), kNoon};
  EXPECT_THAT(GetAlarmStatistics(context, request, statistics).error_details(), HasSubstr("team"));
  request.set_team("north");
  ASSERT_TRUE(GetAlarmStatistics(context, request, statistics).ok());
  EXPECT_EQ(statistics.alarms(), 1) << "b is older, c another team's, d called nobody";
  EXPECT_EQ(statistics.actionable().numerator(), 1);
  EXPECT_EQ(statistics.urgent_of_all().denominator(), 2);
  EXPECT_EQ(statistics.stale(), 0);
  *request.mutable_since() = At(kNoon - absl::Hours(300));
  ASSERT_TRUE(GetAlarmStatistics(context, request, statistics).ok());
  EXPECT_EQ(statistics.alarms(), 2);
  EXPECT_EQ(statistics.stale(), 1);
  *request.mutable_since() = At(kNoon - absl::Hours(367 * 24));
  EXPECT_THAT(GetAlarmStatistics(context, request, statistics).error_details(), HasSubstr("since"));
}

}  // namespace
}  // namespace withdrawal::clinician
