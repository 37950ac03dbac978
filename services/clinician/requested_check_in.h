// A check-in that a clinician asks for: an entry of the schedule that is due once. Pure.
#pragma once

#include <vector>

#include "absl/time/time.h"
#include "libs/domain/due.h"
#include "libs/rpc/status.h"
#include "services/clinician/care_plan_check.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

// What is wrong with satisfied_by and within.
std::vector<rpc::FieldViolation> CheckRequestedCheckIn(const v1::RequestCheckInRequest& request,
                                                       const PlanBounds& bounds);

// Adds the entry, due `within` from now. Older ones that were answered (`facts`) are taken out; one
// that was not stays, since its missed check-in would be closed with it.
void RequestEntry(const v1::RequestCheckInRequest& request, const domain::DueFacts& facts,
                  absl::Time now, events::v1::CarePlan& plan);

}  // namespace withdrawal::clinician
