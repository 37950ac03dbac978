// The outcome set of a programme (reference EN-10), counted from the read model. What each number
// means is written at proto Outcomes.
#pragma once

#include "services/clinician/queries.h"

namespace withdrawal::clinician {

// INVALID_ARGUMENT names programme, team, since or until; otherwise as Queries.
grpc::Status GetOutcomes(const QueryContext& context, const v1::GetOutcomesRequest& request,
                         v1::Outcomes& response);

}  // namespace withdrawal::clinician
