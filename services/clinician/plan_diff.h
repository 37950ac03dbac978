// What one version of a care plan changed of the one before, field by field, for people to read.
#pragma once

#include <string>
#include <vector>

#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::clinician {

// In order of the fields; entries of lists are told apart by their ids, not their places, so that
// inserting one is one line. The etag is left out: it changes with each version.
std::vector<std::string> DiffPlans(const events::v1::CarePlan& before,
                                   const events::v1::CarePlan& after);

}  // namespace withdrawal::clinician
