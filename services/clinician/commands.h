// The write side: acknowledge, resolve, care plan. Checks against the read model, appends to Kafka,
// and answers when the brokers have the record. Alerting and scoring decide what it changes.
//
// Two plans written at the same moment in two processes with the same etag can both pass the check,
// because the read model follows the topic: the later record stands. Within one process the etags
// of plans on their way are known, so there the second is refused.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/support/status.h"
#include "libs/kafka/producer.h"
#include "libs/rpc/status.h"
#include "services/clinician/alert_ring.h"
#include "services/clinician/care_plan_check.h"
#include "services/clinician/config.h"
#include "services/clinician/metrics.h"
#include "services/clinician/plan_reviewer.h"
#include "services/clinician/queries.h"
#include "withdrawal/clinician/v1/clinician.pb.h"
#include "withdrawal/events/v1/command.pb.h"

namespace withdrawal::clinician {

// What the catalogue says about commands.
struct AlertBounds {
  std::map<domain::Priority, domain::Duration> shelve_max;  // none for a priority: never
  std::string missed_rule;                                  // whose alerts a call belongs to

  static AlertBounds Of(const catalogue::Catalogue& catalogue) {
    return {catalogue.management.shelve_max, catalogue.missed.rule.id};
  }
};

class Commands {
 public:
  // Called exactly once, on the caller's thread (refused) or the producer's (delivered or not).
  using Done = absl::AnyInvocable<void(grpc::Status)>;

  Commands(const Config& config, PlanBounds bounds, AlertBounds alerts,
           const PlanReviewer& reviewer, kafka::Producer& producer, const AlertRing& ring,
           Metrics& metrics);

  // `response` is complete when `done` says OK, and lives until then. All answer INVALID_ARGUMENT
  // with the field, UNAVAILABLE when database or brokers do not answer (safe to retry under the
  // same request_id), NOT_FOUND for an unknown alert, FAILED_PRECONDITION ALERT_RESOLVED for one
  // that another command has resolved. `trace_parent` may be empty.
  void Acknowledge(const QueryContext& context, const v1::AcknowledgeAlertRequest& request,
                   const std::string& trace_parent, v1::AlertCommandResponse& response, Done done);
  void Resolve(const QueryContext& context, const v1::ResolveAlertRequest& request,
               const std::string& trace_parent, v1::AlertCommandResponse& response, Done done);
  // INVALID_ARGUMENT for longer than the priority allows, FAILED_PRECONDITION
  // EMERGENCY_NOT_SHELVED.
  void Shelve(const QueryContext& context, const v1::ShelveAlertRequest& request,
              const std::string& trace_parent, v1::AlertCommandResponse& response, Done done);
  void Unshelve(const QueryContext& context, const v1::UnshelveAlertRequest& request,
                const std::string& trace_parent, v1::AlertCommandResponse& response, Done done);
  // FAILED_PRECONDITION NOT_A_MISSED_CHECK_IN for another alert.
  void ReportFailedCall(const QueryContext& context, const v1::ReportFailedCallRequest& request,
                        const std::string& trace_parent, v1::AlertCommandResponse& response,
                        Done done);
  // ABORTED ETAG_MISMATCH when the plan was changed since it was read, FAILED_PRECONDITION
  // PLAN_BLOCKED when the review blocks an active plan and no override_reason is given.
  void PutCarePlan(const QueryContext& context, const v1::PutCarePlanRequest& request,
                   const std::string& trace_parent, v1::PutCarePlanResponse& response, Done done);

 private:
  struct Target {
    events::v1::Alert alert;
    std::string resolve_command_id;
  };

  // Sends the command that `fill(alert, command)` completes, unless something is wrong with the
  // request, the alert is not open, or `fill` refuses.
  template <typename Request, typename Fill>
  void SendAbout(const QueryContext& context, const Request& request,
                 const std::vector<rpc::FieldViolation>& violations,
                 const std::string& trace_parent, prometheus::Counter& counter,
                 v1::AlertCommandResponse& response, Done done, const Fill& fill);
  grpc::Status FindAlert(const QueryContext& context, const std::string& alert_id, Target& target);
  void SendCommand(events::v1::AlertCommand command, const std::string& trace_parent,
                   prometheus::Counter& counter, Done done);
  // The new etag in `etag`, registered as pending.
  grpc::Status TakeEtag(const QueryContext& context, const events::v1::CarePlan& plan,
                        std::string& etag);
  // Judges the plan and writes what was found into the event and the answer.
  grpc::Status Review(const QueryContext& context, const v1::PutCarePlanRequest& request,
                      events::v1::CarePlanRecorded& recorded, v1::PutCarePlanResponse& response);
  void DropPending(const std::string& patient, const std::string& etag);

  const Config& config_;
  const PlanBounds bounds_;
  const AlertBounds alerts_;
  const PlanReviewer& reviewer_;
  kafka::Producer& producer_;
  const AlertRing& ring_;
  Metrics& metrics_;
  absl::Mutex mutex_;
  // A plan on its way: its etag, and those it stands above, which the read model may still show.
  struct Pending {
    std::string etag;
    std::vector<std::string> superseded;
  };
  std::map<std::string, Pending> pending_ ABSL_GUARDED_BY(mutex_);  // by patient, bounded
};

}  // namespace withdrawal::clinician
