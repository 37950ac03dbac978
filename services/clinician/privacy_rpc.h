// PrivacyService on gRPC's callback API: every call goes the way of all calls (calls.h).
#pragma once

#include "grpcpp/grpcpp.h"
#include "services/clinician/calls.h"
#include "services/clinician/consents.h"
#include "services/clinician/disclosures.h"
#include "withdrawal/clinician/v1/privacy.grpc.pb.h"

namespace withdrawal::clinician {

class PrivacyRpc final : public v1::PrivacyService::CallbackService {
 public:
  PrivacyRpc(Calls& calls, Consents& consents, Disclosures& disclosures)
      : calls_(calls), consents_(consents), disclosures_(disclosures) {}

  grpc::ServerUnaryReactor* RecordConsent(grpc::CallbackServerContext* context,
                                          const v1::RecordConsentRequest* request,
                                          v1::ConsentRecord* response) override;
  grpc::ServerUnaryReactor* RevokeConsent(grpc::CallbackServerContext* context,
                                          const v1::RevokeConsentRequest* request,
                                          v1::ConsentRecord* response) override;
  grpc::ServerUnaryReactor* RecordRestriction(grpc::CallbackServerContext* context,
                                              const v1::RecordRestrictionRequest* request,
                                              v1::RecordRestrictionResponse* response) override;
  grpc::ServerUnaryReactor* ListConsents(grpc::CallbackServerContext* context,
                                         const v1::ListConsentsRequest* request,
                                         v1::ListConsentsResponse* response) override;
  grpc::ServerUnaryReactor* RecordEmergencyDisclosure(
      grpc::CallbackServerContext* context, const v1::RecordEmergencyDisclosureRequest* request,
      events::v1::DisclosureRecorded* response) override;
  grpc::ServerUnaryReactor* ListDisclosures(grpc::CallbackServerContext* context,
                                            const v1::ListDisclosuresRequest* request,
                                            v1::ListDisclosuresResponse* response) override;
  grpc::ServerUnaryReactor* ListAuditEvents(grpc::CallbackServerContext* context,
                                            const v1::ListAuditEventsRequest* request,
                                            v1::ListAuditEventsResponse* response) override;

 private:
  Calls& calls_;
  Consents& consents_;
  Disclosures& disclosures_;
};

}  // namespace withdrawal::clinician
