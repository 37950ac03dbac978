#include "services/clinician/rpc_service.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "libs/rpc/status.h"
#include "libs/rpc/trace_context.h"
#include "services/clinician/outcomes.h"
#include "services/clinician/plan_history.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kStatementMax = absl::Seconds(5);
constexpr absl::Duration kRetryAfter = absl::Seconds(1);

absl::Duration TimeLeft(const grpc::CallbackServerContext& context, absl::Time now) {
  return absl::FromChrono(context.deadline()) - now;
}

std::string TraceParent(const grpc::CallbackServerContext& context) {
  return rpc::FormatTraceparent(rpc::TraceOf(context));
}

}  // namespace

template <typename Work>
grpc::ServerUnaryReactor* RpcService::OnWorker(grpc::CallbackServerContext* context, Work work) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const bool taken = workers_.Submit([context, reactor, work](Connection& connection) mutable {
    const absl::Time now = absl::Now();
    const absl::Duration left = TimeLeft(*context, now);
    if (context->IsCancelled() || left <= absl::ZeroDuration()) {
      // It waited in the queue for as long as the caller was willing to.
      return reactor->Finish(rpc::Error(grpc::StatusCode::DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED",
                                        "the call waited too long for a database connection"));
    }
    const QueryContext query{connection, std::min(left, kStatementMax), now};
    work(query, [reactor](const grpc::Status& status) { reactor->Finish(status); });
  });
  if (!taken) {
    metrics_.shed.Increment();
    rpc::AddPushback(*context, kRetryAfter);
    reactor->Finish(
        rpc::ResourceExhausted("SERVER_BUSY", "too many queries are waiting", kRetryAfter));
  }
  return reactor;
}

grpc::ServerUnaryReactor* RpcService::ListPatients(grpc::CallbackServerContext* context,
                                                   const v1::ListPatientsRequest* request,
                                                   v1::ListPatientsResponse* response) {
  return OnWorker(context, [this, request, response](const QueryContext& query, auto done) {
    const grpc::Status status = queries_.ListPatients(query, *request, *response);
    *response->mutable_health() = health_.Read();
    done(status);
  });
}

grpc::ServerUnaryReactor* RpcService::GetPatient(grpc::CallbackServerContext* context,
                                                 const v1::GetPatientRequest* request,
                                                 v1::PatientSummary* response) {
  return OnWorker(context, [this, request, response](const QueryContext& query, auto done) {
    done(queries_.GetPatient(query, *request, *response));
  });
}

grpc::ServerUnaryReactor* RpcService::GetTimeline(grpc::CallbackServerContext* context,
                                                  const v1::GetTimelineRequest* request,
                                                  v1::GetTimelineResponse* response) {
  return OnWorker(context, [this, request, response](const QueryContext& query, auto done) {
    done(queries_.GetTimeline(query, *request, *response));
  });
}

grpc::ServerUnaryReactor* RpcService::GetOutcomes(grpc::CallbackServerContext* context,
                                                  const v1::GetOutcomesRequest* request,
                                                  v1::Outcomes* response) {
  return OnWorker(context, [request, response](const QueryContext& query, auto done) {
    done(clinician::GetOutcomes(query, *request, *response));
  });
}

grpc::ServerUnaryReactor* RpcService::ListAlerts(grpc::CallbackServerContext* context,
                                                 const v1::ListAlertsRequest* request,
                                                 v1::ListAlertsResponse* response) {
  return OnWorker(context, [this, request, response](const QueryContext& query, auto done) {
    done(queries_.ListAlerts(query, *request, *response));
  });
}

grpc::ServerWriteReactor<v1::WatchAlertsResponse>* RpcService::WatchAlerts(
    grpc::CallbackServerContext* context, const v1::WatchAlertsRequest* request) {
  return hub_.Open(*context, *request);
}

grpc::ServerUnaryReactor* RpcService::AcknowledgeAlert(grpc::CallbackServerContext* context,
                                                       const v1::AcknowledgeAlertRequest* request,
                                                       v1::AlertCommandResponse* response) {
  return OnWorker(context, [this, trace = TraceParent(*context), request, response](
                               const QueryContext& query, auto done) {
    commands_.Acknowledge(query, *request, trace, *response, done);
  });
}

grpc::ServerUnaryReactor* RpcService::ResolveAlert(grpc::CallbackServerContext* context,
                                                   const v1::ResolveAlertRequest* request,
                                                   v1::AlertCommandResponse* response) {
  return OnWorker(context, [this, trace = TraceParent(*context), request, response](
                               const QueryContext& query, auto done) {
    commands_.Resolve(query, *request, trace, *response, done);
  });
}

grpc::ServerUnaryReactor* RpcService::PutCarePlan(grpc::CallbackServerContext* context,
                                                  const v1::PutCarePlanRequest* request,
                                                  v1::PutCarePlanResponse* response) {
  return OnWorker(context, [this, trace = TraceParent(*context), request, response](
                               const QueryContext& query, auto done) {
    plans_.PutCarePlan(query, *request, trace, *response, done);
  });
}

grpc::ServerUnaryReactor* RpcService::ReviewCarePlan(grpc::CallbackServerContext* context,
                                                     const v1::ReviewCarePlanRequest* request,
                                                     v1::ReviewCarePlanResponse* response) {
  return OnWorker(context, [this, request, response](const QueryContext& query, auto done) {
    done(reviewer_.ReviewCarePlan(query, *request, *response));
  });
}

grpc::ServerUnaryReactor* RpcService::ProposeCarePlan(grpc::CallbackServerContext* context,
                                                      const v1::ProposeCarePlanRequest* request,
                                                      v1::ProposeCarePlanResponse* response) {
  return OnWorker(context, [this, request, response](const QueryContext& query, auto done) {
    done(reviewer_.ProposeCarePlan(query, *request, *response));
  });
}

grpc::ServerUnaryReactor* RpcService::GetCarePlanHistory(
    grpc::CallbackServerContext* context, const v1::GetCarePlanHistoryRequest* request,
    v1::GetCarePlanHistoryResponse* response) {
  return OnWorker(context, [request, response](const QueryContext& query, auto done) {
    done(clinician::GetCarePlanHistory(query, *request, *response));
  });
}

grpc::ServerUnaryReactor* RpcService::ShelveAlert(grpc::CallbackServerContext* context,
                                                  const v1::ShelveAlertRequest* request,
                                                  v1::AlertCommandResponse* response) {
  return OnWorker(context, [this, trace = TraceParent(*context), request, response](
                               const QueryContext& query, auto done) {
    commands_.Shelve(query, *request, trace, *response, done);
  });
}

grpc::ServerUnaryReactor* RpcService::UnshelveAlert(grpc::CallbackServerContext* context,
                                                    const v1::UnshelveAlertRequest* request,
                                                    v1::AlertCommandResponse* response) {
  return OnWorker(context, [this, trace = TraceParent(*context), request, response](
                               const QueryContext& query, auto done) {
    commands_.Unshelve(query, *request, trace, *response, done);
  });
}

grpc::ServerUnaryReactor* RpcService::ReportFailedCall(grpc::CallbackServerContext* context,
                                                       const v1::ReportFailedCallRequest* request,
                                                       v1::AlertCommandResponse* response) {
  return OnWorker(context, [this, trace = TraceParent(*context), request, response](
                               const QueryContext& query, auto done) {
    commands_.ReportFailedCall(query, *request, trace, *response, done);
  });
}

grpc::ServerUnaryReactor* RpcService::PausePatient(grpc::CallbackServerContext* context,
                                                   const v1::PausePatientRequest* request,
                                                   v1::PutCarePlanResponse* response) {
  return OnWorker(context, [this, trace = TraceParent(*context), request, response](
                               const QueryContext& query, auto done) {
    life_cycle_.Pause(query, *request, trace, *response, done);
  });
}

grpc::ServerUnaryReactor* RpcService::ResumePatient(grpc::CallbackServerContext* context,
                                                    const v1::ResumePatientRequest* request,
                                                    v1::PutCarePlanResponse* response) {
  return OnWorker(context, [this, trace = TraceParent(*context), request, response](
                               const QueryContext& query, auto done) {
    life_cycle_.Resume(query, *request, trace, *response, done);
  });
}

grpc::ServerUnaryReactor* RpcService::TransferPatient(grpc::CallbackServerContext* context,
                                                      const v1::TransferPatientRequest* request,
                                                      v1::PutCarePlanResponse* response) {
  return OnWorker(context, [this, trace = TraceParent(*context), request, response](
                               const QueryContext& query, auto done) {
    life_cycle_.Transfer(query, *request, trace, *response, done);
  });
}

grpc::ServerUnaryReactor* RpcService::DischargePatient(grpc::CallbackServerContext* context,
                                                       const v1::DischargePatientRequest* request,
                                                       v1::PutCarePlanResponse* response) {
  return OnWorker(context, [this, trace = TraceParent(*context), request, response](
                               const QueryContext& query, auto done) {
    life_cycle_.Discharge(query, *request, trace, *response, done);
  });
}

grpc::ServerUnaryReactor* RpcService::RecordIntake(grpc::CallbackServerContext* context,
                                                   const v1::RecordIntakeRequest* request,
                                                   v1::RecordIntakeResponse* response) {
  return OnWorker(context, [this, trace = TraceParent(*context), request, response](
                               const QueryContext& query, auto done) {
    intakes_.Record(query, *request, trace, *response, done);
  });
}

grpc::ServerUnaryReactor* RpcService::GetIntake(grpc::CallbackServerContext* context,
                                                const v1::GetIntakeRequest* request,
                                                events::v1::IntakeRecorded* response) {
  return OnWorker(context, [this, request, response](const QueryContext& query, auto done) {
    done(intakes_.Get(query, *request, *response));
  });
}

}  // namespace withdrawal::clinician
