// PatientService on gRPC's callback API: what a person's own app works with. Whom it is about is
// the caller, by the way of calls.h.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "libs/catalogue/catalogue.h"
#include "services/clinician/calls.h"
#include "services/clinician/consents.h"
#include "services/clinician/disclosures.h"
#include "withdrawal/patient/v1/patient.grpc.pb.h"

namespace withdrawal::clinician {

namespace patient_v1 = ::withdrawal::patient::v1;

class PatientRpc final : public patient_v1::PatientService::CallbackService {
 public:
  PatientRpc(Calls& calls, Consents& consents, const Disclosures& disclosures,
             const catalogue::Catalogue& catalogue)
      : calls_(calls),
        consents_(consents),
        disclosures_(disclosures),
        emergency_text_(catalogue.emergency_text),
        catalogue_version_(catalogue.version.version),
        early_(catalogue.missed.early) {}

  grpc::ServerUnaryReactor* GetMyPlan(grpc::CallbackServerContext* context,
                                      const patient_v1::GetMyPlanRequest* request,
                                      patient_v1::MyPlan* response) override;
  grpc::ServerUnaryReactor* GetMyDue(grpc::CallbackServerContext* context,
                                     const patient_v1::GetMyDueRequest* request,
                                     patient_v1::MyDue* response) override;
  grpc::ServerUnaryReactor* ListMyHistory(grpc::CallbackServerContext* context,
                                          const patient_v1::ListMyHistoryRequest* request,
                                          patient_v1::ListMyHistoryResponse* response) override;
  grpc::ServerUnaryReactor* GetEmergencyText(grpc::CallbackServerContext* context,
                                             const patient_v1::GetEmergencyTextRequest* request,
                                             patient_v1::EmergencyText* response) override;
  grpc::ServerUnaryReactor* GetMyConsents(grpc::CallbackServerContext* context,
                                          const patient_v1::GetMyConsentsRequest* request,
                                          patient_v1::MyConsents* response) override;

 private:
  grpc::Status ReadMyConsents(const QueryContext& query, patient_v1::MyConsents& answer) const;

  Calls& calls_;
  Consents& consents_;
  const Disclosures& disclosures_;
  const std::string emergency_text_;
  const std::string catalogue_version_;
  const absl::Duration early_;
};

}  // namespace withdrawal::clinician
