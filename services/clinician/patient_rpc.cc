#include "services/clinician/patient_rpc.h"

#include "services/clinician/my_record.h"

namespace withdrawal::clinician {

grpc::ServerUnaryReactor* PatientRpc::GetMyPlan(grpc::CallbackServerContext* context,
                                                const patient_v1::GetMyPlanRequest* request,
                                                patient_v1::MyPlan* response) {
  return calls_.Read(context, request, response,
                     [](const QueryContext& query, const auto&, auto& answer) {
                       return ReadMyPlan(query, query.caller->patient_id, answer);
                     });
}

grpc::ServerUnaryReactor* PatientRpc::GetMyDue(grpc::CallbackServerContext* context,
                                               const patient_v1::GetMyDueRequest* request,
                                               patient_v1::MyDue* response) {
  return calls_.Read(context, request, response,
                     [this](const QueryContext& query, const auto& asked, auto& answer) {
                       return ReadMyDue(query, query.caller->patient_id, asked, early_, answer);
                     });
}

grpc::ServerUnaryReactor* PatientRpc::ListMyHistory(grpc::CallbackServerContext* context,
                                                    const patient_v1::ListMyHistoryRequest* request,
                                                    patient_v1::ListMyHistoryResponse* response) {
  return calls_.Read(context, request, response,
                     [](const QueryContext& query, const auto& asked, auto& answer) {
                       return ReadMyHistory(query, query.caller->patient_id, asked, answer);
                     });
}

grpc::ServerUnaryReactor* PatientRpc::GetEmergencyText(
    grpc::CallbackServerContext* context, const patient_v1::GetEmergencyTextRequest* request,
    patient_v1::EmergencyText* response) {
  return calls_.Read(context, request, response,
                     [this](const QueryContext&, const auto&, auto& answer) {
                       answer.set_text(emergency_text_);
                       answer.set_catalogue_version(catalogue_version_);
                       return grpc::Status(grpc::Status::OK);
                     });
}

grpc::ServerUnaryReactor* PatientRpc::GetMyConsents(grpc::CallbackServerContext* context,
                                                    const patient_v1::GetMyConsentsRequest* request,
                                                    patient_v1::MyConsents* response) {
  return calls_.Read(context, request, response,
                     [this](const QueryContext& query, const auto&, auto& answer) {
                       return ReadMyConsents(query, answer);
                     });
}

grpc::Status PatientRpc::ReadMyConsents(const QueryContext& query,
                                        patient_v1::MyConsents& answer) const {
  v1::ListConsentsRequest asked;
  asked.set_patient_id(query.caller->patient_id);
  v1::ListConsentsResponse consents;
  if (grpc::Status status = consents_.List(query, asked, consents); !status.ok()) return status;
  *answer.mutable_consents() = std::move(*consents.mutable_consents());
  v1::ListDisclosuresRequest page;
  page.set_patient_id(query.caller->patient_id);
  page.set_page_size(500);
  do {
    v1::ListDisclosuresResponse disclosures;
    const grpc::Status status = disclosures_.List(query, page, disclosures);
    if (!status.ok()) return status;
    answer.mutable_disclosures()->MergeFrom(disclosures.disclosures());
    page.set_page_token(disclosures.next_page_token());
  } while (!page.page_token().empty());
  return grpc::Status::OK;
}

}  // namespace withdrawal::clinician
