// Consents and restrictions: checked, appended to Kafka, answered when the brokers have them, read
// from the tables and from what this process lately recorded.
#pragma once

#include <deque>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/support/status.h"
#include "libs/domain/privacy.h"
#include "services/clinician/config.h"
#include "services/clinician/consent_book.h"
#include "services/clinician/outbox.h"
#include "services/clinician/privacy_metrics.h"
#include "services/clinician/queries.h"

namespace withdrawal::clinician {

// Thread-safe. Each `response` is complete when `done` says OK, and lives until then. UNAVAILABLE
// when database or brokers do not answer: safe to ask again under the same id.
class Consents {
 public:
  Consents(const Config& config, domain::PrivacyPolicy policy, Outbox& outbox,
           PrivacyMetrics& metrics)
      : config_(config), policy_(std::move(policy)), outbox_(outbox), metrics_(metrics) {}

  // INVALID_ARGUMENT with each element that is missing; ALREADY_EXISTS CONSENT_EXISTS for the id of
  // another consent.
  void Record(const QueryContext& query, const v1::RecordConsentRequest& request,
              const std::string& trace_parent, v1::ConsentRecord& response, Done done);
  // NOT_FOUND CONSENT_NOT_FOUND. One that is revoked stays so.
  void Revoke(const QueryContext& query, const v1::RevokeConsentRequest& request,
              const std::string& trace_parent, v1::ConsentRecord& response, Done done);
  // ALREADY_EXISTS RESTRICTION_EXISTS for the id of another one; NOT_FOUND RESTRICTION_NOT_FOUND
  // when it is to be lifted.
  void Restrict(const QueryContext& query, const v1::RecordRestrictionRequest& request,
                const std::string& trace_parent, v1::RecordRestrictionResponse& response,
                Done done);
  grpc::Status List(const QueryContext& query, const v1::ListConsentsRequest& request,
                    v1::ListConsentsResponse& response);

 private:
  struct Recent {
    events::v1::ConsentEvent event;
    absl::Time at;
    bool stored = false;
  };

  absl::StatusOr<ConsentBook> Read(const QueryContext& query, const std::string& patient_id);
  void Send(const QueryContext& query, events::v1::ConsentEvent event, const std::string& actor,
            const std::string& trace_parent, prometheus::Counter& counter, Done done);
  // False when somebody else records the same at this moment.
  bool Remember(const events::v1::ConsentEvent& event, absl::Time now);
  void Settle(const std::string& event_id, bool stored);

  const Config& config_;
  const domain::PrivacyPolicy policy_;
  Outbox& outbox_;
  PrivacyMetrics& metrics_;
  absl::Mutex mutex_;
  std::deque<Recent> recent_ ABSL_GUARDED_BY(mutex_);  // the tables may not show them yet
};

}  // namespace withdrawal::clinician
