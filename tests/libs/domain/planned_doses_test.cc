#include "libs/domain/planned_doses.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace withdrawal::domain {

bool operator==(const PlannedDose& a, const PlannedDose& b) {
  return a.at == b.at && a.milligrams == b.milligrams;
}

namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Instant kStart = absl::FromUnixSeconds(1'780'272'000);  // 2026-06-01T00:00:00Z

MedicationOrder Order() {
  MedicationOrder order;
  DoseStep step;
  step.from = kStart;
  step.milligrams = 4;
  step.daily_at = {{8, 0}, {20, 0}};
  order.steps = {step};
  step.from = kStart + absl::Hours(24);
  step.milligrams = 8;
  step.daily_at.clear();
  step.every = absl::Hours(24);
  order.steps.push_back(step);
  order.ends_at = kStart + absl::Hours(72);
  return order;
}

TEST(PlannedDoses, AStepHoldsUntilTheNextOneOrTheEndOfTheOrder) {
  EXPECT_THAT(
      PlannedDoses(Order(), "UTC", kStart, absl::InfiniteFuture()),
      ElementsAre(PlannedDose{kStart + absl::Hours(8), 4}, PlannedDose{kStart + absl::Hours(20), 4},
                  PlannedDose{kStart + absl::Hours(24), 8},
                  PlannedDose{kStart + absl::Hours(48), 8}));
}

TEST(PlannedDoses, TheBeginningBelongsToTheTimeAskedForAndItsEndDoesNot) {
  EXPECT_THAT(PlannedDoses(Order(), "UTC", kStart + absl::Hours(8), kStart + absl::Hours(20)),
              ElementsAre(PlannedDose{kStart + absl::Hours(8), 4}));
  EXPECT_THAT(PlannedDoses(Order(), "UTC", kStart + absl::Hours(25), kStart + absl::Hours(48)),
              IsEmpty());
  EXPECT_THAT(PlannedDoses(Order(), "UTC", kStart + absl::Hours(25), kStart + absl::Hours(49)),
              ElementsAre(PlannedDose{kStart + absl::Hours(48), 8}));
}

TEST(PlannedDoses, LocalTimesAreThoseOfTheZone) {
  EXPECT_THAT(PlannedDoses(Order(), "Europe/London", kStart, kStart + absl::Hours(12)),
              ElementsAre(PlannedDose{kStart + absl::Hours(7), 4}));
}

TEST(DailyMilligrams, CountTheDosesOfADay) {
  EXPECT_EQ(DailyMilligrams(Order().steps[0]), 8);
  EXPECT_EQ(DailyMilligrams(Order().steps[1]), 8);
  DoseStep depot;
  depot.milligrams = 280;
  depot.every = absl::Hours(24 * 28);
  EXPECT_EQ(DailyMilligrams(depot), 10);
}

}  // namespace
}  // namespace withdrawal::domain
