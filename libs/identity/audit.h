// What a call did or was refused: the seam between the services' calls and the audit trail.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "libs/identity/policy.h"

namespace withdrawal::identity {

struct AuditEntry {
  std::string subject;
  std::string role;  // "clinician"; empty where callers are not identified
  std::string rpc;   // "withdrawal.clinician.v1.ClinicianService/GetPatient"
  Action action = Action::kRead;
  std::vector<std::string> patient_ids;  // whom it is about, or whom the answer shows
  std::string alert_id;
  std::string reason;  // the request's, or of break-glass
  bool break_glass = false;
  std::string peer;
  std::string outcome;  // "OK", "PERMISSION_DENIED", ...
  std::string request_id;
};

class AuditSink {
 public:
  // Called exactly once: the entry is stored, or has been waited for long enough.
  using Done = absl::AnyInvocable<void()>;

  virtual ~AuditSink() = default;
  // Never blocks; any thread. `done` may be called before it returns.
  virtual void Record(AuditEntry entry, Done done) = 0;
};

class NoAudit final : public AuditSink {
 public:
  void Record(AuditEntry, Done done) override { done(); }
};

}  // namespace withdrawal::identity
