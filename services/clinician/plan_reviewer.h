// The review of care plans for the RPCs: with what the newest intake says of the person.
// Any thread with a connection of its own.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "grpcpp/support/status.h"
#include "libs/catalogue/catalogue.h"
#include "libs/domain/plan_review.h"
#include "services/clinician/care_plan_check.h"
#include "services/clinician/queries.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

class PlanReviewer {
 public:
  explicit PlanReviewer(const catalogue::Catalogue& catalogue);

  const domain::CatalogueVersion& version() const { return policy_.version; }

  // UNAVAILABLE, DEADLINE_EXCEEDED as of queries. REQUIRES: the plan passes CheckCarePlan.
  grpc::Status Review(const QueryContext& context, const events::v1::CarePlan& plan,
                      std::vector<domain::PlanFinding>& findings) const;

  // INVALID_ARGUMENT with the field.
  grpc::Status ReviewCarePlan(const QueryContext& context, const v1::ReviewCarePlanRequest& request,
                              v1::ReviewCarePlanResponse& response) const;
  // INVALID_ARGUMENT with the field; NOT_FOUND TEMPLATE_NOT_FOUND.
  grpc::Status ProposeCarePlan(const QueryContext& context,
                               const v1::ProposeCarePlanRequest& request,
                               v1::ProposeCarePlanResponse& response) const;

 private:
  const domain::PlanReviewPolicy policy_;
  const std::map<std::string, domain::PlanTemplate> templates_;
  const PlanBounds bounds_;
};

// FAILED_PRECONDITION PLAN_BLOCKED naming the rule and how to go on.
grpc::Status PlanBlocked(const domain::PlanFinding& finding);

}  // namespace withdrawal::clinician
