#include "services/clinician/intakes.h"

#include <utility>
#include <vector>

#include "libs/codec/intake.h"
#include "libs/kafka/headers.h"
#include "libs/rpc/status.h"
#include "services/clinician/intake_check.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

using domain::assessment::Assessment;
using rpc::FieldViolation;

// What the tables know of the person before this intake.
struct Known {
  std::vector<domain::Programme> programmes;  // of the care plan
  std::optional<events::v1::IntakeRecorded> newest;
};

absl::StatusOr<Known> ReadKnown(const QueryContext& context, const std::string& patient) {
  Known known;
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        known = {};
        const Result plan = transaction.Execute(
            "SELECT care_plan FROM patient WHERE patient_id = $1::text", {patient});
        if (!plan.rows.empty() && !plan.rows.front().IsNull(0)) {
          events::v1::CarePlan message;
          message.ParseFromString(plan.rows.front().Bytes(0));
          for (const int programme : message.programmes()) {
            known.programmes.push_back(static_cast<domain::Programme>(programme - 1));
          }
        }
        const Result intake = transaction.Execute(
            "SELECT intake FROM latest_intake WHERE patient_id = $1::text", {patient});
        if (!intake.rows.empty()) {
          known.newest.emplace().ParseFromString(intake.rows.front().Bytes(0));
        }
        return absl::OkStatus();
      },
      context.timeout);
  if (!status.ok()) return status;
  return known;
}

std::vector<FieldViolation> Check(const v1::RecordIntakeRequest& request,
                                  const domain::SuitabilityPolicy& policy, Assessment& known) {
  std::vector<FieldViolation> violations;
  for (const domain::FieldError& error : CheckIntake(request, policy, known)) {
    violations.push_back({error.field, error.reason, error.description});
  }
  if (request.dry_run()) return violations;
  CheckActor(request.actor(), violations);
  CheckText("reason", request.reason(), true, violations);
  CheckRequestId(request.request_id(), violations);
  return violations;
}

void Fill(const v1::RecordIntakeRequest& request, const Assessment& known,
          const domain::SuitabilityPolicy& policy, absl::Time now,
          events::v1::IntakeRecorded& intake) {
  intake.set_patient_id(request.patient_id());
  for (const domain::Programme programme : known.programmes) {
    intake.add_programmes(static_cast<events::v1::Programme>(static_cast<int>(programme) + 1));
  }
  for (const auto& [id, value] : known.values) *intake.add_inputs() = codec::ToProto(id, value);
  *intake.mutable_verdict() = codec::ToProto(domain::JudgeSuitability(policy, known));
  intake.set_author(request.actor());
  intake.set_reason(request.reason());
  *intake.mutable_recorded_at() = ToTimestamp(now);
}

}  // namespace

void Intakes::Record(const QueryContext& context, const v1::RecordIntakeRequest& request,
                     const std::string& trace_parent, v1::RecordIntakeResponse& response,
                     Done done) {
  Assessment answers;
  const std::vector<FieldViolation> violations = Check(request, policy_, answers);
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  const auto known = ReadKnown(context, request.patient_id());
  if (!known.ok()) return done(rpc::FromAbsl(known.status()));
  const bool again = !request.request_id().empty() && known->newest &&
                     known->newest->intake_id() == request.request_id();
  if (again && !request.dry_run()) {
    *response.mutable_intake() = *known->newest;
    return done(grpc::Status::OK);
  }
  if (answers.programmes.empty()) answers.programmes = known->programmes;
  if (answers.programmes.empty()) {
    return done(rpc::InvalidFields(
        {{"programmes", "REQUIRED", "there is no care plan to take them from"}}));
  }
  events::v1::IntakeRecorded& intake = *response.mutable_intake();
  Fill(request, answers, policy_, context.now, intake);
  if (request.dry_run()) return done(grpc::Status::OK);
  Send(request, trace_parent, intake, std::move(done));
}

void Intakes::Send(const v1::RecordIntakeRequest& request, const std::string& trace_parent,
                   events::v1::IntakeRecorded& intake, Done done) {
  intake.set_intake_id(request.request_id().empty() ? NewId() : request.request_id());
  producer_.Send(
      {.topic = config_.topics.intakes,
       .key = intake.patient_id(),
       .value = intake.SerializeAsString(),
       .headers =
           kafka::EventHeaders("withdrawal.events.v1.IntakeRecorded",
                               intake.patient_id() + "/" + intake.intake_id(), trace_parent)},
      [this, done = std::move(done)](const absl::StatusOr<kafka::Position>& stored) mutable {
        if (stored.ok()) metrics_.intakes.Increment();
        done(stored.ok() ? grpc::Status::OK : rpc::FromAbsl(stored.status()));
      });
}

grpc::Status Intakes::Get(const QueryContext& context, const v1::GetIntakeRequest& request,
                          events::v1::IntakeRecorded& response) const {
  if (!IsId(request.patient_id(), 64)) {
    return rpc::InvalidFields({{"patient_id", "REQUIRED", "the patient to look up"}});
  }
  auto known = ReadKnown(context, request.patient_id());
  if (!known.ok()) return rpc::FromAbsl(known.status());
  if (!known->newest) {
    return rpc::Error(grpc::StatusCode::NOT_FOUND, "INTAKE_NOT_FOUND",
                      "no intake was recorded for this patient_id");
  }
  response = *std::move(known->newest);
  return grpc::Status::OK;
}

}  // namespace withdrawal::clinician
