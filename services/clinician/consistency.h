// Read-your-writes: a call that brings the token of a command waits until the tables show what it
// wrote.
#pragma once

#include <atomic>
#include <set>
#include <string>

#include "absl/time/time.h"
#include "grpcpp/support/status.h"
#include "services/clinician/config.h"
#include "services/clinician/database.h"

namespace withdrawal::clinician {

inline constexpr char kConsistencyTokenKey[] = "withdrawal-consistency-token";

// Thread-safe.
class Consistency {
 public:
  // Only a part of the workers waits at a time: whoever brings no token is still answered.
  explicit Consistency(const Config& config);

  // Waits on this thread for at most `left` and 5 s. OK at once for an empty token, and for one of
  // an alert command: what that changes is alerting's to decide.
  //   INVALID_ARGUMENT    not a token of this service
  //   DEADLINE_EXCEEDED   NOT_SHOWN_YET: the tables have not come so far
  //   RESOURCE_EXHAUSTED  SERVER_BUSY: too many are waiting
  grpc::Status Await(Connection& connection, const std::string& token, absl::Duration left);

 private:
  const std::set<std::string> projected_;
  const int waiting_max_;
  std::atomic<int> waiting_ = 0;
};

}  // namespace withdrawal::clinician
