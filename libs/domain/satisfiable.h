// Can a condition ever be true? By its disjunctive normal form: exact for conditions that look at
// each input by bounds and answers, as all of libs/domain/assessment.h do. For loaders of rules.
#pragma once

#include "libs/domain/assessment.h"

namespace withdrawal::domain::assessment {

// Some possible answers, each inside its input's type and range, make it true. Inputs that are not
// among `inputs` count as free.
bool CanBeTrue(const Condition& condition, const Inputs& inputs);
// Some possible answers make it false.
bool CanBeFalse(const Condition& condition, const Inputs& inputs);

}  // namespace withdrawal::domain::assessment
