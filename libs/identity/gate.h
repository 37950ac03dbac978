// The door of every service with callers: who is it, may this role call this rpc, not too often.
// Whose data the call is about is asked by the service, which knows teams (Admitted::reach).
// Thread-safe; nothing waits.
#pragma once

#include <memory>
#include <string>

#include "grpcpp/grpcpp.h"
#include "libs/identity/authenticator.h"
#include "libs/identity/rate_limit.h"
#include "prometheus/counter.h"
#include "prometheus/registry.h"

namespace withdrawal::identity {

inline constexpr char kBreakGlassKey[] = "withdrawal-break-glass-reason";

// A call that may go on.
struct Admitted {
  Caller caller;
  const Row* row = nullptr;
  Reach reach = Reach::kNever;
  // Of a clinician or supervisor who opens a record outside the own teams for this call.
  std::string break_glass_reason;
};

// How a service tells its callers apart.
struct Callers {
  std::unique_ptr<Authenticator> authenticator;
  RateLimit::Limits rate;
};

class Gate {
 public:
  Gate(Callers callers, prometheus::Registry& registry);

  //   UNAUTHENTICATED     TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED
  //   UNAVAILABLE         SIGNING_KEYS_UNKNOWN: the provider's keys are being read
  //   PERMISSION_DENIED   ROLE_NOT_ALLOWED
  //   INVALID_ARGUMENT    the reason of break-glass is too short or too long
  //   RESOURCE_EXHAUSTED  RATE_LIMIT, with RetryInfo and pushback
  // `admitted` has the caller, once known, also when the answer is not OK.
  grpc::Status Admit(grpc::CallbackServerContext& context, const Row* row, absl::Time now,
                     Admitted& admitted);
  // One more of a caller's stream. Zero: go on. Else how long to wait.
  absl::Duration Spend(const Caller& caller, absl::Time now);

  // Counts and logs that a record outside the own teams was opened; who and what, not whose.
  void NoteBreakGlass(const Admitted& admitted);
  void NoteRefused(const std::string& reason);

 private:
  grpc::Status Decide(grpc::CallbackServerContext& context, absl::Time now, Admitted& admitted);

  const std::unique_ptr<Authenticator> authenticator_;
  RateLimit rate_limit_;
  prometheus::Registry& registry_;
  prometheus::Counter& break_glass_;
};

// The answers about data the caller may not see: whether there is such a person is not said.
grpc::Status NotYourTeam();
grpc::Status NotYourself();
grpc::Status RateLimited(absl::Duration wait);
grpc::Status TokenExpired();

}  // namespace withdrawal::identity
