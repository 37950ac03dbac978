#include "libs/identity/token_verifier.h"

#include <jwt.h>

#include <cstdlib>
#include <memory>
#include <optional>

#include "absl/strings/escaping.h"
#include "libs/rpc/status.h"
#include "nlohmann/json.hpp"

namespace withdrawal::identity {
namespace {

constexpr size_t kTokenBytesMax = 8192;

struct Header {
  Algorithm algorithm = Algorithm::kRs256;
  std::string kid;
};

jwt_alg_t ToLibrary(Algorithm algorithm) {
  return algorithm == Algorithm::kRs256 ? JWT_ALG_RS256 : JWT_ALG_ES256;
}

// The header decides which key is tried, so it is read before the signature is verified: only what
// we would accept goes on.
std::optional<Header> ReadHeader(const std::string& token) {
  std::string json;
  const size_t dot = token.find('.');
  if (dot == std::string::npos || !absl::WebSafeBase64Unescape(token.substr(0, dot), &json)) {
    return std::nullopt;
  }
  const auto parsed = nlohmann::json::parse(json, nullptr, false);
  // Extensions that must be understood (RFC 7515, 4.1.11) are not.
  if (!parsed.is_object() || parsed.contains("crit")) return std::nullopt;
  const auto text = [&](const char* name) {
    const auto found = parsed.find(name);
    return found != parsed.end() && found->is_string() ? found->get<std::string>() : "";
  };
  const std::string algorithm = text("alg");
  if (algorithm == "RS256") return Header{Algorithm::kRs256, text("kid")};
  if (algorithm == "ES256") return Header{Algorithm::kEs256, text("kid")};
  return std::nullopt;
}

// The key that the header names; without a name the only one of its kind. Null = none.
const SigningKey* FindKey(const KeySet& keys, const Header& header) {
  const SigningKey* found = nullptr;
  for (const SigningKey& key : keys.keys) {
    if (key.algorithm != header.algorithm) continue;
    if (!header.kid.empty() && key.kid != header.kid) continue;
    if (found != nullptr) return nullptr;
    found = &key;
  }
  return found;
}

// The claims as JSON, when the signature is of this key.
std::optional<std::string> ClaimsSignedBy(const SigningKey& key, const std::string& token) {
  jwt_t* decoded = nullptr;
  const int wrong =
      jwt_decode(&decoded, token.c_str(), reinterpret_cast<const unsigned char*>(key.pem.c_str()),
                 static_cast<int>(key.pem.size()));
  const std::unique_ptr<jwt_t, void (*)(jwt_t*)> jwt(decoded, jwt_free);
  if (wrong != 0 || jwt == nullptr || jwt_get_alg(jwt.get()) != ToLibrary(key.algorithm)) {
    return std::nullopt;
  }
  const std::unique_ptr<char, void (*)(void*)> json(jwt_get_grants_json(jwt.get(), nullptr),
                                                    std::free);
  if (json == nullptr) return std::nullopt;
  return std::string(json.get());
}

}  // namespace

std::variant<Caller, grpc::Status> TokenVerifier::Authenticate(std::string_view token,
                                                               absl::Time now) {
  if (token.empty()) {
    return rpc::Error(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_MISSING",
                      "metadata authorization: Bearer TOKEN is needed");
  }
  if (token.size() > kTokenBytesMax) return TokenInvalid("it is too long");
  // The library reads up to the first NUL.
  if (token.find('\0') != std::string_view::npos) return TokenInvalid("not a token");
  const std::shared_ptr<const KeySet> keys = keys_->keys();
  const hash::Digest digest = hash::Sha256(token);
  {
    absl::MutexLock lock(&mutex_);
    const auto known =
        generation_ == keys->generation ? remembered_.find(digest) : remembered_.end();
    if (known != remembered_.end() && now < known->second.valid_until) return known->second;
  }
  auto verified = Verify(std::string(token), *keys, now);
  if (const auto* caller = std::get_if<Caller>(&verified)) {
    Remember(digest, *caller, keys->generation, now);
  }
  return verified;
}

std::variant<Caller, grpc::Status> TokenVerifier::Verify(const std::string& token,
                                                         const KeySet& keys, absl::Time now) {
  const auto header = ReadHeader(token);
  if (!header) return TokenInvalid("not a token signed with RS256 or ES256");
  const SigningKey* key = FindKey(keys, *header);
  if (key == nullptr) {
    if (!keys_->Ask()) return TokenInvalid("signed with an unknown key");
    return rpc::Unavailable("SIGNING_KEYS_UNKNOWN",
                            "the key of this token is being looked for: try again");
  }
  const auto claims = ClaimsSignedBy(*key, token);
  if (!claims) return TokenInvalid("the signature is wrong");
  return ReadClaims(*claims, rules_, now);
}

void TokenVerifier::Remember(const hash::Digest& digest, const Caller& caller, uint64_t generation,
                             absl::Time now) {
  absl::MutexLock lock(&mutex_);
  if (generation < generation_) return;
  if (generation > generation_) {
    remembered_.clear();
    generation_ = generation;
  }
  if (remembered_.size() >= remembered_max_) {
    absl::erase_if(remembered_,
                   [now](const auto& entry) { return entry.second.valid_until <= now; });
    if (remembered_.size() >= remembered_max_) remembered_.erase(remembered_.begin());
  }
  remembered_[digest] = caller;
}

size_t TokenVerifier::remembered() const {
  absl::MutexLock lock(&mutex_);
  return remembered_.size();
}

}  // namespace withdrawal::identity
