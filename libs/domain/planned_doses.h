// When an order plans its doses. Pure functions of the plan.
#pragma once

#include <string>
#include <vector>

#include "libs/domain/care_plan.h"

namespace withdrawal::domain {

struct PlannedDose {
  Instant at;
  double milligrams = 0;
};

// The doses of an order's steps in [from, to), ascending; none for symptom-triggered orders. Doses
// by interval count from the beginning of their step.
std::vector<PlannedDose> PlannedDoses(const MedicationOrder& order, const std::string& time_zone,
                                      Instant from, Instant to);

// Milligrams a day in the step: doses a day times the dose; a depot's share of a day.
double DailyMilligrams(const DoseStep& step);

}  // namespace withdrawal::domain
