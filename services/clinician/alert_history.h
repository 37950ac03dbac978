// One alert with everything that happened to it.
#pragma once

#include "grpcpp/support/status.h"
#include "services/clinician/alert_ring.h"
#include "services/clinician/queries.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

// INVALID_ARGUMENT with the field, NOT_FOUND ALERT_NOT_FOUND, UNAVAILABLE, DEADLINE_EXCEEDED. One
// that was just raised is told from the ring, before it is in the tables. Any thread with a
// connection of its own.
grpc::Status GetAlert(const QueryContext& context, const v1::GetAlertRequest& request,
                      const AlertRing& ring, v1::GetAlertResponse& response);

}  // namespace withdrawal::clinician
