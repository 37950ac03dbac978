// The settings of who may call, for every service with callers.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/identity/claims.h"
#include "libs/identity/gate.h"
#include "libs/runtime/options.h"
#include "prometheus/registry.h"

namespace withdrawal::identity {

struct Settings {
  void AddTo(runtime::Options& options);
  // InvalidArgument naming the setting; NotFound for a key file that is not there. Says in the log
  // when nobody is identified.
  absl::StatusOr<Callers> Open(prometheus::Registry& registry) const;

  std::string identity;  // "jwt" or "none"; there is no default
  std::string jwks;
  std::string ca_file;
  TokenRules rules;
  double calls_per_second = RateLimit::Limits().per_second;
  double calls_burst = RateLimit::Limits().burst;
};

}  // namespace withdrawal::identity
