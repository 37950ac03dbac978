#include "services/clinician/commands.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "libs/codec/plan_review.h"
#include "libs/codec/score.h"
#include "libs/kafka/headers.h"
#include "libs/rpc/status.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/command.pb.h"

namespace withdrawal::clinician {
namespace {

using rpc::FieldViolation;

constexpr size_t kPendingMax = 4096;
constexpr size_t kTextMax = 2000;

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

std::string NewId() {
  thread_local absl::BitGen random;
  return absl::StrCat(absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16),
                      absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16));
}

bool IsId(const std::string& text, size_t size_max) {
  return !text.empty() && text.size() <= size_max &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 127; });
}

void CheckText(const std::string& field, const std::string& text, bool needed,
               std::vector<FieldViolation>& violations) {
  if (needed && text.find_first_not_of(" \t\r\n") == std::string::npos) {
    violations.push_back({field, "REQUIRED", "must be given"});
  } else if (text.size() > kTextMax) {
    violations.push_back({field, "TOO_LONG", absl::StrCat("at most ", kTextMax, " bytes")});
  }
}

void CheckActor(const std::string& actor, std::vector<FieldViolation>& violations) {
  if (!IsId(actor, 128)) {
    violations.push_back({"actor", "INVALID_ID", "1 to 128 printable ASCII characters, no spaces"});
  }
}

template <typename Request>
std::vector<FieldViolation> CheckRequest(const Request& request) {
  std::vector<FieldViolation> violations;
  if (!IsId(request.alert_id(), 256)) {
    violations.push_back({"alert_id", "REQUIRED", "the id of an alert"});
  }
  CheckActor(request.actor(), violations);
  if (!request.request_id().empty() && !IsId(request.request_id(), 128)) {
    violations.push_back(
        {"request_id", "INVALID_ID", "at most 128 printable ASCII characters, no spaces"});
  }
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

Commands::Commands(const Config& config, PlanBounds bounds, const PlanReviewer& reviewer,
                   kafka::Producer& producer, const AlertRing& ring, Metrics& metrics)
    : config_(config),
      bounds_(std::move(bounds)),
      reviewer_(reviewer),
      producer_(producer),
      ring_(ring),
      metrics_(metrics) {}

void Commands::Acknowledge(const QueryContext& context, const v1::AcknowledgeAlertRequest& request,
                           const std::string& trace_parent, v1::AlertCommandResponse& response,
                           Done done) {
  std::vector<FieldViolation> violations = CheckRequest(request);
  CheckText("note", request.note(), false, violations);
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  Target target;
  if (grpc::Status status = FindAlert(context, request.alert_id(), target); !status.ok()) {
    return done(status);
  }
  if (IsResolved(target.alert)) return done(AlreadyResolved());
  events::v1::AlertCommand command = NewCommand(request, target.alert, context.now);
  command.mutable_acknowledge()->set_note(request.note());
  response.set_command_id(command.command_id());
  SendCommand(std::move(command), trace_parent, metrics_.acknowledged, std::move(done));
}

void Commands::Resolve(const QueryContext& context, const v1::ResolveAlertRequest& request,
                       const std::string& trace_parent, v1::AlertCommandResponse& response,
                       Done done) {
  std::vector<FieldViolation> violations = CheckRequest(request);
  CheckText("reason", request.reason(), true, violations);
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
  response.set_command_id(command.command_id());
  SendCommand(std::move(command), trace_parent, metrics_.resolved, std::move(done));
}

grpc::Status Commands::FindAlert(const QueryContext& context, const std::string& alert_id,
                                 Target& target) {
  bool found = false;
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        const Result result = transaction.Execute(
            "SELECT alert, resolve_command_id FROM alert WHERE alert_id = $1::text", {alert_id});
        found = !result.rows.empty();
        if (found) {
          target.alert.ParseFromString(result.rows.front().Bytes(0));
          target.resolve_command_id = result.rows.front().Text(1);
        }
        return absl::OkStatus();
      },
      context.timeout);
  if (!status.ok()) return rpc::FromAbsl(status);
  if (found) return grpc::Status::OK;
  // Just raised: on the watch streams already, in the tables in a moment.
  if (auto alert = ring_.Find(alert_id)) {
    target.alert = *std::move(alert);
    return grpc::Status::OK;
  }
  return rpc::Error(grpc::StatusCode::NOT_FOUND, "ALERT_NOT_FOUND", "no alert has this alert_id");
}

void Commands::SendCommand(events::v1::AlertCommand command, const std::string& trace_parent,
                           prometheus::Counter& counter, Done done) {
  producer_.Send(
      {.topic = config_.topics.alert_commands,
       .key = command.patient_id(),
       .value = command.SerializeAsString(),
       .headers =
           kafka::EventHeaders("withdrawal.events.v1.AlertCommand",
                               command.alert_id() + "/" + command.command_id(), trace_parent)},
      [&counter, done = std::move(done)](const absl::StatusOr<kafka::Position>& stored) mutable {
        if (stored.ok()) counter.Increment();
        done(stored.ok() ? grpc::Status::OK : rpc::FromAbsl(stored.status()));
      });
}

void Commands::PutCarePlan(const QueryContext& context, const v1::PutCarePlanRequest& request,
                           const std::string& trace_parent, v1::PutCarePlanResponse& response,
                           Done done) {
  events::v1::CarePlanRecorded recorded;
  events::v1::CarePlan& plan = *recorded.mutable_care_plan();
  plan = request.care_plan();
  // Periods are counted from the start of monitoring, so there must be one.
  if (!plan.has_monitoring_started_at()) {
    *plan.mutable_monitoring_started_at() = ToTimestamp(context.now);
  }
  std::vector<FieldViolation> violations;
  for (const domain::FieldError& error : CheckCarePlan(plan, bounds_, context.now)) {
    violations.push_back({"care_plan." + error.field, error.reason, error.description});
  }
  CheckActor(request.actor(), violations);
  CheckText("reason", request.reason(), true, violations);
  CheckText("override_reason", request.override_reason(), false, violations);
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  if (grpc::Status status = Review(context, request, recorded, response); !status.ok()) {
    return done(status);
  }
  const std::string patient = plan.patient_id();
  std::string etag;
  if (grpc::Status status = TakeEtag(context, plan, etag); !status.ok()) return done(status);

  plan.set_etag(etag);
  *recorded.mutable_recorded_at() = ToTimestamp(context.now);
  recorded.set_author(request.actor());
  recorded.set_reason(request.reason());
  *response.mutable_care_plan() = plan;
  producer_.Send(
      {.topic = config_.topics.care_plans,
       .key = patient,
       .value = recorded.SerializeAsString(),
       .headers = kafka::EventHeaders("withdrawal.events.v1.CarePlanRecorded", etag, trace_parent)},
      [this, patient, etag,
       done = std::move(done)](const absl::StatusOr<kafka::Position>& stored) mutable {
        if (stored.ok()) {
          metrics_.plans.Increment();
          return done(grpc::Status::OK);
        }
        DropPending(patient, etag);
        done(rpc::FromAbsl(stored.status()));
      });
}

grpc::Status Commands::Review(const QueryContext& context, const v1::PutCarePlanRequest& request,
                              events::v1::CarePlanRecorded& recorded,
                              v1::PutCarePlanResponse& response) {
  *recorded.mutable_catalogue() = codec::ToProto(reviewer_.version());
  // Nobody follows a plan that is paused or over; it must be possible to end any.
  if (recorded.care_plan().status() != events::v1::MONITORING_STATUS_ACTIVE) {
    return grpc::Status::OK;
  }
  std::vector<domain::PlanFinding> findings;
  grpc::Status status = reviewer_.Review(context, recorded.care_plan(), findings);
  if (!status.ok()) return status;
  const domain::PlanFinding* block = domain::FindBlock(findings);
  if (block != nullptr) {
    if (request.override_reason().empty()) return PlanBlocked(*block);
    recorded.set_override_reason(request.override_reason());
  }
  for (const domain::PlanFinding& finding : findings) {
    *recorded.add_findings() = codec::ToProto(finding);
  }
  *response.mutable_findings() = recorded.findings();
  return grpc::Status::OK;
}

grpc::Status Commands::TakeEtag(const QueryContext& context, const events::v1::CarePlan& plan,
                                std::string& etag) {
  std::string current;
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        const Result result = transaction.Execute(
            "SELECT etag FROM patient WHERE patient_id = $1::text", {plan.patient_id()});
        current = result.rows.empty() ? "" : result.rows.front().Text(0);
        return absl::OkStatus();
      },
      context.timeout);
  if (!status.ok()) return rpc::FromAbsl(status);
  absl::MutexLock lock(&mutex_);
  Pending next{.etag = NewId(), .superseded = {current}};
  const auto pending = pending_.find(plan.patient_id());
  if (pending != pending_.end()) {
    std::vector<std::string>& behind = pending->second.superseded;
    if (std::find(behind.begin(), behind.end(), current) != behind.end()) {
      current = pending->second.etag;
      next.superseded = behind;
      next.superseded.push_back(current);
    }
  }
  if (!plan.etag().empty() && plan.etag() != current) {
    return rpc::Error(grpc::StatusCode::ABORTED, "ETAG_MISMATCH",
                      "the plan was changed since it was read: read it again");
  }
  etag = next.etag;
  if (pending_.size() >= kPendingMax) pending_.erase(pending_.begin());
  pending_[plan.patient_id()] = std::move(next);
  return grpc::Status::OK;
}

void Commands::DropPending(const std::string& patient, const std::string& etag) {
  absl::MutexLock lock(&mutex_);
  const auto pending = pending_.find(patient);
  if (pending != pending_.end() && pending->second.etag == etag) pending_.erase(pending);
}

}  // namespace withdrawal::clinician
