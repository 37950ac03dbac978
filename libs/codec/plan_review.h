// Findings of the review of care plans as protobuf. Pure and thread-safe.
#pragma once

#include "libs/domain/plan_review.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::codec {

events::v1::PlanFinding ToProto(const domain::PlanFinding& finding);

}  // namespace withdrawal::codec
