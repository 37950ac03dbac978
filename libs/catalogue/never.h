// Conditions that no person can ever meet.
#pragma once

#include <string>

#include "libs/domain/rule.h"

namespace withdrawal::catalogue {

// Why the condition can never be true; empty when it can, as far as one can see: programmes that
// exclude each other, both SpO2 scales at once, windows since last use that do not meet, bounds on
// one number that leave none. Looks through all nesting of `all` and `any`.
std::string WhyNever(const domain::Condition& condition);

}  // namespace withdrawal::catalogue
