#include "services/clinician/commands.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "libs/rpc/status.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

using rpc::FieldViolation;

template <typename Request>
std::vector<FieldViolation> CheckRequest(const Request& request) {
  std::vector<FieldViolation> violations;
  CheckId("alert_id", request.alert_id(), 256, violations);
  CheckActor(request.actor(), violations);
  CheckRequestId(request.request_id(), violations);
  return violations;
}

template <typename Request>
events::v1::AlertCommand NewCommand(const Request& request, const events::v1::Alert& alert,
                                    absl::Time now) {
  events::v1::AlertCommand command;
  command.set_command_id(request.request_id().empty() ? NewId() : request.request_id());
  command.set_patient_id(alert.patient_id());
  command.set_alert_id(alert.alert_id());
  command.set_actor(request.actor());
  *command.mutable_issued_at() = ToTimestamp(now);
  return command;
}

grpc::Status AlreadyResolved() {
  return rpc::Error(grpc::StatusCode::FAILED_PRECONDITION, "ALERT_RESOLVED",
                    "the alert is resolved already");
}

bool IsResolved(const events::v1::Alert& alert) {
  return alert.state() == events::v1::ALERT_STATE_RESOLVED;
}

}  // namespace

template <typename Request>
void Commands::SendCommand(const QueryContext& context, const Request& request,
                           const events::v1::AlertCommand& command, const std::string& trace_parent,
                           prometheus::Counter& counter, Done done) {
  const std::string id = absl::StrCat(command.alert_id(), "/", command.command_id());
  outbox_.SendOnce(
      id, request,
      {config_.topics.alert_commands, command.patient_id(), id, trace_parent, command,
       context.written},
      context.now, counter,
      [done = std::move(done)](const grpc::Status& status, absl::Time) mutable { done(status); });
}

template <typename Request, typename Fill>
void Commands::SendAbout(const QueryContext& context, const Request& request,
                         const std::vector<FieldViolation>& violations,
                         const std::string& trace_parent, prometheus::Counter& counter,
                         v1::AlertCommandResponse& response, Done done, const Fill& fill) {
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  Target target;
  if (grpc::Status status = FindAlert(context, request.alert_id(), target); !status.ok()) {
    return done(status);
  }
  if (IsResolved(target.alert)) return done(AlreadyResolved());
  events::v1::AlertCommand command = NewCommand(request, target.alert, context.now);
  if (grpc::Status status = fill(target.alert, command); !status.ok()) return done(status);
  response.set_command_id(command.command_id());
  SendCommand(context, request, command, trace_parent, counter, std::move(done));
}

void Commands::Acknowledge(const QueryContext& context, const v1::AcknowledgeAlertRequest& request,
                           const std::string& trace_parent, v1::AlertCommandResponse& response,
                           Done done) {
  std::vector<FieldViolation> violations = CheckRequest(request);
  CheckText("note", request.note(), false, violations);
  SendAbout(context, request, violations, trace_parent, metrics_.acknowledged, response,
            std::move(done), [&](const auto&, events::v1::AlertCommand& command) {
              command.mutable_acknowledge()->set_note(request.note());
              return grpc::Status(grpc::Status::OK);
            });
}

void Commands::Resolve(const QueryContext& context, const v1::ResolveAlertRequest& request,
                       const std::string& trace_parent, v1::AlertCommandResponse& response,
                       Done done) {
  std::vector<FieldViolation> violations = CheckRequest(request);
  CheckText("reason", request.reason(), true, violations);
  if (!events::v1::AlertOutcome_IsValid(request.outcome())) {
    violations.push_back({"outcome", "UNKNOWN_VALUE", "true, false or technical"});
  }
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  Target target;
  if (grpc::Status status = FindAlert(context, request.alert_id(), target); !status.ok()) {
    return done(status);
  }
  if (IsResolved(target.alert)) {
    // A retry of the very command that resolved it has nothing left to do.
    const bool own =
        !request.request_id().empty() && request.request_id() == target.resolve_command_id;
    if (!own) return done(AlreadyResolved());
    response.set_command_id(request.request_id());
    return done(grpc::Status::OK);
  }
  events::v1::AlertCommand command = NewCommand(request, target.alert, context.now);
  command.mutable_resolve()->set_reason(request.reason());
  command.mutable_resolve()->set_outcome(request.outcome());
  response.set_command_id(command.command_id());
  SendCommand(context, request, command, trace_parent, metrics_.resolved, std::move(done));
}

void Commands::Shelve(const QueryContext& context, const v1::ShelveAlertRequest& request,
                      const std::string& trace_parent, v1::AlertCommandResponse& response,
                      Done done) {
  std::vector<FieldViolation> violations = CheckRequest(request);
  CheckText("reason", request.reason(), true, violations);
  const absl::Duration length = codec::IsValid(request.shelve_for())
                                    ? codec::FromProto(request.shelve_for())
                                    : absl::ZeroDuration();
  if (length <= absl::ZeroDuration()) {
    violations.push_back({"shelve_for", "REQUIRED", "how long, more than 0"});
  }
  const auto fill = [&](const events::v1::Alert& alert, events::v1::AlertCommand& command) {
    const auto longest = alerts_.shelve_max.find(static_cast<domain::Priority>(alert.priority()));
    if (longest == alerts_.shelve_max.end()) {
      return rpc::Error(grpc::StatusCode::FAILED_PRECONDITION, "EMERGENCY_NOT_SHELVED",
                        "an emergency is never shelved");
    }
    if (length > longest->second) {
      return rpc::InvalidFields({{"shelve_for", "TOO_LONG",
                                  absl::StrCat("at most ", absl::FormatDuration(longest->second),
                                               " for this priority")}});
    }
    command.mutable_shelve()->set_reason(request.reason());
    *command.mutable_shelve()->mutable_until() = ToTimestamp(context.now + length);
    return grpc::Status(grpc::Status::OK);
  };
  SendAbout(context, request, violations, trace_parent, metrics_.shelved, response, std::move(done),
            fill);
}

void Commands::Unshelve(const QueryContext& context, const v1::UnshelveAlertRequest& request,
                        const std::string& trace_parent, v1::AlertCommandResponse& response,
                        Done done) {
  std::vector<FieldViolation> violations = CheckRequest(request);
  CheckText("note", request.note(), false, violations);
  SendAbout(context, request, violations, trace_parent, metrics_.unshelved, response,
            std::move(done), [&](const auto&, events::v1::AlertCommand& command) {
              command.mutable_unshelve()->set_note(request.note());
              return grpc::Status(grpc::Status::OK);
            });
}

void Commands::ReportFailedCall(const QueryContext& context,
                                const v1::ReportFailedCallRequest& request,
                                const std::string& trace_parent, v1::AlertCommandResponse& response,
                                Done done) {
  std::vector<FieldViolation> violations = CheckRequest(request);
  CheckText("note", request.note(), false, violations);
  const auto fill = [&](const events::v1::Alert& alert, events::v1::AlertCommand& command) {
    if (alert.rule_id() != alerts_.missed_rule) {
      return rpc::Error(grpc::StatusCode::FAILED_PRECONDITION, "NOT_A_MISSED_CHECK_IN",
                        "a failed call belongs to the alert of a missed check-in");
    }
    command.mutable_report_failed_call()->set_note(request.note());
    return grpc::Status(grpc::Status::OK);
  };
  SendAbout(context, request, violations, trace_parent, metrics_.failed_calls, response,
            std::move(done), fill);
}

void Commands::Reassign(const QueryContext& context, const v1::ReassignAlertRequest& request,
                        const std::string& trace_parent, v1::AlertCommandResponse& response,
                        Done done) {
  std::vector<FieldViolation> violations = CheckRequest(request);
  if (!request.to_actor().empty()) CheckId("to_actor", request.to_actor(), 128, violations);
  CheckText("note", request.note(), false, violations);
  SendAbout(context, request, violations, trace_parent, metrics_.reassigned, response,
            std::move(done), [&](const auto&, events::v1::AlertCommand& command) {
              command.mutable_reassign()->set_to_actor(request.to_actor());
              command.mutable_reassign()->set_note(request.note());
              return grpc::Status(grpc::Status::OK);
            });
}

void Commands::Comment(const QueryContext& context, const v1::CommentAlertRequest& request,
                       const std::string& trace_parent, v1::AlertCommandResponse& response,
                       Done done) {
  std::vector<FieldViolation> violations = CheckRequest(request);
  CheckText("note", request.note(), true, violations);
  SendAbout(context, request, violations, trace_parent, metrics_.commented, response,
            std::move(done), [&](const auto&, events::v1::AlertCommand& command) {
              command.mutable_comment()->set_note(request.note());
              return grpc::Status(grpc::Status::OK);
            });
}

grpc::Status Commands::FindAlert(const QueryContext& context, const std::string& alert_id,
                                 Target& target) {
  const auto row = context.connection.ReadRow(
      "SELECT alert, resolve_command_id FROM alert WHERE alert_id = $1::text", {alert_id},
      context.timeout);
  if (!row.ok()) return rpc::FromAbsl(row.status());
  if (*row) {
    target.alert.ParseFromString((*row)->Bytes(0));
    target.resolve_command_id = (*row)->Text(1);
    return grpc::Status::OK;
  }
  // Just raised: on the watch streams already, in the tables in a moment.
  if (auto alert = ring_.Find(alert_id)) {
    target.alert = *std::move(alert);
    return grpc::Status::OK;
  }
  return rpc::Error(grpc::StatusCode::NOT_FOUND, "ALERT_NOT_FOUND", "no alert has this alert_id");
}

}  // namespace withdrawal::clinician
