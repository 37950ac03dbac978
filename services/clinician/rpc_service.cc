#include "services/clinician/rpc_service.h"

#include <functional>

#include "services/clinician/alarm_statistics.h"
#include "services/clinician/alert_history.h"
#include "services/clinician/catalogue_view.h"
#include "services/clinician/outcomes.h"
#include "services/clinician/plan_history.h"

namespace withdrawal::clinician {

grpc::ServerUnaryReactor* RpcService::ListPatients(grpc::CallbackServerContext* context,
                                                   const v1::ListPatientsRequest* request,
                                                   v1::ListPatientsResponse* response) {
  return calls_.Read(context, request, response,
                     [this](const QueryContext& query, const auto& asked, auto& answer) {
                       const grpc::Status status = queries_.ListPatients(query, asked, answer);
                       *answer.mutable_health() = health_.Read();
                       return status;
                     });
}

grpc::ServerUnaryReactor* RpcService::GetPatient(grpc::CallbackServerContext* context,
                                                 const v1::GetPatientRequest* request,
                                                 v1::PatientSummary* response) {
  return calls_.Read(context, request, response, std::bind_front(&Queries::GetPatient, &queries_));
}

grpc::ServerUnaryReactor* RpcService::GetTimeline(grpc::CallbackServerContext* context,
                                                  const v1::GetTimelineRequest* request,
                                                  v1::GetTimelineResponse* response) {
  return calls_.Read(context, request, response, std::bind_front(&Queries::GetTimeline, &queries_));
}

grpc::ServerUnaryReactor* RpcService::GetOutcomes(grpc::CallbackServerContext* context,
                                                  const v1::GetOutcomesRequest* request,
                                                  v1::Outcomes* response) {
  return calls_.Read(context, request, response, &clinician::GetOutcomes);
}

grpc::ServerUnaryReactor* RpcService::ListAlerts(grpc::CallbackServerContext* context,
                                                 const v1::ListAlertsRequest* request,
                                                 v1::ListAlertsResponse* response) {
  return calls_.Read(context, request, response, std::bind_front(&Queries::ListAlerts, &queries_));
}

grpc::ServerWriteReactor<v1::WatchAlertsResponse>* RpcService::WatchAlerts(
    grpc::CallbackServerContext* context, const v1::WatchAlertsRequest* request) {
  const std::shared_ptr<AlertStream> stream = alerts_.Open(*context, *request);
  calls_.Watch(*context, *request, [stream, token = request->resume_token()](const auto& grant) {
    stream->Begin(token, grant);
  });
  return stream.get();
}

grpc::ServerUnaryReactor* RpcService::AcknowledgeAlert(grpc::CallbackServerContext* context,
                                                       const v1::AcknowledgeAlertRequest* request,
                                                       v1::AlertCommandResponse* response) {
  return calls_.Write(context, request, response,
                      std::bind_front(&Commands::Acknowledge, &commands_));
}

grpc::ServerUnaryReactor* RpcService::ResolveAlert(grpc::CallbackServerContext* context,
                                                   const v1::ResolveAlertRequest* request,
                                                   v1::AlertCommandResponse* response) {
  return calls_.Write(context, request, response, std::bind_front(&Commands::Resolve, &commands_));
}

grpc::ServerUnaryReactor* RpcService::PutCarePlan(grpc::CallbackServerContext* context,
                                                  const v1::PutCarePlanRequest* request,
                                                  v1::PutCarePlanResponse* response) {
  return calls_.Write(context, request, response,
                      std::bind_front(&PlanWriter::PutCarePlan, &plans_));
}

grpc::ServerUnaryReactor* RpcService::ReviewCarePlan(grpc::CallbackServerContext* context,
                                                     const v1::ReviewCarePlanRequest* request,
                                                     v1::ReviewCarePlanResponse* response) {
  return calls_.Read(context, request, response,
                     std::bind_front(&PlanReviewer::ReviewCarePlan, &reviewer_));
}

grpc::ServerUnaryReactor* RpcService::ProposeCarePlan(grpc::CallbackServerContext* context,
                                                      const v1::ProposeCarePlanRequest* request,
                                                      v1::ProposeCarePlanResponse* response) {
  return calls_.Read(context, request, response,
                     std::bind_front(&PlanReviewer::ProposeCarePlan, &reviewer_));
}

grpc::ServerUnaryReactor* RpcService::GetCarePlanHistory(
    grpc::CallbackServerContext* context, const v1::GetCarePlanHistoryRequest* request,
    v1::GetCarePlanHistoryResponse* response) {
  return calls_.Read(context, request, response, &clinician::GetCarePlanHistory);
}

grpc::ServerUnaryReactor* RpcService::ShelveAlert(grpc::CallbackServerContext* context,
                                                  const v1::ShelveAlertRequest* request,
                                                  v1::AlertCommandResponse* response) {
  return calls_.Write(context, request, response, std::bind_front(&Commands::Shelve, &commands_));
}

grpc::ServerUnaryReactor* RpcService::UnshelveAlert(grpc::CallbackServerContext* context,
                                                    const v1::UnshelveAlertRequest* request,
                                                    v1::AlertCommandResponse* response) {
  return calls_.Write(context, request, response, std::bind_front(&Commands::Unshelve, &commands_));
}

grpc::ServerUnaryReactor* RpcService::ReportFailedCall(grpc::CallbackServerContext* context,
                                                       const v1::ReportFailedCallRequest* request,
                                                       v1::AlertCommandResponse* response) {
  return calls_.Write(context, request, response,
                      std::bind_front(&Commands::ReportFailedCall, &commands_));
}

grpc::ServerUnaryReactor* RpcService::PausePatient(grpc::CallbackServerContext* context,
                                                   const v1::PausePatientRequest* request,
                                                   v1::PutCarePlanResponse* response) {
  return calls_.Write(context, request, response, std::bind_front(&LifeCycle::Pause, &life_cycle_));
}

grpc::ServerUnaryReactor* RpcService::ResumePatient(grpc::CallbackServerContext* context,
                                                    const v1::ResumePatientRequest* request,
                                                    v1::PutCarePlanResponse* response) {
  return calls_.Write(context, request, response,
                      std::bind_front(&LifeCycle::Resume, &life_cycle_));
}

grpc::ServerUnaryReactor* RpcService::TransferPatient(grpc::CallbackServerContext* context,
                                                      const v1::TransferPatientRequest* request,
                                                      v1::PutCarePlanResponse* response) {
  return calls_.Write(context, request, response,
                      std::bind_front(&LifeCycle::Transfer, &life_cycle_));
}

grpc::ServerUnaryReactor* RpcService::DischargePatient(grpc::CallbackServerContext* context,
                                                       const v1::DischargePatientRequest* request,
                                                       v1::PutCarePlanResponse* response) {
  return calls_.Write(context, request, response,
                      std::bind_front(&LifeCycle::Discharge, &life_cycle_));
}

grpc::ServerUnaryReactor* RpcService::RecordIntake(grpc::CallbackServerContext* context,
                                                   const v1::RecordIntakeRequest* request,
                                                   v1::RecordIntakeResponse* response) {
  return calls_.Write(context, request, response, std::bind_front(&Intakes::Record, &intakes_));
}

grpc::ServerUnaryReactor* RpcService::GetIntake(grpc::CallbackServerContext* context,
                                                const v1::GetIntakeRequest* request,
                                                events::v1::IntakeRecorded* response) {
  return calls_.Read(context, request, response, std::bind_front(&Intakes::Get, &intakes_));
}

grpc::ServerUnaryReactor* RpcService::ReassignAlert(grpc::CallbackServerContext* context,
                                                    const v1::ReassignAlertRequest* request,
                                                    v1::AlertCommandResponse* response) {
  return calls_.Write(context, request, response, std::bind_front(&Commands::Reassign, &commands_));
}

grpc::ServerUnaryReactor* RpcService::CommentAlert(grpc::CallbackServerContext* context,
                                                   const v1::CommentAlertRequest* request,
                                                   v1::AlertCommandResponse* response) {
  return calls_.Write(context, request, response, std::bind_front(&Commands::Comment, &commands_));
}

grpc::ServerUnaryReactor* RpcService::GetAlert(grpc::CallbackServerContext* context,
                                               const v1::GetAlertRequest* request,
                                               v1::GetAlertResponse* response) {
  return calls_.Read(context, request, response,
                     [this](const QueryContext& query, const auto& asked, auto& answer) {
                       return clinician::GetAlert(query, asked, ring_, answer);
                     });
}

grpc::ServerUnaryReactor* RpcService::RequestCheckIn(grpc::CallbackServerContext* context,
                                                     const v1::RequestCheckInRequest* request,
                                                     v1::PutCarePlanResponse* response) {
  return calls_.Write(context, request, response,
                      std::bind_front(&LifeCycle::RequestCheckIn, &life_cycle_));
}

grpc::ServerUnaryReactor* RpcService::MergePatient(grpc::CallbackServerContext* context,
                                                   const v1::MergePatientRequest* request,
                                                   v1::PutCarePlanResponse* response) {
  return calls_.Write(context, request, response, std::bind_front(&LifeCycle::Merge, &life_cycle_));
}

grpc::ServerWriteReactor<v1::WatchPatientsResponse>* RpcService::WatchPatients(
    grpc::CallbackServerContext* context, const v1::WatchPatientsRequest* request) {
  const std::shared_ptr<PatientStream> stream = patients_.Open(*context, *request);
  calls_.Watch(*context, *request, [stream, token = request->resume_token()](const auto& grant) {
    stream->Begin(token, grant);
  });
  return stream.get();
}

grpc::ServerUnaryReactor* RpcService::GetAlarmStatistics(
    grpc::CallbackServerContext* context, const v1::GetAlarmStatisticsRequest* request,
    v1::AlarmStatistics* response) {
  return calls_.Read(context, request, response, &clinician::GetAlarmStatistics);
}

grpc::ServerUnaryReactor* RpcService::GetCatalogue(grpc::CallbackServerContext* context,
                                                   const v1::GetCatalogueRequest* request,
                                                   v1::Catalogue* response) {
  return calls_.Read(context, request, response,
                     [this](const QueryContext&, const auto& asked, auto& answer) {
                       return ViewCatalogue(catalogue_, asked, answer);
                     });
}

}  // namespace withdrawal::clinician
