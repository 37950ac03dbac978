#include "libs/identity/token_verifier.h"

#include <memory>
#include <optional>

#include "libs/identity/signature.h"
#include "libs/rpc/status.h"
#include "nlohmann/json.hpp"

namespace withdrawal::identity {
namespace {

constexpr size_t kTokenBytesMax = 8192;

struct Header {
  Algorithm algorithm = Algorithm::kRs256;
  std::string kid;
};

// The header decides which key is tried, so it is read before the signature is verified: only what
// we would accept goes on.
std::optional<Header> ReadHeader(const std::string& json) {
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

}  // namespace

std::variant<Caller, grpc::Status> TokenVerifier::Authenticate(std::string_view token,
                                                               absl::Time now) {
  if (token.empty()) {
    return rpc::Error(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_MISSING",
                      "metadata authorization: Bearer TOKEN is needed");
  }
  if (token.size() > kTokenBytesMax) return TokenInvalid("it is too long");
  const std::shared_ptr<const KeySet> keys = keys_->keys();
  const hash::Digest digest = hash::Sha256(token);
  {
    absl::MutexLock lock(&mutex_);
    const auto known =
        generation_ == keys->generation ? remembered_.find(digest) : remembered_.end();
    if (known != remembered_.end() && now < known->second.valid_until) return known->second;
  }
  auto verified = Verify(token, *keys, now);
  if (const auto* caller = std::get_if<Caller>(&verified)) {
    Remember(digest, *caller, keys->generation, now);
  }
  return verified;
}

std::variant<Caller, grpc::Status> TokenVerifier::Verify(std::string_view token, const KeySet& keys,
                                                         absl::Time now) {
  const auto read = ReadCompact(token);
  const auto header = read ? ReadHeader(read->header) : std::nullopt;
  if (!header) return TokenInvalid("not a token signed with RS256 or ES256");
  const SigningKey* key = FindKey(keys, *header);
  if (key == nullptr) {
    if (!keys_->Ask()) return TokenInvalid("signed with an unknown key");
    return rpc::Unavailable("SIGNING_KEYS_UNKNOWN",
                            "the key of this token is being looked for: try again");
  }
  if (!IsSignedBy(*key, *read)) return TokenInvalid("the signature is wrong");
  return ReadClaims(read->payload, rules_, now);
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
