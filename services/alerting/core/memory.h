// What a check-in leaves behind for later comparison: doses, courses, readings and series. Bounded
// in number and age; only what some rule of the policy asks for is kept.
#pragma once

#include "libs/domain/rule.h"
#include "services/alerting/core/facts.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

void RememberDose(State& state, const domain::CheckIn& check_in, const domain::AlertPolicy& policy);
// The observations that windows and comparisons of rules look back at.
void RememberReadings(State& state, const Facts& facts, const domain::AlertPolicy& policy);
// Keeps earlier versions for observations that come late, and when each order was first recorded.
// Call before the new plan takes the place of `state.plan`.
void RememberPlan(State& state, const domain::CarePlan* next, Instant recorded_at);

// The catalogue's name for a product or one of its aliases; unknown names stay as they are.
std::string ProductOf(const std::string& product, const domain::AlertPolicy& policy);
std::string ClassOf(const std::string& product, const domain::AlertPolicy& policy);

}  // namespace withdrawal::alerting
