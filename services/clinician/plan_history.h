// The versions of a care plan, from the tables.
#pragma once

#include "grpcpp/support/status.h"
#include "services/clinician/queries.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

// INVALID_ARGUMENT with the field, UNAVAILABLE, DEADLINE_EXCEEDED; a person without a plan has no
// versions. Any thread with a connection of its own.
grpc::Status GetCarePlanHistory(const QueryContext& context,
                                const v1::GetCarePlanHistoryRequest& request,
                                v1::GetCarePlanHistoryResponse& response);

}  // namespace withdrawal::clinician
