// JSON Web Key Sets (RFC 7517): the public keys a provider signs with. RSA from 2048 bits on for
// RS256, P-256 for ES256; others are left out. Pure.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace withdrawal::identity {

enum class Algorithm { kRs256, kEs256 };

struct SigningKey {
  std::string kid;  // may be empty
  Algorithm algorithm = Algorithm::kRs256;
  std::shared_ptr<EVP_PKEY> key;
};

// InvalidArgument: no key set, or none of its keys is of use.
absl::StatusOr<std::vector<SigningKey>> ParseKeySet(std::string_view json);

}  // namespace withdrawal::identity
