#include "services/clinician/life_cycle.h"

#include <utility>

#include "libs/codec/time.h"
#include "libs/rpc/status.h"
#include "services/clinician/due_rows.h"
#include "services/clinician/request_check.h"
#include "services/clinician/requested_check_in.h"

namespace withdrawal::clinician {
namespace {

using events::v1::CarePlan;
using events::v1::CarePlanRecorded;
using rpc::FieldViolation;

constexpr size_t kIdMax = 64;

void Continue(CarePlan& plan) {
  plan.set_status(events::v1::MONITORING_STATUS_ACTIVE);
  plan.clear_paused_until();
}

grpc::Status NotMonitored() {
  return rpc::Error(grpc::StatusCode::FAILED_PRECONDITION, "NOT_MONITORED",
                    "monitoring has ended (enrol the person again), or rests (resume it)");
}

void CheckPlainId(const std::string& field, const std::string& id,
                  std::vector<FieldViolation>& violations) {
  CheckId(field, id, kIdMax, violations);
  if (IsId(id, kIdMax) && !IsPlainId(id, kIdMax)) {
    violations.push_back({field, "INVALID_ID", "1 to 64 of [A-Za-z0-9._-]"});
  }
}

bool HasEnded(const CarePlanRecorded& recorded) {
  return recorded.care_plan().status() == events::v1::MONITORING_STATUS_ENDED;
}

}  // namespace

template <typename Request, typename Apply>
void LifeCycle::Write(const QueryContext& context, const Request& request,
                      std::vector<FieldViolation> violations, const std::string& trace_parent,
                      v1::PutCarePlanResponse& response, Done done, const Apply& apply) {
  CheckId("patient_id", request.patient_id(), kIdMax, violations);
  CheckActor(request.actor(), violations);
  CheckText("reason", request.reason(), true, violations);
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  CarePlanRecorded before;
  if (grpc::Status status = plans_.ReadNewest(context, request.patient_id(), before);
      !status.ok()) {
    return done(status);
  }
  CarePlanRecorded next = before;  // what the review said of the plan goes with it
  if (grpc::Status status = apply(before, next); !status.ok()) return done(status);
  next.set_author(request.actor());
  next.set_reason(request.reason());
  plans_.Change(context, before, std::move(next), trace_parent, response, std::move(done));
}

void LifeCycle::Pause(const QueryContext& context, const v1::PausePatientRequest& request,
                      const std::string& trace_parent, v1::PutCarePlanResponse& response,
                      Done done) {
  std::vector<FieldViolation> violations;
  if (request.has_until() &&
      (!codec::IsValid(request.until()) || codec::FromProto(request.until()) <= context.now)) {
    violations.push_back({"until", "OUT_OF_RANGE", "must lie ahead"});
  }
  Write(context, request, std::move(violations), trace_parent, response, std::move(done),
        [&](const CarePlanRecorded& before, CarePlanRecorded& next) {
          if (HasEnded(before)) return NotMonitored();
          CarePlan& plan = *next.mutable_care_plan();
          plan.set_status(events::v1::MONITORING_STATUS_PAUSED);
          plan.clear_paused_until();
          if (request.has_until()) *plan.mutable_paused_until() = request.until();
          return grpc::Status(grpc::Status::OK);
        });
}

void LifeCycle::Resume(const QueryContext& context, const v1::ResumePatientRequest& request,
                       const std::string& trace_parent, v1::PutCarePlanResponse& response,
                       Done done) {
  std::vector<FieldViolation> violations;
  CheckOverrideReason(request.override_reason(), violations);
  Write(context, request, std::move(violations), trace_parent, response, std::move(done),
        [&](const CarePlanRecorded& before, CarePlanRecorded& next) {
          if (HasEnded(before)) return NotMonitored();
          Continue(*next.mutable_care_plan());
          return plans_.Review(context, before, request.override_reason(), next);
        });
}

void LifeCycle::Transfer(const QueryContext& context, const v1::TransferPatientRequest& request,
                         const std::string& trace_parent, v1::PutCarePlanResponse& response,
                         Done done) {
  std::vector<FieldViolation> violations;
  CheckPlainId("to_team", request.to_team(), violations);
  Write(context, request, std::move(violations), trace_parent, response, std::move(done),
        [&](const CarePlanRecorded& before, CarePlanRecorded& next) {
          if (HasEnded(before)) return NotMonitored();
          next.mutable_care_plan()->set_team(request.to_team());
          return grpc::Status(grpc::Status::OK);
        });
}

void LifeCycle::Discharge(const QueryContext& context, const v1::DischargePatientRequest& request,
                          const std::string& trace_parent, v1::PutCarePlanResponse& response,
                          Done done) {
  std::vector<FieldViolation> violations;
  if (request.kind() == events::v1::DISCHARGE_KIND_UNSPECIFIED ||
      !events::v1::DischargeKind_IsValid(request.kind())) {
    violations.push_back({"kind", "REQUIRED", "completed, transferred, left or died"});
  }
  if (!request.destination().empty()) {
    CheckPlainId("destination", request.destination(), violations);
  }
  Write(context, request, std::move(violations), trace_parent, response, std::move(done),
        [&](const CarePlanRecorded& before, CarePlanRecorded& next) {
          CarePlan& plan = *next.mutable_care_plan();
          events::v1::Discharge& discharge = *plan.mutable_discharge();
          // The same again, a retry say, keeps the time of the first.
          const bool again = HasEnded(before) && discharge.kind() == request.kind();
          if (HasEnded(before) && !again) return NotMonitored();
          Continue(plan);
          plan.set_status(events::v1::MONITORING_STATUS_ENDED);
          discharge.set_kind(request.kind());
          if (!again) *discharge.mutable_at() = ToTimestamp(context.now);
          discharge.set_destination(request.destination());
          return grpc::Status(grpc::Status::OK);
        });
}

void LifeCycle::Merge(const QueryContext& context, const v1::MergePatientRequest& request,
                      const std::string& trace_parent, v1::PutCarePlanResponse& response,
                      Done done) {
  const std::string& into = request.into_patient_id();
  std::vector<FieldViolation> violations;
  CheckId("into_patient_id", into, kIdMax, violations);
  if (!into.empty() && into == request.patient_id()) {
    violations.push_back({"into_patient_id", "SAME_PATIENT", "another than patient_id"});
  }
  Write(context, request, std::move(violations), trace_parent, response, std::move(done),
        [&](const CarePlanRecorded& before, CarePlanRecorded& next) {
          const std::string& merged_into = before.care_plan().merged_into();
          if (!merged_into.empty() && merged_into != into) {
            return rpc::Error(grpc::StatusCode::FAILED_PRECONDITION, "ALREADY_MERGED",
                              "this record was merged into another", {{"patient_id", merged_into}});
          }
          CarePlanRecorded target;
          grpc::Status status = plans_.ReadNewest(context, into, target);
          if (!status.ok()) return status;
          if (HasEnded(target)) {
            return rpc::Error(grpc::StatusCode::FAILED_PRECONDITION, "MERGE_TARGET_NOT_MONITORED",
                              "the record to go on under is not in care");
          }
          CarePlan& plan = *next.mutable_care_plan();
          Continue(plan);
          plan.set_status(events::v1::MONITORING_STATUS_ENDED);
          plan.set_merged_into(into);
          return grpc::Status(grpc::Status::OK);
        });
}

void LifeCycle::RequestCheckIn(const QueryContext& context,
                               const v1::RequestCheckInRequest& request,
                               const std::string& trace_parent, v1::PutCarePlanResponse& response,
                               Done done) {
  domain::DueFacts facts;
  Write(context, request, CheckRequestedCheckIn(request, plans_.bounds()), trace_parent, response,
        std::move(done), [&](const CarePlanRecorded& before, CarePlanRecorded& next) {
          if (before.care_plan().status() != events::v1::MONITORING_STATUS_ACTIVE) {
            return NotMonitored();
          }
          const absl::Status status = context.connection.Transact(
              [&](Transaction& transaction) {
                facts =
                    ReadDueRecords(transaction, {request.patient_id()})[request.patient_id()].facts;
                return absl::OkStatus();
              },
              context.timeout);
          if (!status.ok()) return rpc::FromAbsl(status);
          RequestEntry(request, facts, context.now, *next.mutable_care_plan());
          return grpc::Status(grpc::Status::OK);
        });
}

}  // namespace withdrawal::clinician
