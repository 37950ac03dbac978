#include "services/clinician/plan_reviewer.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/intake.h"
#include "libs/codec/plan_review.h"
#include "libs/codec/time.h"
#include "libs/rpc/status.h"

namespace withdrawal::clinician {
namespace {

absl::Status Unreadable() { return absl::DataLossError("the intake kept of the person is broken"); }

// Fields a proposal cannot do without; the rest is checked when the plan is put.
std::vector<domain::FieldError> CheckBase(const v1::ProposeCarePlanRequest& request,
                                          const PlanBounds& bounds, absl::Time now) {
  std::vector<domain::FieldError> errors;
  for (domain::FieldError& error : CheckCarePlan(request.care_plan(), bounds, now)) {
    error.field = "care_plan." + error.field;
    errors.push_back(std::move(error));
  }
  if (request.care_plan().schedule().time_zone().empty()) {
    errors.push_back({"care_plan.schedule.time_zone", "REQUIRED", "templates have local times"});
  }
  const absl::Time start = codec::FromProto(request.start());
  if (request.has_start() &&
      (!codec::IsValid(request.start()) || start > now + absl::Hours(24 * 31) ||
       start < now - absl::Hours(24 * 31))) {
    errors.push_back({"start", "IMPLAUSIBLE_TIME", "within 31 days of now"});
  }
  return errors;
}

}  // namespace

PlanReviewer::PlanReviewer(const catalogue::Catalogue& catalogue)
    : policy_(catalogue::PlanReviewPolicyOf(catalogue)),
      templates_(catalogue.templates),
      bounds_(PlanBounds::Of(catalogue)) {}

grpc::Status PlanReviewer::Review(const QueryContext& context, const events::v1::CarePlan& plan,
                                  std::vector<domain::PlanFinding>& findings) const {
  const auto read = codec::FromProto(plan);
  if (!read.ok()) return rpc::FromAbsl(read.status());
  domain::assessment::Assessment known;
  const auto row =
      context.connection.ReadRow("SELECT intake FROM latest_intake WHERE patient_id = $1::text",
                                 {plan.patient_id()}, context.timeout);
  if (!row.ok()) return rpc::FromAbsl(row.status());
  if (*row) {
    events::v1::IntakeRecorded recorded;
    if (!recorded.ParseFromString((*row)->Bytes(0))) return rpc::FromAbsl(Unreadable());
    const auto intake = codec::FromProto(recorded);
    if (!intake.ok()) return rpc::FromAbsl(Unreadable());
    known = intake->known;
    known.values["intake_not_suitable"] =
        codec::FromProto(recorded.verdict().consequence()) == domain::Consequence::kNotSuitable;
  }
  findings = domain::ReviewPlan(policy_, *read, known);
  return grpc::Status::OK;
}

grpc::Status PlanReviewer::ReviewCarePlan(const QueryContext& context,
                                          const v1::ReviewCarePlanRequest& request,
                                          v1::ReviewCarePlanResponse& response) const {
  const auto errors = CheckCarePlan(request.care_plan(), bounds_, context.now);
  if (!errors.empty()) return rpc::InvalidFields(errors, "care_plan.");
  std::vector<domain::PlanFinding> findings;
  grpc::Status status = Review(context, request.care_plan(), findings);
  for (const auto& finding : findings) *response.add_findings() = codec::ToProto(finding);
  return status;
}

grpc::Status PlanReviewer::ProposeCarePlan(const QueryContext& context,
                                           const v1::ProposeCarePlanRequest& request,
                                           v1::ProposeCarePlanResponse& response) const {
  const auto found = templates_.find(request.template_id());
  if (found == templates_.end()) {
    std::vector<std::string> ids;
    for (const auto& [id, unused] : templates_) ids.push_back(id);
    return rpc::Error(grpc::StatusCode::NOT_FOUND, "TEMPLATE_NOT_FOUND",
                      absl::StrCat("the templates are ", absl::StrJoin(ids, ", ")));
  }
  const auto errors = CheckBase(request, bounds_, context.now);
  if (!errors.empty()) return rpc::InvalidFields(errors, "");
  const auto base = codec::FromProto(request.care_plan());
  if (!base.ok()) return rpc::FromAbsl(base.status());
  const absl::Time start = request.has_start() ? codec::FromProto(request.start()) : context.now;
  *response.mutable_care_plan() = codec::ToProto(domain::Instantiate(found->second, *base, start));
  return grpc::Status::OK;
}

grpc::Status PlanBlocked(const domain::PlanFinding& finding) {
  return rpc::Error(grpc::StatusCode::FAILED_PRECONDITION, "PLAN_BLOCKED",
                    absl::StrCat(finding.rule_id, " ", finding.title, ": ", finding.advice,
                                 " With an override_reason it is recorded all the same."),
                    {{"rule_id", finding.rule_id}});
}

}  // namespace withdrawal::clinician
