// JSON Web Signatures in their compact form (RFC 7515): three parts of base64url, of which the last
// signs the other two. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libs/identity/jwks.h"

namespace withdrawal::identity {

struct SignedToken {
  std::string_view signed_part;  // of the token
  std::string header;            // JSON, not verified
  std::string payload;
  std::string signature;
};

// Absent when it is not of that form. The token outlives the result.
std::optional<SignedToken> ReadCompact(std::string_view token);

// Whether the signature is of this key, by the key's algorithm: what the header says counts
// nothing.
bool IsSignedBy(const SigningKey& key, const SignedToken& token);

}  // namespace withdrawal::identity
