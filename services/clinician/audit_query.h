// The audit trail as its table shows it.
#pragma once

#include "grpcpp/support/status.h"
#include "services/clinician/queries.h"
#include "withdrawal/clinician/v1/privacy.pb.h"

namespace withdrawal::clinician {

// Newest first. A page ends early when it gets too large for a message.
grpc::Status ListAuditEvents(const QueryContext& query, const v1::ListAuditEventsRequest& request,
                             v1::ListAuditEventsResponse& response);

}  // namespace withdrawal::clinician
