#include "services/ingest/senders.h"

#include <utility>

#include "absl/time/clock.h"
#include "libs/rpc/status.h"

namespace withdrawal::ingest {
namespace {

using identity::Admitted;
using identity::Reach;
using identity::Role;

constexpr size_t kPatientIdMax = 64;

bool MayRate(const Admitted& sender, events::v1::Rater rater) {
  if (!sender.caller.identified || rater == events::v1::RATER_UNSPECIFIED) return true;
  switch (sender.caller.role) {
    case Role::kPatient:
      return rater == events::v1::RATER_PATIENT;
    case Role::kDevice:
      return rater == events::v1::RATER_DEVICE;
    default:
      return true;
  }
}

grpc::Status MergedInto(const std::string& patient_id) {
  return rpc::Error(grpc::StatusCode::FAILED_PRECONDITION, "MERGED_INTO",
                    "this record was merged into another: send under its patient_id",
                    {{"patient_id", patient_id}});
}

}  // namespace

grpc::Status Senders::Admit(grpc::CallbackServerContext& context,
                            const google::protobuf::Descriptor& request, Admitted& sender) {
  return gate_.Admit(context, identity::FindRowOf(request), absl::Now(), sender);
}

absl::Duration Senders::Spend(const Admitted& sender) {
  return gate_.Spend(sender.caller, absl::Now());
}

grpc::Status Senders::Check(const Admitted& sender, const events::v1::CheckIn& check_in,
                            bool& break_glass) const {
  break_glass = false;
  const std::string& patient_id = check_in.patient_id();
  if (patient_id.empty()) return grpc::Status::OK;  // the examination says so
  if (sender.reach == Reach::kSelf && patient_id != sender.caller.patient_id) {
    return identity::NotYourself();
  }
  if (sender.reach == Reach::kTeams && !enrolments_.complete()) {
    return rpc::Unavailable("ENROLMENTS_NOT_READY", "whose people are is being read");
  }
  const Enrolments::Enrolment enrolment = enrolments_.Find(patient_id);
  if (sender.reach == Reach::kTeams && !sender.caller.IsOfTeam(enrolment.team)) {
    if (sender.break_glass_reason.empty()) return identity::NotYourTeam();
    break_glass = true;
  }
  if (!MayRate(sender, check_in.rater())) {
    return rpc::InvalidFields(
        {{"check_in.rater", "RATER_NOT_CALLER", "a patient rates as PATIENT, a device as DEVICE"}});
  }
  if (!enrolment.merged_into.empty()) return MergedInto(enrolment.merged_into);
  return grpc::Status::OK;
}

void Senders::Judge(const Admitted& sender, const events::v1::CheckIn& check_in,
                    const std::string& peer, Answer answer) {
  bool break_glass = false;
  const grpc::Status status = Check(sender, check_in, break_glass);
  if (break_glass) gate_.NoteBreakGlass(sender);
  if (!break_glass && status.error_code() != grpc::StatusCode::PERMISSION_DENIED) {
    return answer(status);
  }
  Audit(sender, check_in.patient_id(), break_glass, peer, status, std::move(answer));
}

void Senders::Refuse(const Admitted& sender, const std::string& peer, const grpc::Status& status,
                     Answer answer) {
  if (status.error_code() != grpc::StatusCode::PERMISSION_DENIED) return answer(status);
  Audit(sender, "", false, peer, status, std::move(answer));
}

void Senders::Audit(const Admitted& sender, const std::string& patient_id, bool break_glass,
                    const std::string& peer, const grpc::Status& status, Answer answer) {
  identity::AuditEntry entry;
  entry.subject = sender.caller.subject;
  entry.role = std::string(identity::RoleName(sender.caller.role));
  entry.rpc = std::string(sender.row->rpc);
  entry.action = identity::Action::kWrite;
  if (!patient_id.empty() && patient_id.size() <= kPatientIdMax) entry.patient_ids = {patient_id};
  entry.break_glass = break_glass;
  if (break_glass) entry.reason = sender.break_glass_reason;
  entry.peer = peer;
  entry.outcome = rpc::CodeName(status.error_code());
  audit_.Record(std::move(entry),
                [status, answer = std::move(answer)]() mutable { answer(status); });
}

std::string SubmittedBy(const Admitted& sender) {
  return sender.caller.identified ? sender.caller.subject : "";
}

}  // namespace withdrawal::ingest
