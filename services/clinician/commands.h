// What clinicians do to alerts: acknowledge, resolve, shelve, report a failed call, hand on,
// comment. Checks against the read model, appends to Kafka, and answers when the brokers have the
// record. Alerting decides what it changes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "grpcpp/support/status.h"
#include "libs/catalogue/catalogue.h"
#include "libs/rpc/status.h"
#include "services/clinician/alert_ring.h"
#include "services/clinician/config.h"
#include "services/clinician/metrics.h"
#include "services/clinician/outbox.h"
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
  Commands(const Config& config, AlertBounds alerts, Outbox& outbox, const AlertRing& ring,
           Metrics& metrics)
      : config_(config),
        alerts_(std::move(alerts)),
        outbox_(outbox),
        ring_(ring),
        metrics_(metrics) {}

  // `response` is complete when `done` says OK, and lives until then. All answer INVALID_ARGUMENT
  // with the field, UNAVAILABLE when database or brokers do not answer (safe to retry under the
  // same request_id), NOT_FOUND for an unknown alert, FAILED_PRECONDITION ALERT_RESOLVED for one
  // that another command has resolved, ALREADY_EXISTS REQUEST_ID_CONFLICT for a request_id that
  // came with another request about the alert. `trace_parent` may be empty.
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
  void Reassign(const QueryContext& context, const v1::ReassignAlertRequest& request,
                const std::string& trace_parent, v1::AlertCommandResponse& response, Done done);
  void Comment(const QueryContext& context, const v1::CommentAlertRequest& request,
               const std::string& trace_parent, v1::AlertCommandResponse& response, Done done);

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
  template <typename Request>
  void SendCommand(const QueryContext& context, const Request& request,
                   const events::v1::AlertCommand& command, const std::string& trace_parent,
                   prometheus::Counter& counter, Done done);

  const Config& config_;
  const AlertBounds alerts_;
  Outbox& outbox_;
  const AlertRing& ring_;
  Metrics& metrics_;
};

}  // namespace withdrawal::clinician
