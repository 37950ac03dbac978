// Reminders leave a person alone in the quiet hours of the plan. What calls clinicians does not
// wait.
#pragma once

#include <optional>

#include "libs/domain/care_plan.h"
#include "libs/domain/rule.h"

namespace withdrawal::alerting {

// When a rung of a ladder that began at `start` is due. Those that wait for the end of the quiet
// hours keep their distance from each other: a person is reminded before somebody else is told.
domain::Instant RungTime(const domain::Ladder& ladder, size_t rung, domain::Instant start,
                         const std::optional<domain::CarePlan>& plan);

}  // namespace withdrawal::alerting
