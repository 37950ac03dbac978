// since and until of a list call.
#pragma once

#include <vector>

#include "absl/time/time.h"
#include "libs/codec/time.h"
#include "libs/rpc/status.h"

namespace withdrawal::clinician {

// Names `since` or `until` when it is no time, and `until` when it is not behind `since`.
template <typename Request>
void CheckRange(const Request& request, std::vector<rpc::FieldViolation>& violations) {
  const bool since = request.has_since() && codec::IsValid(request.since());
  const bool until = request.has_until() && codec::IsValid(request.until());
  if (request.has_since() && !since) {
    violations.push_back({"since", "INVALID_TIMESTAMP", "no time of this calendar"});
  }
  if (request.has_until() && !until) {
    violations.push_back({"until", "INVALID_TIMESTAMP", "no time of this calendar"});
  }
  if (since && until && codec::FromProto(request.until()) <= codec::FromProto(request.since())) {
    violations.push_back({"until", "OUT_OF_RANGE", "must be later than since"});
  }
}

}  // namespace withdrawal::clinician
