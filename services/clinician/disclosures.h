// The accounting of disclosures: what was told in an emergency is recorded here, what was told
// under a consent comes from the notifier; both are read (reference PR-05, PR-06, PR-09).
#pragma once

#include <string>

#include "grpcpp/support/status.h"
#include "services/clinician/config.h"
#include "services/clinician/outbox.h"
#include "services/clinician/privacy_metrics.h"
#include "services/clinician/queries.h"
#include "withdrawal/clinician/v1/privacy.pb.h"

namespace withdrawal::clinician {

// Thread-safe.
class Disclosures {
 public:
  // `years`: how far back is told when nothing is asked.
  Disclosures(const Config& config, int years, Outbox& outbox, PrivacyMetrics& metrics)
      : config_(config), years_(years), outbox_(outbox), metrics_(metrics) {}

  // `response` is complete when `done` says OK, and lives until then. INVALID_ARGUMENT with the
  // field; ALREADY_EXISTS REQUEST_ID_CONFLICT for a request_id of another disclosure; UNAVAILABLE
  // when database or brokers do not answer (safe to retry under the same request_id).
  void RecordEmergency(const QueryContext& query,
                       const v1::RecordEmergencyDisclosureRequest& request,
                       const std::string& trace_parent, events::v1::DisclosureRecorded& response,
                       Done done);
  grpc::Status List(const QueryContext& query, const v1::ListDisclosuresRequest& request,
                    v1::ListDisclosuresResponse& response) const;

 private:
  const Config& config_;
  const int years_;
  Outbox& outbox_;
  PrivacyMetrics& metrics_;
};

// `years` of the calendar before `now`, in UTC.
absl::Time YearsBefore(absl::Time now, int years);

}  // namespace withdrawal::clinician
