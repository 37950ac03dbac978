// The outcome set (EN-10) from stored events, on the real database.
#include "services/clinician/outcomes.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/codec/time.h"
#include "services/clinician/row_batch.h"
#include "tests/services/clinician/database_fixture.h"
#include "tests/services/clinician/events.h"

namespace withdrawal::clinician {
namespace {

using events::v1::PRIORITY_EMERGENCY;
using events::v1::PRIORITY_ROUTINE;
using events::v1::PRIORITY_URGENT;
using testing::HasSubstr;

constexpr absl::Duration kDay = absl::Hours(24);

class OutcomesTest : public testing::Test {
 protected:
  OutcomesTest() : connection_(database_.url()) {
    const absl::Status status = Migrate(connection_);
    EXPECT_TRUE(status.ok()) << status;
  }

  template <typename Message>
  void Add(absl::Status (RowBatch::*add)(const stream::InputRecord&), const Message& message) {
    const std::string value = message.SerializeAsString();
    RowBatch batch;
    stream::InputRecord record;
    record.offset = ++offset_;
    record.key = PatientOf(message);
    record.value = value;
    const absl::Status status = (batch.*add)(record);
    EXPECT_TRUE(status.ok()) << status;
    Write(batch);
  }

  void Write(const RowBatch& batch) {
    const absl::Status status = connection_.Transact([&](Transaction& transaction) {
      batch.Write(transaction, kEarly);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
  }

  // A plan that began then; with a discharge it has ended.
  void Enrol(const std::string& patient, absl::Time began, absl::Time recorded_at,
             events::v1::DischargeKind discharge = events::v1::DISCHARGE_KIND_UNSPECIFIED,
             events::v1::Programme programme = events::v1::PROGRAMME_ALCOHOL) {
    auto recorded = PlanOf(patient, "north", "e", recorded_at);
    auto& plan = *recorded.mutable_care_plan();
    *plan.mutable_monitoring_started_at() = At(began);
    plan.set_programmes(0, programme);
    if (discharge != events::v1::DISCHARGE_KIND_UNSPECIFIED) {
      plan.set_status(events::v1::MONITORING_STATUS_ENDED);
      plan.mutable_discharge()->set_kind(discharge);
    }
    Add(&RowBatch::AddCarePlan, recorded);
  }

  events::v1::CheckInScored CheckIn(const std::string& patient, absl::Time at) {
    auto scored = Scored(patient, absl::StrCat("c", ++offset_), at, "SAWS", 3);
    scored.clear_scores();
    return scored;
  }
  void AddCheckIn(const events::v1::CheckInScored& scored) { Add(&RowBatch::AddScore, scored); }
  void Dose(const std::string& patient, absl::Time at, const std::string& product) {
    auto scored = CheckIn(patient, at);
    auto& dose = *scored.mutable_recorded()->mutable_check_in()->mutable_dose();
    dose.set_product(product);
    dose.set_outcome(events::v1::DOSE_OUTCOME_TAKEN);
    AddCheckIn(scored);
  }
  void Lapse(const std::string& patient, absl::Time at) {
    auto scored = CheckIn(patient, at);
    scored.mutable_recorded()->mutable_check_in()->mutable_lapse()->set_substance_class("alcohol");
    AddCheckIn(scored);
  }
  void Craving(const std::string& patient, absl::Time at, int nrs) {
    auto scored = CheckIn(patient, at);
    scored.mutable_recorded()->mutable_check_in()->mutable_craving()->set_nrs(nrs);
    AddCheckIn(scored);
  }
  void Alert(const std::string& patient, const std::string& rule, absl::Time at,
             events::v1::Priority priority, absl::Duration acknowledged_after) {
    const std::string id = absl::StrCat(patient, rule, ++offset_);
    auto event = AlertOf(patient, id, 1, priority, at);
    event.mutable_alert()->set_rule_id(rule);
    Add(&RowBatch::AddAlert, event);
    if (acknowledged_after == absl::InfiniteDuration()) return;
    auto seen = AlertOf(patient, id, 2, priority, at, events::v1::ALERT_STATE_ACKNOWLEDGED);
    seen.mutable_alert()->set_rule_id(rule);
    *seen.mutable_occurred_at() = At(at + acknowledged_after);
    Add(&RowBatch::AddAlert, seen);
  }

  v1::Outcomes Get(events::v1::Programme programme = events::v1::PROGRAMME_ALCOHOL,
                   const std::string& team = "", absl::Time since = kNoon - 30 * kDay,
                   absl::Time until = kNoon) {
    v1::GetOutcomesRequest request;
    request.set_programme(programme);
    request.set_team(team);
    *request.mutable_since() = At(since);
    *request.mutable_until() = At(until);
    v1::Outcomes outcomes;
    const grpc::Status status =
        GetOutcomes({connection_, absl::Seconds(5), kNoon}, request, outcomes);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return outcomes;
  }

  static std::string Text(const v1::Ratio& ratio) {
    return absl::StrCat(ratio.numerator(), "/", ratio.denominator());
  }

  TestDatabase database_;
  Connection connection_;
  int64_t offset_ = 0;
};

TEST_F(OutcomesTest, CompletionAndTransferAreOfThoseDischargedAliveInThePeriod) {
  const absl::Time began = kNoon - 20 * kDay;
  Enrol("done-1", began, began);
  Enrol("done-1", began, kNoon - kDay, events::v1::DISCHARGE_KIND_COMPLETED);
  Enrol("done-2", began, kNoon - 2 * kDay, events::v1::DISCHARGE_KIND_COMPLETED);
  Enrol("moved", began, kNoon - kDay, events::v1::DISCHARGE_KIND_TRANSFERRED);
  Enrol("left", began, kNoon - kDay, events::v1::DISCHARGE_KIND_LEFT);
  Enrol("dead", began, kNoon - kDay, events::v1::DISCHARGE_KIND_DIED);
  Enrol("running", began, began);
  Enrol("earlier", kNoon - 60 * kDay, kNoon - 31 * kDay, events::v1::DISCHARGE_KIND_COMPLETED);
  Enrol("opioid", began, kNoon - kDay, events::v1::DISCHARGE_KIND_LEFT,
        events::v1::PROGRAMME_OPIOID);
  const v1::Outcomes outcomes = Get();
  EXPECT_EQ(Text(outcomes.completed()), "2/4");
  EXPECT_EQ(Text(outcomes.transferred()), "1/4");
  EXPECT_EQ(Text(Get(events::v1::PROGRAMME_OPIOID).completed()), "0/1");
  EXPECT_EQ(Text(Get(events::v1::PROGRAMME_ALCOHOL, "north").completed()), "2/4");
  EXPECT_EQ(Text(Get(events::v1::PROGRAMME_ALCOHOL, "south").completed()), "0/0");
}

TEST_F(OutcomesTest, AMedicineCountsWithinSevenDaysOfTheBeginning) {
  const absl::Time began = kNoon - 20 * kDay;
  for (const char* patient : {"in-time", "late", "other", "none"}) Enrol(patient, began, began);
  Enrol("too-new", kNoon - 6 * kDay, kNoon - 6 * kDay);
  Dose("in-time", began + 7 * kDay, "Naltrexone");
  Dose("late", began + 7 * kDay + absl::Seconds(1), "naltrexone");
  Dose("other", began + kDay, "diazepam");
  Dose("too-new", kNoon - 5 * kDay, "acamprosate");
  EXPECT_EQ(Text(Get().medication_within_7_days()), "1/4");

  Enrol("o-1", began, began, {}, events::v1::PROGRAMME_OPIOID);
  Enrol("o-2", began, began, {}, events::v1::PROGRAMME_OPIOID);
  Dose("o-1", began, "buprenorphine-naloxone");
  Dose("o-2", began, "acamprosate");
  EXPECT_EQ(Text(Get(events::v1::PROGRAMME_OPIOID).medication_within_7_days()), "1/2");
  EXPECT_FALSE(Get(events::v1::PROGRAMME_CANNABIS).has_medication_within_7_days());
}

TEST_F(OutcomesTest, RetainedIsWhoIsStillThereAndWasHeardOfInTheWeekBefore) {
  const absl::Time began = kNoon - 29 * kDay;
  for (const char* patient : {"stays", "silent", "leaves"}) Enrol(patient, began, began);
  AddCheckIn(CheckIn("stays", began + 7 * kDay - absl::Seconds(1)));
  AddCheckIn(CheckIn("silent", began - absl::Seconds(1)));
  AddCheckIn(CheckIn("silent", began + 7 * kDay));
  AddCheckIn(CheckIn("leaves", began + kDay));
  Enrol("leaves", began, began + 5 * kDay, events::v1::DISCHARGE_KIND_LEFT);
  Enrol("done", began, began + 6 * kDay, events::v1::DISCHARGE_KIND_COMPLETED);
  EXPECT_EQ(Text(Get().retained_7_days()), "1/3");
  EXPECT_EQ(Text(Get().retained_30_days()), "0/0") << "nobody began 30 days ago";
}

TEST_F(OutcomesTest, RatesAreByPatientDaysWithinThePeriod) {
  // 10 of its days lie in the period, and the other person's 5: 15 patient-days.
  Enrol("a", kNoon - 40 * kDay, kNoon - 40 * kDay);
  Enrol("a", kNoon - 40 * kDay, kNoon - 20 * kDay, events::v1::DISCHARGE_KIND_LEFT);
  Enrol("b", kNoon - 5 * kDay, kNoon - 5 * kDay);
  Alert("a", "MC-01", kNoon - 25 * kDay, PRIORITY_ROUTINE, absl::InfiniteDuration());
  Alert("a", "MC-01", kNoon - 35 * kDay, PRIORITY_ROUTINE, absl::InfiniteDuration());
  Alert("b", "RF-07", kNoon - 2 * kDay, PRIORITY_EMERGENCY, absl::Minutes(1));
  Alert("b", "RF-09", kNoon - 2 * kDay, PRIORITY_EMERGENCY, absl::Minutes(2));
  Alert("b", "SC-02", kNoon - 2 * kDay, PRIORITY_URGENT, absl::Minutes(9));
  Alert("b", "RF-07", kNoon - 6 * kDay, PRIORITY_EMERGENCY, absl::Minutes(1));
  Lapse("b", kNoon - 2 * kDay);
  Lapse("b", kNoon - 2 * kDay + absl::Minutes(1));
  Lapse("b", kNoon - kDay);
  const v1::Outcomes outcomes = Get();
  EXPECT_EQ(outcomes.missed_check_ins().count(), 1);
  EXPECT_DOUBLE_EQ(outcomes.missed_check_ins().patient_days(), 15);
  EXPECT_DOUBLE_EQ(outcomes.missed_check_ins().per_100_patient_days(), 100.0 / 15);
  EXPECT_EQ(outcomes.emergencies().count(), 2);
  EXPECT_EQ(outcomes.overdoses().count(), 1);
  EXPECT_EQ(outcomes.self_harm().count(), 1);
  EXPECT_EQ(outcomes.use_days().count(), 2);
  EXPECT_FALSE(Get(events::v1::PROGRAMME_NICOTINE).use_days().has_per_100_patient_days());
}

TEST_F(OutcomesTest, TimeToAcknowledgeIsByPriorityWhenRaised) {
  Enrol("a", kNoon - 20 * kDay, kNoon - 20 * kDay);
  for (int minutes = 1; minutes <= 11; ++minutes) {
    Alert("a", "SC-02", kNoon - 2 * kDay, PRIORITY_URGENT, absl::Minutes(minutes));
  }
  Alert("a", "SC-03c", kNoon - 2 * kDay, PRIORITY_ROUTINE, absl::Minutes(100));
  Alert("a", "RF-01", kNoon - 2 * kDay, PRIORITY_EMERGENCY, absl::InfiniteDuration());
  const v1::Outcomes outcomes = Get();
  ASSERT_EQ(outcomes.time_to_acknowledge_size(), 2);
  const auto& emergency = outcomes.time_to_acknowledge(0);
  EXPECT_EQ(emergency.priority(), PRIORITY_EMERGENCY);
  EXPECT_EQ(emergency.alerts(), 1);
  EXPECT_EQ(emergency.acknowledged(), 0);
  EXPECT_FALSE(emergency.has_median());
  const auto& urgent = outcomes.time_to_acknowledge(1);
  EXPECT_EQ(urgent.priority(), PRIORITY_URGENT);
  EXPECT_EQ(urgent.alerts(), 11);
  EXPECT_EQ(urgent.acknowledged(), 11);
  EXPECT_EQ(urgent.median().seconds(), 6 * 60);
  EXPECT_EQ(urgent.p90().seconds(), 10 * 60);
}

TEST_F(OutcomesTest, CravingIsComparedWithinPeopleAndSleepIsTheMeanOfTheirMeans) {
  Enrol("a", kNoon - 20 * kDay, kNoon - 20 * kDay);
  Enrol("b", kNoon - 20 * kDay, kNoon - 20 * kDay);
  Craving("a", kNoon - 19 * kDay, 8);
  Craving("a", kNoon - 18 * kDay, 6);
  Craving("a", kNoon - 2 * kDay, 3);
  Craving("b", kNoon - 2 * kDay, 10);  // only in one half
  for (const auto& [patient, points] :
       std::vector<std::pair<std::string, int>>{{"a", 3}, {"a", 1}, {"b", 0}}) {
    auto scored = Scored(patient, absl::StrCat("s", ++offset_), kNoon - kDay, "SAWS", 3);
    auto& item = *scored.mutable_scores(0)->add_items();
    item.set_code("sleep_disturbance");
    item.set_points(points);
    AddCheckIn(scored);
  }
  const v1::Outcomes outcomes = Get();
  EXPECT_EQ(outcomes.craving().people(), 1);
  EXPECT_DOUBLE_EQ(outcomes.craving().first_half(), 7);
  EXPECT_DOUBLE_EQ(outcomes.craving().second_half(), 3);
  ASSERT_EQ(outcomes.sleep_size(), 1);
  EXPECT_EQ(outcomes.sleep(0).instrument(), "SAWS");
  EXPECT_EQ(outcomes.sleep(0).people(), 2);
  EXPECT_DOUBLE_EQ(outcomes.sleep(0).mean(), 1);
}

TEST_F(OutcomesTest, OfferedIsWhatThePlanSays) {
  auto recorded = PlanOf("a", "north", "e", kNoon - kDay);
  recorded.mutable_care_plan()->mutable_medication_offer()->set_offered(true);
  Add(&RowBatch::AddCarePlan, recorded);
  Enrol("b", kNoon - kDay, kNoon - kDay);
  EXPECT_EQ(Text(Get().medication_offered()), "1/2");
}

TEST_F(OutcomesTest, ADeletedRecordEndsTheEnrolmentWithoutADischarge) {
  Enrol("a", kNoon - 10 * kDay, kNoon - 10 * kDay);
  RowBatch batch;
  stream::InputRecord record;
  record.offset = ++offset_;
  record.key = "a";
  record.timestamp = kNoon - 6 * kDay;
  ASSERT_TRUE(batch.AddCarePlan(record).ok());
  Write(batch);
  EXPECT_DOUBLE_EQ(Get().use_days().patient_days(), 4);
  EXPECT_EQ(Text(Get().completed()), "0/0");
}

TEST_F(OutcomesTest, AQuestionThatMakesNoSenseNamesTheField) {
  const auto wrong = [&](const auto& change) {
    v1::GetOutcomesRequest request;
    request.set_programme(events::v1::PROGRAMME_ALCOHOL);
    change(request);
    v1::Outcomes outcomes;
    const auto status = GetOutcomes({connection_, absl::Seconds(5), kNoon}, request, outcomes);
    return status.error_code() == grpc::StatusCode::INVALID_ARGUMENT ? status.error_details() : "";
  };
  EXPECT_EQ(wrong([](auto&) {}), "");
  EXPECT_THAT(wrong([](auto& r) { r.clear_programme(); }), HasSubstr("programme"));
  EXPECT_THAT(wrong([](auto& r) { r.set_programme(events::v1::Programme(99)); }),
              HasSubstr("programme"));
  EXPECT_THAT(wrong([](auto& r) { *r.mutable_since() = At(kNoon + kDay); }), HasSubstr("since"));
  EXPECT_THAT(wrong([](auto& r) { r.mutable_until()->set_nanos(-1); }), HasSubstr("until"));
  EXPECT_THAT(wrong([](auto& r) { r.set_team(std::string(1, '\0')); }), HasSubstr("team"));
}

}  // namespace
}  // namespace withdrawal::clinician
