// What a person's own app asks for. `patient_id` comes from the token of the caller, never from a
// request.
#pragma once

#include <string>

#include "grpcpp/support/status.h"
#include "services/clinician/queries.h"
#include "withdrawal/patient/v1/patient.pb.h"

namespace withdrawal::clinician {

namespace patient_v1 = ::withdrawal::patient::v1;

// NOT_FOUND PLAN_NOT_FOUND.
grpc::Status ReadMyPlan(const QueryContext& context, const std::string& patient_id,
                        patient_v1::MyPlan& response);

// What the schedule and the orders of the plan ask for until then, ascending; nothing while nothing
// is monitored. A dose of today counts as due until one of the product was reported, at most
// `early` before its time. INVALID_ARGUMENT naming until (ahead, by at most 31 days).
grpc::Status ReadMyDue(const QueryContext& context, const std::string& patient_id,
                       const patient_v1::GetMyDueRequest& request, absl::Duration early,
                       patient_v1::MyDue& response);

// INVALID_ARGUMENT naming page_size or page_token.
grpc::Status ReadMyHistory(const QueryContext& context, const std::string& patient_id,
                           const patient_v1::ListMyHistoryRequest& request,
                           patient_v1::ListMyHistoryResponse& response);

}  // namespace withdrawal::clinician
