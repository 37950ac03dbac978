// Who may send check-ins of whom: a patient its own, a device its patient's, a clinician those of
// the own teams, a gateway anybody's. Thread-safe; nothing waits.
#pragma once

#include <string>

#include "absl/functional/any_invocable.h"
#include "grpcpp/grpcpp.h"
#include "libs/identity/audit.h"
#include "libs/identity/gate.h"
#include "services/ingest/enrolments.h"
#include "withdrawal/events/v1/check_in.pb.h"

namespace withdrawal::ingest {

class Senders {
 public:
  // All outlive this.
  Senders(identity::Gate& gate, identity::AuditSink& audit, const Enrolments& enrolments)
      : gate_(gate), audit_(audit), enrolments_(enrolments) {}

  using Answer = absl::AnyInvocable<void(const grpc::Status&)>;

  // Whether the call may go on, whosever check-ins it brings; as Gate::Admit.
  grpc::Status Admit(grpc::CallbackServerContext& context,
                     const google::protobuf::Descriptor& request, identity::Admitted& sender);
  // One more check-in of a stream: zero, or how long to wait.
  absl::Duration Spend(const identity::Admitted& sender);

  //   PERMISSION_DENIED    NOT_YOURSELF, NOT_YOUR_TEAM (the same for people nobody knows)
  //   INVALID_ARGUMENT     check_in.rater is not what this sender can be
  //   FAILED_PRECONDITION  MERGED_INTO, with the patient_id that goes on in the metadata
  //   UNAVAILABLE          ENROLMENTS_NOT_READY: whose people are is being read
  grpc::Status Check(const identity::Admitted& sender, const events::v1::CheckIn& check_in,
                     bool& break_glass) const;

  // Check, with what was refused for who sent it, and what break-glass opened, in the audit trail
  // before `answer` is called with the status; all else is answered at once.
  void Judge(const identity::Admitted& sender, const events::v1::CheckIn& check_in,
             const std::string& peer, Answer answer);
  // An answer of Admit, in the audit trail when the role was refused.
  void Refuse(const identity::Admitted& sender, const std::string& peer, const grpc::Status& status,
              Answer answer);

 private:
  void Audit(const identity::Admitted& sender, const std::string& patient_id, bool break_glass,
             const std::string& peer, const grpc::Status& status, Answer answer);

  identity::Gate& gate_;
  identity::AuditSink& audit_;
  const Enrolments& enrolments_;
};

// "" where callers are not identified.
std::string SubmittedBy(const identity::Admitted& sender);

}  // namespace withdrawal::ingest
