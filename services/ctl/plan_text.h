// Care plans, their history and their review as text for the terminal. Pure.
#pragma once

#include <string>
#include <vector>

#include "withdrawal/clinician/v1/clinician.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::ctl {

// The plan as lines "field: value", lists by their ids; what is not set is left out.
std::string PlanText(const events::v1::CarePlan& plan);

// One block per version: when, who, why, findings overridden, and each change as a line.
std::string HistoryText(const std::vector<clinician::v1::CarePlanVersion>& versions);

// One line per finding and its advice below; "nothing to say" when there is none.
std::string FindingsText(
    const google::protobuf::RepeatedPtrField<events::v1::PlanFinding>& findings);

}  // namespace withdrawal::ctl
