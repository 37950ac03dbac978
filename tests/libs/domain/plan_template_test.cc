// Templates of the catalogue made into plans: the cadence of reference B.
#include "libs/domain/plan_template.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/domain/schedule.h"
#include "tests/golden/catalogue_under_test.h"

namespace withdrawal::domain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::IsNull;
using testing::NotNull;

const Instant kStart = absl::FromUnixSeconds(1'780'297'200);  // 2026-06-01 08:00 in London

const PlanTemplate& Template(const std::string& id) {
  return golden::CatalogueUnderTest().templates.at(id);
}

CarePlan Base() {
  CarePlan plan;
  plan.patient_id = "p1";
  plan.time_zone = "Europe/London";
  return plan;
}

const ScheduleEntry* Find(const CarePlan& plan, const std::string& id) {
  for (const ScheduleEntry& entry : plan.schedule) {
    if (entry.entry_id == id) return &entry;
  }
  return nullptr;
}

// Hours from the start at which the entry is due when each check-in comes at once.
std::vector<double> DueHours(const CarePlan& plan, const std::string& id, double hours) {
  std::vector<double> dues;
  const ScheduleEntry* entry = Find(plan, id);
  if (entry == nullptr) return dues;
  Instant since = kStart - absl::Nanoseconds(1);
  for (;;) {
    const Instant due = NextDue(*entry, plan, since, absl::ZeroDuration());
    if (due > kStart + absl::Hours(hours)) return dues;
    dues.push_back(absl::ToDoubleHours(due - kStart));
    since = due;
  }
}

TEST(AlcoholTemplate, AsksEveryFourWakingHoursUntilNinetySixHoursAfterTheLastDrink) {
  CarePlan base = Base();
  base.substances = {{"alcohol", kStart - absl::Hours(12)}};
  const CarePlan plan = Instantiate(Template("alcohol-ambulatory"), base, kStart);
  // 11:00, 15:00, 19:00, 22:30 of the first day, 07:00 of the next.
  EXPECT_THAT(DueHours(plan, "saws-acute", 24), ElementsAre(3, 7, 11, 14.5, 23));
  EXPECT_EQ(Find(plan, "saws-acute")->until, kStart + absl::Hours(84));
  EXPECT_EQ(Find(plan, "saws-later")->from, kStart + absl::Hours(84));
  EXPECT_EQ(DueHours(plan, "clinician-ciwa", 24 * 30).size(), 5u);  // daily on days 1 to 5
  EXPECT_EQ(plan.programmes, std::vector{Programme::kAlcohol});
  EXPECT_EQ(plan.quiet_hours, (QuietHours{{22, 30}, {7, 0}}));
}

TEST(AlcoholTemplate, LeavesOutWhatIsOverAlready) {
  CarePlan base = Base();
  base.substances = {{"alcohol", kStart - absl::Hours(100)}};
  const CarePlan plan = Instantiate(Template("alcohol-ambulatory"), base, kStart);
  EXPECT_THAT(Find(plan, "saws-acute"), IsNull());
  ASSERT_THAT(Find(plan, "saws-later"), NotNull());
  EXPECT_EQ(Find(plan, "saws-later")->from, std::nullopt);
}

TEST(BuprenorphineTemplate, AsksAtThePublishedMinutesAfterTheFirstDose) {
  CarePlan base = Base();
  MedicationOrder order;
  order.product = "buprenorphine";
  order.purpose = MedicationPurpose::kInduction;
  order.steps = {{kStart + absl::Hours(1), 4, {{10, 0}}, std::nullopt}};
  base.medications = {order};
  const CarePlan plan = Instantiate(Template("opioid-buprenorphine-home"), base, kStart);
  EXPECT_THAT(DueHours(plan, "sows-induction", 48), ElementsAre(2, 2.5, 3, 4, 6, 8));
  EXPECT_THAT(DueHours(plan, "sows-bedtime", 48), ElementsAre(14.5));
  EXPECT_EQ(plan.medications, base.medications);
}

TEST(MethadoneTemplate, LooksForSedationThreeHoursAfterThePlannedDose) {
  CarePlan base = Base();
  MedicationOrder order;
  order.product = "methadone";
  order.purpose = MedicationPurpose::kInduction;
  order.steps = {{kStart, 20, {{9, 30}}, std::nullopt}};
  EXPECT_THAT(
      Find(Instantiate(Template("opioid-methadone-start"), base, kStart), "sedation")->daily_at,
      ElementsAre(LocalTime{12, 0}));
  base.medications = {order};
  EXPECT_THAT(
      Find(Instantiate(Template("opioid-methadone-start"), base, kStart), "sedation")->daily_at,
      ElementsAre(LocalTime{12, 30}));
}

TEST(TaperTemplate, AsksDailyForAWeekAfterEachCutElseWeekly) {
  CarePlan base = Base();
  MedicationOrder order;
  order.product = "diazepam";
  order.purpose = MedicationPurpose::kTaper;
  for (int i = 0; i < 3; ++i) {
    order.steps.push_back({kStart + i * absl::Hours(24 * 14), 20.0 - i, {{20, 0}}, std::nullopt});
  }
  base.medications = {order};
  const CarePlan plan = Instantiate(Template("benzodiazepine-taper"), base, kStart);
  ASSERT_THAT(Find(plan, "ciwa-b-after-cut-1"), NotNull());
  EXPECT_EQ(DueHours(plan, "ciwa-b-after-cut-1", 24 * 60).size(), 7u);
  EXPECT_EQ(Find(plan, "ciwa-b-after-cut-2")->from, kStart + absl::Hours(24 * 28));
  EXPECT_THAT(Find(plan, "ciwa-b-after-cut-3"), IsNull());
  EXPECT_EQ(Find(plan, "ciwa-b-weekly")->every, absl::Hours(168));
}

TEST(IntensiveTemplate, PlansNineHoursAWeek) {
  const CarePlan plan = Instantiate(Template("intensive-outpatient"), Base(), kStart);
  int minutes = 0;
  for (const SessionPlan& session : plan.sessions)
    minutes += session.per_week * session.minutes_each;
  EXPECT_EQ(minutes, 9 * 60);  // reference EN-01
}

TEST(Templates, KeepWhatThePlanHasOfItsOwn) {
  CarePlan base = Base();
  base.quiet_hours = QuietHours{{21, 0}, {6, 0}};
  base.schedule.emplace_back().entry_id = "mine";
  base.schedule.back().every = absl::Hours(6);
  const CarePlan plan = Instantiate(Template("nicotine"), base, kStart);
  EXPECT_EQ(plan.schedule, base.schedule);
  EXPECT_EQ(plan.quiet_hours, base.quiet_hours);
  EXPECT_EQ(plan.template_id, "nicotine");
}

TEST(Templates, EachMakesAPlanWithUniqueEntriesThatAreDueOneDay) {
  const auto& templates = golden::CatalogueUnderTest().templates;
  EXPECT_EQ(templates.size(), 10u);
  for (const auto& [id, one] : templates) {
    const CarePlan plan = Instantiate(one, Base(), kStart);
    EXPECT_LE(plan.schedule.size(), 32u) << id;
    std::set<std::string> ids;
    for (const ScheduleEntry& entry : plan.schedule) {
      EXPECT_TRUE(ids.insert(entry.entry_id).second) << id << " " << entry.entry_id;
      EXPECT_LT(NextDue(entry, plan, kStart, absl::ZeroDuration()), absl::InfiniteFuture())
          << id << " " << entry.entry_id;
    }
    EXPECT_EQ(Instantiate(one, Base(), kStart), plan) << id;
    EXPECT_FALSE(one.source.empty()) << id;
  }
}

}  // namespace
}  // namespace withdrawal::domain
