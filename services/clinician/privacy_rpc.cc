#include "services/clinician/privacy_rpc.h"

#include <functional>

#include "services/clinician/audit_query.h"

namespace withdrawal::clinician {

grpc::ServerUnaryReactor* PrivacyRpc::RecordConsent(grpc::CallbackServerContext* context,
                                                    const v1::RecordConsentRequest* request,
                                                    v1::ConsentRecord* response) {
  return calls_.Write(context, request, response, std::bind_front(&Consents::Record, &consents_));
}

grpc::ServerUnaryReactor* PrivacyRpc::RevokeConsent(grpc::CallbackServerContext* context,
                                                    const v1::RevokeConsentRequest* request,
                                                    v1::ConsentRecord* response) {
  return calls_.Write(context, request, response, std::bind_front(&Consents::Revoke, &consents_));
}

grpc::ServerUnaryReactor* PrivacyRpc::RecordRestriction(grpc::CallbackServerContext* context,
                                                        const v1::RecordRestrictionRequest* request,
                                                        v1::RecordRestrictionResponse* response) {
  return calls_.Write(context, request, response, std::bind_front(&Consents::Restrict, &consents_));
}

grpc::ServerUnaryReactor* PrivacyRpc::ListConsents(grpc::CallbackServerContext* context,
                                                   const v1::ListConsentsRequest* request,
                                                   v1::ListConsentsResponse* response) {
  return calls_.Read(context, request, response, std::bind_front(&Consents::List, &consents_));
}

grpc::ServerUnaryReactor* PrivacyRpc::RecordEmergencyDisclosure(
    grpc::CallbackServerContext* context, const v1::RecordEmergencyDisclosureRequest* request,
    events::v1::DisclosureRecorded* response) {
  return calls_.Write(context, request, response,
                      std::bind_front(&Disclosures::RecordEmergency, &disclosures_));
}

grpc::ServerUnaryReactor* PrivacyRpc::ListDisclosures(grpc::CallbackServerContext* context,
                                                      const v1::ListDisclosuresRequest* request,
                                                      v1::ListDisclosuresResponse* response) {
  return calls_.Read(context, request, response,
                     std::bind_front(&Disclosures::List, &disclosures_));
}

grpc::ServerUnaryReactor* PrivacyRpc::ListAuditEvents(grpc::CallbackServerContext* context,
                                                      const v1::ListAuditEventsRequest* request,
                                                      v1::ListAuditEventsResponse* response) {
  return calls_.Read(context, request, response, clinician::ListAuditEvents);
}

}  // namespace withdrawal::clinician
