// What the review of a care plan looks at: named numbers and answers derived from the plan alone.
// Pure and thread-safe.
#pragma once

#include <map>
#include <string>

#include "libs/domain/assessment.h"
#include "libs/domain/care_plan.h"
#include "libs/domain/plan_review.h"

namespace withdrawal::domain {

// The facts there are and their types; the catalogue says what each means (plan-facts.yaml).
const std::map<std::string, assessment::InputType>& PlanFactTypes();

// A fact is absent when the plan has nothing it could be told from. Where several orders tell it,
// it is that of the worse one: the higher dose, the shorter interval. A day of doses is 23 hours,
// so that the same local time of the next day never falls into it, clock change or not.
assessment::Assessment PlanFacts(const PlanReviewPolicy& policy, const CarePlan& plan);

}  // namespace withdrawal::domain
