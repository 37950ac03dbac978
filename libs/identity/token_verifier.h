// Tokens of an OpenID provider: JSON Web Tokens signed with RS256 or ES256 by a key of the
// provider's set, for this issuer and audience, in their time. Tokens that passed are remembered by
// their hash until they expire or the keys change. Tokens never appear in answers or the log.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "libs/hash/sha256.h"
#include "libs/identity/authenticator.h"
#include "libs/identity/claims.h"
#include "libs/identity/key_source.h"

namespace withdrawal::identity {

class TokenVerifier final : public Authenticator {
 public:
  TokenVerifier(std::unique_ptr<KeySource> keys, TokenRules rules, size_t remembered_max = 10'000)
      : keys_(std::move(keys)), rules_(std::move(rules)), remembered_max_(remembered_max) {}

  std::variant<Caller, grpc::Status> Authenticate(std::string_view token, absl::Time now) override
      ABSL_LOCKS_EXCLUDED(mutex_);

  size_t remembered() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  std::variant<Caller, grpc::Status> Verify(std::string_view token, const KeySet& keys,
                                            absl::Time now);
  void Remember(const hash::Digest& digest, const Caller& caller, uint64_t generation,
                absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::unique_ptr<KeySource> keys_;
  const TokenRules rules_;
  const size_t remembered_max_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<hash::Digest, Caller> remembered_ ABSL_GUARDED_BY(mutex_);
  uint64_t generation_ ABSL_GUARDED_BY(mutex_) = 0;  // of the keys they were verified with
};

}  // namespace withdrawal::identity
