#include "services/clinician/life_cycle.h"

#include <utility>

#include "libs/codec/time.h"
#include "libs/rpc/status.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

using events::v1::CarePlan;
using rpc::FieldViolation;

constexpr size_t kNameMax = 128;

void Continue(CarePlan& plan) {
  plan.set_status(events::v1::MONITORING_STATUS_ACTIVE);
  plan.clear_paused_until();
}

}  // namespace

grpc::Status LifeCycle::ReadPlan(const QueryContext& context, const std::string& patient_id,
                                 CarePlan& plan) {
  bool found = false;
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        const Result result = transaction.Execute(
            "SELECT care_plan FROM patient WHERE patient_id = $1::text AND care_plan IS NOT NULL",
            {patient_id});
        found = !result.rows.empty();
        if (found) plan.ParseFromString(result.rows.front().Bytes(0));
        return absl::OkStatus();
      },
      context.timeout);
  if (!status.ok()) return rpc::FromAbsl(status);
  if (found) return grpc::Status::OK;
  return rpc::Error(grpc::StatusCode::NOT_FOUND, "PATIENT_NOT_FOUND",
                    "nobody with this patient_id has a care plan");
}

template <typename Request>
void LifeCycle::Write(const QueryContext& context, const Request& request,
                      std::vector<FieldViolation> violations, const std::string& trace_parent,
                      v1::PutCarePlanResponse& response, Commands::Done done,
                      const Change& change) {
  if (!IsId(request.patient_id(), kNameMax)) {
    violations.push_back({"patient_id", "REQUIRED", "the id of a person"});
  }
  CheckActor(request.actor(), violations);
  CheckText("reason", request.reason(), true, violations);
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  v1::PutCarePlanRequest put;
  CarePlan& plan = *put.mutable_care_plan();
  if (grpc::Status status = ReadPlan(context, request.patient_id(), plan); !status.ok()) {
    return done(status);
  }
  const bool ended = plan.status() == events::v1::MONITORING_STATUS_ENDED;
  if (!change(plan)) {
    *response.mutable_care_plan() = plan;
    return done(grpc::Status::OK);
  }
  if (ended) {
    return done(rpc::Error(grpc::StatusCode::FAILED_PRECONDITION, "NOT_MONITORED",
                           "monitoring has ended: enrol the person again"));
  }
  put.set_actor(request.actor());
  put.set_reason(request.reason());
  commands_.PutCarePlan(context, put, trace_parent, response, std::move(done));
}

void LifeCycle::Pause(const QueryContext& context, const v1::PausePatientRequest& request,
                      const std::string& trace_parent, v1::PutCarePlanResponse& response,
                      Commands::Done done) {
  std::vector<FieldViolation> violations;
  if (request.has_until() &&
      (!codec::IsValid(request.until()) || codec::FromProto(request.until()) <= context.now)) {
    violations.push_back({"until", "OUT_OF_RANGE", "must lie ahead"});
  }
  Write(context, request, std::move(violations), trace_parent, response, std::move(done),
        [&](CarePlan& plan) {
          const bool same = plan.status() == events::v1::MONITORING_STATUS_PAUSED &&
                            plan.has_paused_until() == request.has_until() &&
                            (!request.has_until() || codec::FromProto(plan.paused_until()) ==
                                                         codec::FromProto(request.until()));
          plan.set_status(events::v1::MONITORING_STATUS_PAUSED);
          plan.clear_paused_until();
          if (request.has_until()) *plan.mutable_paused_until() = request.until();
          return !same;
        });
}

void LifeCycle::Resume(const QueryContext& context, const v1::ResumePatientRequest& request,
                       const std::string& trace_parent, v1::PutCarePlanResponse& response,
                       Commands::Done done) {
  Write(context, request, {}, trace_parent, response, std::move(done), [](CarePlan& plan) {
    const bool same = plan.status() == events::v1::MONITORING_STATUS_ACTIVE;
    Continue(plan);
    return !same;
  });
}

void LifeCycle::Transfer(const QueryContext& context, const v1::TransferPatientRequest& request,
                         const std::string& trace_parent, v1::PutCarePlanResponse& response,
                         Commands::Done done) {
  std::vector<FieldViolation> violations;
  if (!IsId(request.to_team(), kNameMax)) {
    violations.push_back({"to_team", "REQUIRED", "the team that takes over"});
  }
  Write(context, request, std::move(violations), trace_parent, response, std::move(done),
        [&](CarePlan& plan) {
          const bool same = plan.team() == request.to_team();
          plan.set_team(request.to_team());
          return !same;
        });
}

void LifeCycle::Discharge(const QueryContext& context, const v1::DischargePatientRequest& request,
                          const std::string& trace_parent, v1::PutCarePlanResponse& response,
                          Commands::Done done) {
  std::vector<FieldViolation> violations;
  if (request.kind() == events::v1::DISCHARGE_KIND_UNSPECIFIED ||
      !events::v1::DischargeKind_IsValid(request.kind())) {
    violations.push_back({"kind", "REQUIRED", "completed, transferred, left or died"});
  }
  if (!request.destination().empty() && !IsId(request.destination(), kNameMax)) {
    violations.push_back({"destination", "INVALID_ID", "printable ASCII without spaces"});
  }
  Write(context, request, std::move(violations), trace_parent, response, std::move(done),
        [&](CarePlan& plan) {
          const bool same = plan.status() == events::v1::MONITORING_STATUS_ENDED &&
                            plan.discharge().kind() == request.kind();
          Continue(plan);
          plan.set_status(events::v1::MONITORING_STATUS_ENDED);
          plan.mutable_discharge()->set_kind(request.kind());
          *plan.mutable_discharge()->mutable_at() = ToTimestamp(context.now);
          plan.mutable_discharge()->set_destination(request.destination());
          return !same;
        });
}

}  // namespace withdrawal::clinician
