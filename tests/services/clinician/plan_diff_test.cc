#include "services/clinician/plan_diff.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/clinician/events.h"

namespace withdrawal::clinician {
namespace {

using events::v1::CarePlan;
using testing::ElementsAre;
using testing::IsEmpty;

CarePlan Plan() {
  CarePlan plan = PlanOf("p-1", "north", "e1", kNoon).care_plan();
  auto& entry = *plan.mutable_schedule()->add_entries();
  entry.set_entry_id("saws");
  entry.add_satisfied_by("SAWS");
  entry.mutable_every()->set_seconds(4 * 3600);
  auto& order = *plan.add_medications();
  order.set_order_id("bup");
  order.set_product("buprenorphine");
  auto& step = *order.add_steps();
  step.set_milligrams(4);
  step.add_daily_at()->set_hour(8);
  return plan;
}

TEST(PlanDiff, OfTheSamePlanIsEmptyWhateverTheEtag) {
  CarePlan after = Plan();
  after.set_etag("e2");
  EXPECT_THAT(DiffPlans(Plan(), after), IsEmpty());
}

TEST(PlanDiff, NamesTheFieldAndBothValues) {
  CarePlan after = Plan();
  after.set_status(events::v1::MONITORING_STATUS_PAUSED);
  after.set_team("south");
  after.mutable_schedule()->mutable_entries(0)->mutable_every()->set_seconds(8 * 3600);
  EXPECT_THAT(DiffPlans(Plan(), after),
              ElementsAre("status: active -> paused", "schedule.entries[saws].every: 4h -> 8h",
                          "team: north -> south"));
}

TEST(PlanDiff, TellsEntriesApartByTheirIdsNotTheirPlaces) {
  CarePlan after = Plan();
  auto& entry = *after.mutable_schedule()->add_entries();
  entry.set_entry_id("vitals");
  entry.add_daily_at()->set_hour(19);
  after.mutable_schedule()->mutable_entries()->SwapElements(0, 1);
  EXPECT_THAT(DiffPlans(Plan(), after),
              ElementsAre("+ schedule.entries[vitals]: entry_id vitals, daily_at [19:00]"));
  EXPECT_THAT(DiffPlans(after, Plan()),
              ElementsAre("- schedule.entries[vitals]: entry_id vitals, daily_at [19:00]"));
}

TEST(PlanDiff, SaysWhatCameAndWhatWent) {
  CarePlan after = Plan();
  after.clear_team();
  after.set_age_years(44);
  after.add_programmes(events::v1::PROGRAMME_OPIOID);
  EXPECT_THAT(DiffPlans(Plan(), after), ElementsAre("programmes: [alcohol] -> [alcohol, opioid]",
                                                    "- team: north", "+ age_years: 44"));
}

TEST(PlanDiff, OfADoseShowsTheSteps) {
  CarePlan after = Plan();
  after.mutable_medications(0)->mutable_steps(0)->set_milligrams(8);
  EXPECT_THAT(DiffPlans(Plan(), after),
              ElementsAre("medications[bup].steps: [milligrams 4, daily_at [08:00]] -> "
                          "[milligrams 8, daily_at [08:00]]"));
}

}  // namespace
}  // namespace withdrawal::clinician
