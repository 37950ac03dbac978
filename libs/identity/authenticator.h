// Who presents this token?
#pragma once

#include <string_view>
#include <variant>

#include "absl/time/time.h"
#include "grpcpp/support/status.h"
#include "libs/identity/caller.h"

namespace withdrawal::identity {

// Thread-safe; never blocks.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // `token`: what followed "Bearer " in the metadata `authorization`; empty when there was none.
  virtual std::variant<Caller, grpc::Status> Authenticate(std::string_view token,
                                                          absl::Time now) = 0;
};

// --identity none: whoever reaches the port is believed.
class NoIdentity final : public Authenticator {
 public:
  std::variant<Caller, grpc::Status> Authenticate(std::string_view, absl::Time) override {
    return Unidentified();
  }
};

}  // namespace withdrawal::identity
