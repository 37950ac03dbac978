// ClinicianService on gRPC's callback API: every unary call goes the way of calls.h, watches to the
// hub. Nothing here waits.
#pragma once

#include "grpcpp/grpcpp.h"
#include "libs/catalogue/catalogue.h"
#include "services/clinician/calls.h"
#include "services/clinician/commands.h"
#include "services/clinician/health_board.h"
#include "services/clinician/intakes.h"
#include "services/clinician/life_cycle.h"
#include "services/clinician/plan_reviewer.h"
#include "services/clinician/plan_writer.h"
#include "services/clinician/queries.h"
#include "services/clinician/watch_hub.h"
#include "withdrawal/clinician/v1/clinician.grpc.pb.h"

namespace withdrawal::clinician {

class RpcService final : public v1::ClinicianService::CallbackService {
 public:
  RpcService(Calls& calls, const Queries& queries, const PlanReviewer& reviewer, Commands& commands,
             PlanWriter& plans, Intakes& intakes, LifeCycle& life_cycle, const HealthBoard& health,
             const AlertRing& ring, AlertHub& alerts, PatientHub& patients,
             const catalogue::Catalogue& catalogue)
      : calls_(calls),
        queries_(queries),
        reviewer_(reviewer),
        commands_(commands),
        plans_(plans),
        intakes_(intakes),
        life_cycle_(life_cycle),
        health_(health),
        ring_(ring),
        alerts_(alerts),
        patients_(patients),
        catalogue_(catalogue) {}

  grpc::ServerUnaryReactor* ListPatients(grpc::CallbackServerContext* context,
                                         const v1::ListPatientsRequest* request,
                                         v1::ListPatientsResponse* response) override;
  grpc::ServerUnaryReactor* GetPatient(grpc::CallbackServerContext* context,
                                       const v1::GetPatientRequest* request,
                                       v1::PatientSummary* response) override;
  grpc::ServerUnaryReactor* GetTimeline(grpc::CallbackServerContext* context,
                                        const v1::GetTimelineRequest* request,
                                        v1::GetTimelineResponse* response) override;
  grpc::ServerUnaryReactor* ListAlerts(grpc::CallbackServerContext* context,
                                       const v1::ListAlertsRequest* request,
                                       v1::ListAlertsResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchAlertsResponse>* WatchAlerts(
      grpc::CallbackServerContext* context, const v1::WatchAlertsRequest* request) override;
  grpc::ServerUnaryReactor* AcknowledgeAlert(grpc::CallbackServerContext* context,
                                             const v1::AcknowledgeAlertRequest* request,
                                             v1::AlertCommandResponse* response) override;
  grpc::ServerUnaryReactor* ResolveAlert(grpc::CallbackServerContext* context,
                                         const v1::ResolveAlertRequest* request,
                                         v1::AlertCommandResponse* response) override;
  grpc::ServerUnaryReactor* PutCarePlan(grpc::CallbackServerContext* context,
                                        const v1::PutCarePlanRequest* request,
                                        v1::PutCarePlanResponse* response) override;
  grpc::ServerUnaryReactor* GetOutcomes(grpc::CallbackServerContext* context,
                                        const v1::GetOutcomesRequest* request,
                                        v1::Outcomes* response) override;
  grpc::ServerUnaryReactor* ReviewCarePlan(grpc::CallbackServerContext* context,
                                           const v1::ReviewCarePlanRequest* request,
                                           v1::ReviewCarePlanResponse* response) override;
  grpc::ServerUnaryReactor* ProposeCarePlan(grpc::CallbackServerContext* context,
                                            const v1::ProposeCarePlanRequest* request,
                                            v1::ProposeCarePlanResponse* response) override;
  grpc::ServerUnaryReactor* GetCarePlanHistory(grpc::CallbackServerContext* context,
                                               const v1::GetCarePlanHistoryRequest* request,
                                               v1::GetCarePlanHistoryResponse* response) override;
  grpc::ServerUnaryReactor* ShelveAlert(grpc::CallbackServerContext* context,
                                        const v1::ShelveAlertRequest* request,
                                        v1::AlertCommandResponse* response) override;
  grpc::ServerUnaryReactor* UnshelveAlert(grpc::CallbackServerContext* context,
                                          const v1::UnshelveAlertRequest* request,
                                          v1::AlertCommandResponse* response) override;
  grpc::ServerUnaryReactor* ReportFailedCall(grpc::CallbackServerContext* context,
                                             const v1::ReportFailedCallRequest* request,
                                             v1::AlertCommandResponse* response) override;
  grpc::ServerUnaryReactor* PausePatient(grpc::CallbackServerContext* context,
                                         const v1::PausePatientRequest* request,
                                         v1::PutCarePlanResponse* response) override;
  grpc::ServerUnaryReactor* ResumePatient(grpc::CallbackServerContext* context,
                                          const v1::ResumePatientRequest* request,
                                          v1::PutCarePlanResponse* response) override;
  grpc::ServerUnaryReactor* TransferPatient(grpc::CallbackServerContext* context,
                                            const v1::TransferPatientRequest* request,
                                            v1::PutCarePlanResponse* response) override;
  grpc::ServerUnaryReactor* DischargePatient(grpc::CallbackServerContext* context,
                                             const v1::DischargePatientRequest* request,
                                             v1::PutCarePlanResponse* response) override;
  grpc::ServerUnaryReactor* RecordIntake(grpc::CallbackServerContext* context,
                                         const v1::RecordIntakeRequest* request,
                                         v1::RecordIntakeResponse* response) override;
  grpc::ServerUnaryReactor* GetIntake(grpc::CallbackServerContext* context,
                                      const v1::GetIntakeRequest* request,
                                      events::v1::IntakeRecorded* response) override;
  grpc::ServerUnaryReactor* ReassignAlert(grpc::CallbackServerContext* context,
                                          const v1::ReassignAlertRequest* request,
                                          v1::AlertCommandResponse* response) override;
  grpc::ServerUnaryReactor* CommentAlert(grpc::CallbackServerContext* context,
                                         const v1::CommentAlertRequest* request,
                                         v1::AlertCommandResponse* response) override;
  grpc::ServerUnaryReactor* GetAlert(grpc::CallbackServerContext* context,
                                     const v1::GetAlertRequest* request,
                                     v1::GetAlertResponse* response) override;
  grpc::ServerUnaryReactor* RequestCheckIn(grpc::CallbackServerContext* context,
                                           const v1::RequestCheckInRequest* request,
                                           v1::PutCarePlanResponse* response) override;
  grpc::ServerUnaryReactor* MergePatient(grpc::CallbackServerContext* context,
                                         const v1::MergePatientRequest* request,
                                         v1::PutCarePlanResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchPatientsResponse>* WatchPatients(
      grpc::CallbackServerContext* context, const v1::WatchPatientsRequest* request) override;
  grpc::ServerUnaryReactor* GetAlarmStatistics(grpc::CallbackServerContext* context,
                                               const v1::GetAlarmStatisticsRequest* request,
                                               v1::AlarmStatistics* response) override;
  grpc::ServerUnaryReactor* GetCatalogue(grpc::CallbackServerContext* context,
                                         const v1::GetCatalogueRequest* request,
                                         v1::Catalogue* response) override;

 private:
  Calls& calls_;
  const Queries& queries_;
  const PlanReviewer& reviewer_;
  Commands& commands_;
  PlanWriter& plans_;
  Intakes& intakes_;
  LifeCycle& life_cycle_;
  const HealthBoard& health_;
  const AlertRing& ring_;
  AlertHub& alerts_;
  PatientHub& patients_;
  const catalogue::Catalogue& catalogue_;
};

}  // namespace withdrawal::clinician
