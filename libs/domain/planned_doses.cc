#include "libs/domain/planned_doses.h"

#include <algorithm>

#include "libs/domain/schedule.h"

namespace withdrawal::domain {

std::vector<PlannedDose> PlannedDoses(const MedicationOrder& order, const std::string& time_zone,
                                      Instant from, Instant to) {
  std::vector<PlannedDose> doses;
  for (size_t i = 0; i < order.steps.size(); ++i) {
    const DoseStep& step = order.steps[i];
    Instant end = std::min(to, order.ends_at.value_or(absl::InfiniteFuture()));
    if (i + 1 < order.steps.size()) end = std::min(end, order.steps[i + 1].from);
    const Instant begin = std::max(from, step.from);
    if (begin >= end) continue;
    if (step.every) {
      const absl::Duration passed = absl::Ceil(begin - step.from, *step.every);
      for (Instant at = step.from + passed; at < end; at += *step.every) {
        doses.push_back({at, step.milligrams});
      }
      continue;
    }
    for (Instant at = NextLocalTime(step.daily_at, time_zone, begin - absl::Nanoseconds(1));
         at < end; at = NextLocalTime(step.daily_at, time_zone, at)) {
      doses.push_back({at, step.milligrams});
    }
  }
  return doses;
}

double DailyMilligrams(const DoseStep& step) {
  if (step.every) return step.milligrams * absl::FDivDuration(absl::Hours(24), *step.every);
  return step.milligrams * static_cast<double>(step.daily_at.size());
}

}  // namespace withdrawal::domain
