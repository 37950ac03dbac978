#include "services/clinician/commands.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/codec/plan_review.h"
#include "libs/codec/score.h"
#include "libs/kafka/headers.h"
#include "libs/rpc/status.h"
#include "services/clinician/request_check.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/command.pb.h"

namespace withdrawal::clinician {
namespace {

using rpc::FieldViolation;

constexpr size_t kPendingMax = 4096;

}  // namespace

Commands::Commands(const Config& config, PlanBounds bounds, AlertBounds alerts,
                   const PlanReviewer& reviewer, kafka::Producer& producer, const AlertRing& ring,
                   Metrics& metrics)
    : config_(config),
      bounds_(std::move(bounds)),
      alerts_(std::move(alerts)),
      reviewer_(reviewer),
      producer_(producer),
      ring_(ring),
      metrics_(metrics) {}

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
