#include "services/clinician/care_plan_check.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "tests/services/clinician/events.h"

namespace withdrawal::clinician {
namespace {

const PlanBounds& Bounds() {
  static const PlanBounds bounds = {
      .total_max = {{"CIWA-Ar", 67}, {"NEWS2", 20}},
      .vital_range = {{"pulse", {20, 250}}},
      .check_ins = {"vital-signs", "red-flags", "CIWA-Ar"},
  };
  return bounds;
}

events::v1::CarePlan GoodPlan() {
  events::v1::CarePlan plan = PlanOf("p-1", "north-ward", "", kNoon).care_plan();
  auto& use = *plan.add_substances();
  use.set_substance_class("alcohol");
  *use.mutable_last_use() = At(kNoon - absl::Hours(10));
  auto& score = *plan.add_baseline_scores();
  score.set_instrument("CIWA-Ar");
  score.set_total(12);
  auto& vital = *plan.add_baseline_vitals();
  vital.set_vital("pulse");
  vital.set_value(72);
  plan.mutable_schedule()->set_time_zone("Australia/Sydney");
  auto& periodic = *plan.mutable_schedule()->add_entries();
  periodic.set_entry_id("vitals");
  periodic.add_satisfied_by("vital-signs");
  periodic.mutable_every()->set_seconds(4 * 3600);
  auto& daily = *plan.mutable_schedule()->add_entries();
  daily.set_entry_id("ciwa");
  daily.add_satisfied_by("CIWA-Ar");
  daily.add_daily_at()->set_hour(8);
  return plan;
}

// "field reason" of each error, in order of the check.
std::vector<std::string> Errors(const events::v1::CarePlan& plan) {
  std::vector<std::string> errors;
  for (const auto& error : CheckCarePlan(plan, Bounds(), kNoon)) {
    errors.push_back(error.field + " " + error.reason);
  }
  return errors;
}

using Strings = std::vector<std::string>;

TEST(CarePlanCheck, AcceptsAFullPlan) { EXPECT_EQ(Errors(GoodPlan()), Strings{}); }

TEST(CarePlanCheck, NeedsPatientAndStatus) {
  EXPECT_EQ(Errors({}), (Strings{"patient_id REQUIRED", "status REQUIRED"}));
}

TEST(CarePlanCheck, NamesEachFieldThatIsWrong) {
  events::v1::CarePlan plan = GoodPlan();
  plan.set_team("ward \"7\"\n");
  plan.add_programmes(events::v1::PROGRAMME_ALCOHOL);
  plan.mutable_substances(0)->set_substance_class("beer");
  *plan.mutable_substances(0)->mutable_last_use() = At(kNoon + absl::Minutes(3));
  plan.mutable_baseline_scores(0)->set_total(68);
  plan.mutable_baseline_vitals(0)->set_vital("mood");
  EXPECT_EQ(Errors(plan), (Strings{"team INVALID_ID", "programmes[1] DUPLICATE",
                                   "substances[0].substance_class UNKNOWN_SUBSTANCE_CLASS",
                                   "substances[0].last_use IMPLAUSIBLE_TIME",
                                   "baseline_scores[0].total OUT_OF_RANGE",
                                   "baseline_vitals[0].vital UNKNOWN_VITAL"}));
}

// A plan the other services would set aside must not be answered with OK: nobody would watch.
TEST(CarePlanCheck, NeedsTheLastUseOfASubstance) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_substances(0)->clear_last_use();
  EXPECT_EQ(Errors(plan), Strings{"substances[0].last_use REQUIRED"});
}

TEST(CarePlanCheck, RefusesTimesThatProtobufDoesNotKnow) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_substances(0)->mutable_last_use()->set_nanos(-1);
  EXPECT_EQ(Errors(plan), Strings{"substances[0].last_use IMPLAUSIBLE_TIME"});
  plan = GoodPlan();
  *plan.mutable_monitoring_started_at() = At(kNoon);
  plan.mutable_monitoring_started_at()->set_nanos(1'000'000'000);
  EXPECT_EQ(Errors(plan), Strings{"monitoring_started_at IMPLAUSIBLE_TIME"});
  plan = GoodPlan();
  auto* entry = plan.mutable_schedule()->mutable_entries(0);
  entry->clear_daily_at();
  entry->mutable_every()->set_seconds(3600);
  entry->mutable_every()->set_nanos(2'000'000'000);
  EXPECT_EQ(Errors(plan), Strings{"schedule.entries[0].every OUT_OF_RANGE"});
}

TEST(CarePlanCheck, RefusesABaselineThatIsNotANumber) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_baseline_vitals(0)->set_value(std::numeric_limits<double>::quiet_NaN());
  EXPECT_EQ(Errors(plan), Strings{"baseline_vitals[0].value OUT_OF_RANGE"});
}

TEST(CarePlanCheck, WantsExactlyOneOfEveryAndDailyAt) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_schedule()->mutable_entries(0)->add_daily_at()->set_hour(9);
  plan.mutable_schedule()->mutable_entries(1)->clear_daily_at();
  EXPECT_EQ(Errors(plan),
            (Strings{"schedule.entries[0] EXACTLY_ONE", "schedule.entries[1] EXACTLY_ONE"}));
}

TEST(CarePlanCheck, BoundsTheScheduleAndKnowsWhatSatisfiesIt) {
  events::v1::CarePlan plan = GoodPlan();
  auto& periodic = *plan.mutable_schedule()->mutable_entries(0);
  periodic.mutable_every()->set_seconds(60);
  periodic.set_satisfied_by(0, "PHQ-99");
  auto& daily = *plan.mutable_schedule()->mutable_entries(1);
  daily.set_entry_id("vitals");
  daily.mutable_daily_at(0)->set_hour(24);
  daily.add_daily_at()->set_minute(60);
  EXPECT_EQ(Errors(plan), (Strings{"schedule.entries[0].satisfied_by[0] UNKNOWN_CHECK_IN",
                                   "schedule.entries[0].every OUT_OF_RANGE",
                                   "schedule.entries[1].entry_id DUPLICATE",
                                   "schedule.entries[1].daily_at[0].hour OUT_OF_RANGE",
                                   "schedule.entries[1].daily_at[1].minute OUT_OF_RANGE"}));
}

TEST(CarePlanCheck, NeedsAKnownTimeZoneForLocalTimes) {
  events::v1::CarePlan plan = GoodPlan();
  plan.mutable_schedule()->clear_time_zone();
  EXPECT_EQ(Errors(plan), Strings{"schedule.time_zone REQUIRED"});
  for (const char* zone : {"Mars/Olympus", "file:/etc/passwd", "../../etc/localtime"}) {
    plan.mutable_schedule()->set_time_zone(zone);
    EXPECT_EQ(Errors(plan), Strings{"schedule.time_zone UNKNOWN_TIME_ZONE"}) << zone;
  }
}

TEST(CarePlanCheck, KnowsTheInstrumentsAndVitalsOfTheCatalogue) {
  const auto catalogue = catalogue::Load("");
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  const PlanBounds bounds = PlanBounds::Of(*catalogue);
  EXPECT_EQ(bounds.total_max.at("CIWA-Ar"), 67);  // reference A.1
  EXPECT_EQ(bounds.total_max.at("COWS"), 48);     // reference A.2
  EXPECT_EQ(bounds.total_max.at("NEWS2"), 20);
  EXPECT_EQ(bounds.vital_range.at("pulse"), std::make_pair(20.0, 250.0));
  EXPECT_EQ(std::count(bounds.check_ins.begin(), bounds.check_ins.end(), "COWS"), 1);
}

}  // namespace
}  // namespace withdrawal::clinician
