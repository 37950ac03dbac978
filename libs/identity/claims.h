// What the claims of a verified token say: is it for us, is it its time, who is it. Pure.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "absl/time/time.h"
#include "grpcpp/support/status.h"
#include "libs/identity/caller.h"

namespace withdrawal::identity {

struct TokenRules {
  std::string issuer;
  std::string audience;
  std::string role_claim = "withdrawal_role";
  std::string teams_claim = "withdrawal_teams";
  std::string patient_claim = "withdrawal_patient_id";
  absl::Duration leeway = absl::Seconds(30);  // how far clocks may be apart
};

// UNAUTHENTICATED TOKEN_EXPIRED, TOKEN_NOT_YET_VALID, TOKEN_INVALID (which claim, not what it
// says).
std::variant<Caller, grpc::Status> ReadClaims(std::string_view json, const TokenRules& rules,
                                              absl::Time now);

grpc::Status TokenInvalid(std::string_view why);

}  // namespace withdrawal::identity
