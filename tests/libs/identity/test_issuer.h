// A provider for tests: a key of its own, its public half as a key set, and tokens signed with it.
#pragma once

#include <string>
#include <vector>

#include "libs/identity/jwks.h"
#include "libs/identity/token_verifier.h"
#include "nlohmann/json.hpp"

namespace withdrawal::identity {

inline constexpr char kTestIssuer[] = "https://login.test";
inline constexpr char kTestAudience[] = "withdrawal";

inline TokenRules TestRules() {
  TokenRules rules;
  rules.issuer = kTestIssuer;
  rules.audience = kTestAudience;
  return rules;
}

class TestIssuer {
 public:
  explicit TestIssuer(std::string kid, Algorithm algorithm = Algorithm::kEs256,
                      int rsa_bits = 2048);

  nlohmann::json PublicKey() const { return public_; }
  // A key set of this key, or of several.
  std::string KeySet() const { return KeySetOf({this}); }
  static std::string KeySetOf(const std::vector<const TestIssuer*>& issuers);

  std::string Sign(const nlohmann::json& claims) const { return Sign(claims, {}); }
  // With other members of the header: "crit", ...
  std::string Sign(const nlohmann::json& claims, const nlohmann::json& header) const;
  // With a header of any content, whatever the library would make of it. RSA keys only.
  std::string SignAsIs(const nlohmann::json& claims, const nlohmann::json& header) const;
  // What a forger would try.
  std::string SignNone(const nlohmann::json& claims) const;
  std::string SignHmacWithPublicKey(const nlohmann::json& claims) const;

 private:
  std::string kid_;
  Algorithm algorithm_;
  std::string private_pem_;
  std::string public_pem_;
  nlohmann::json public_;
};

// Claims of the test issuer, valid from now for `valid_for`.
nlohmann::json ClaimsOf(const std::string& subject, const std::string& role,
                        const std::vector<std::string>& teams = {},
                        const std::string& patient_id = "",
                        absl::Duration valid_for = absl::Minutes(5));

// A verifier that knows these keys.
std::unique_ptr<TokenVerifier> VerifierOf(const std::string& key_set,
                                          prometheus::Registry& registry,
                                          size_t remembered_max = 1000);

}  // namespace withdrawal::identity
