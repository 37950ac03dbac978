// Intakes: judge the answers, append them with the verdict to Kafka, read the newest.
#pragma once

#include <string>

#include "grpcpp/support/status.h"
#include "libs/domain/suitability.h"
#include "services/clinician/config.h"
#include "services/clinician/metrics.h"
#include "services/clinician/outbox.h"
#include "services/clinician/queries.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

class Intakes {
 public:
  Intakes(const Config& config, domain::SuitabilityPolicy policy, Outbox& outbox, Metrics& metrics)
      : config_(config), policy_(std::move(policy)), outbox_(outbox), metrics_(metrics) {}

  // `response` is complete when `done` says OK, and lives until then. INVALID_ARGUMENT with the
  // field; UNAVAILABLE when database or brokers do not answer (safe to retry under the same
  // request_id: an intake is not written twice); ALREADY_EXISTS REQUEST_ID_CONFLICT for a
  // request_id that came with another intake of the person.
  void Record(const QueryContext& context, const v1::RecordIntakeRequest& request,
              const std::string& trace_parent, v1::RecordIntakeResponse& response, Done done);
  // NOT_FOUND INTAKE_NOT_FOUND when nobody recorded one.
  grpc::Status Get(const QueryContext& context, const v1::GetIntakeRequest& request,
                   events::v1::IntakeRecorded& response) const;

 private:
  const Config& config_;
  const domain::SuitabilityPolicy policy_;
  Outbox& outbox_;
  Metrics& metrics_;
};

}  // namespace withdrawal::clinician
