#include "services/clinician/intakes.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/codec/bytes.h"
#include "libs/codec/intake.h"
#include "libs/rpc/status.h"
#include "services/clinician/intake_check.h"
#include "services/clinician/request_check.h"
#include "services/clinician/row_batch.h"

namespace withdrawal::clinician {
namespace {

using domain::assessment::Assessment;
using rpc::FieldViolation;

// What the tables know of the person before this intake.
struct Known {
  std::vector<domain::Programme> programmes;  // of the care plan
  std::optional<events::v1::IntakeRecorded> newest;
  std::optional<events::v1::IntakeRecorded> same_id;  // recorded under the id asked for
};

constexpr char kByIdSql[] =
    "SELECT entry FROM timeline WHERE patient_id = $1::text AND entry_id = $2::text LIMIT 1";

absl::StatusOr<Known> ReadKnown(const QueryContext& context, const std::string& patient,
                                const std::string& id) {
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
        if (id.empty()) return absl::OkStatus();
        const Result same = transaction.Execute(kByIdSql, {patient, IntakeEntryId(id)});
        v1::TimelineEntry entry;
        if (!same.rows.empty() && entry.ParseFromString(same.rows.front().Bytes(0))) {
          known.same_id = std::move(*entry.mutable_intake());
        }
        return absl::OkStatus();
      },
      context.timeout);
  if (!status.ok()) return status;
  return known;
}

std::vector<FieldViolation> Check(const v1::RecordIntakeRequest& request,
                                  const domain::SuitabilityPolicy& policy, Assessment& known) {
  auto violations = rpc::ToViolations(CheckIntake(request, policy, known), "");
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

// Whether both are of one request: all but the verdict, the time and programmes of a plan.
bool SameRequest(const events::v1::IntakeRecorded& stored, const v1::RecordIntakeRequest& request,
                 const Assessment& answers) {
  if (stored.author() != request.actor() || stored.reason() != request.reason()) return false;
  events::v1::IntakeRecorded asked;
  for (const auto& [id, value] : answers.values) *asked.add_inputs() = codec::ToProto(id, value);
  events::v1::IntakeRecorded known;
  *known.mutable_inputs() = stored.inputs();
  if (request.programmes_size() > 0) {
    *asked.mutable_programmes() = request.programmes();
    *known.mutable_programmes() = stored.programmes();
  }
  return codec::DeterministicBytes(asked) == codec::DeterministicBytes(known);
}

}  // namespace

void Intakes::Record(const QueryContext& context, const v1::RecordIntakeRequest& request,
                     const std::string& trace_parent, v1::RecordIntakeResponse& response,
                     Done done) {
  Assessment answers;
  const std::vector<FieldViolation> violations = Check(request, policy_, answers);
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  const std::string asked_id = request.dry_run() ? "" : request.request_id();
  const auto known = ReadKnown(context, request.patient_id(), asked_id);
  if (!known.ok()) return done(rpc::FromAbsl(known.status()));
  if (known->same_id) {
    if (!SameRequest(*known->same_id, request, answers)) return done(RequestIdConflict());
    *response.mutable_intake() = *known->same_id;
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
  intake.set_intake_id(asked_id.empty() ? NewId() : asked_id);
  const std::string id = absl::StrCat(intake.patient_id(), "/", intake.intake_id());
  outbox_.SendOnce(
      id, request,
      {config_.topics.intakes, intake.patient_id(), id, trace_parent, intake, context.written},
      context.now, metrics_.intakes,
      [&intake, done = std::move(done)](const grpc::Status& status, absl::Time first_at) mutable {
        *intake.mutable_recorded_at() = ToTimestamp(first_at);
        done(status);
      });
}

grpc::Status Intakes::Get(const QueryContext& context, const v1::GetIntakeRequest& request,
                          events::v1::IntakeRecorded& response) const {
  std::vector<FieldViolation> violations;
  CheckId("patient_id", request.patient_id(), 64, violations);
  if (!violations.empty()) return rpc::InvalidFields(violations);
  auto known = ReadKnown(context, request.patient_id(), "");
  if (!known.ok()) return rpc::FromAbsl(known.status());
  if (!known->newest) {
    return rpc::Error(grpc::StatusCode::NOT_FOUND, "INTAKE_NOT_FOUND",
                      "no intake was recorded for this patient_id");
  }
  response = *std::move(known->newest);
  return grpc::Status::OK;
}

}  // namespace withdrawal::clinician
