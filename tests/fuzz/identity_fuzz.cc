// What comes before anybody is known, and from the provider: the first line says what the rest is,
// a token, its claims, or a key set. No token is believed, no claims are of nobody, and keys of a
// set are keys.
#include <cstdlib>
#include <memory>
#include <thread>
#include <variant>

#include "absl/time/time.h"
#include "libs/identity/claims.h"
#include "libs/identity/jwks.h"
#include "libs/identity/token_verifier.h"
#include "tests/fuzz/fuzz_target.h"

namespace withdrawal::fuzz {
namespace {

// The curve's own base point: no input is signed with it.
constexpr char kKeys[] = R"({"keys":[{"kty":"EC","crv":"P-256","kid":"1",)"
                         R"("x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",)"
                         R"("y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}]})";

identity::TokenRules Rules() {
  identity::TokenRules rules;
  rules.issuer = "https://login.test";
  rules.audience = "withdrawal";
  return rules;
}

identity::TokenVerifier& Verifier() {
  static auto* const kVerifier = [] {
    static prometheus::Registry registry;
    auto source = std::make_unique<identity::KeySource>([] { return std::string(kKeys); },
                                                        identity::KeySource::Timing(), registry);
    while (source->keys()->keys.empty()) std::this_thread::yield();
    return new identity::TokenVerifier(std::move(source), Rules());
  }();
  return *kVerifier;
}

void Require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

void TestOne(std::string_view input) {
  const size_t end = input.find('\n');
  if (end == std::string_view::npos) return;
  const std::string_view kind = input.substr(0, end);
  const std::string_view text = input.substr(end + 1);
  const absl::Time now = absl::FromUnixSeconds(1'800'000'000);
  if (kind == "token") {
    const auto answer = Verifier().Authenticate(text, now);
    Require(std::holds_alternative<grpc::Status>(answer));
  } else if (kind == "claims") {
    const auto answer = identity::ReadClaims(text, Rules(), now);
    const auto* caller = std::get_if<identity::Caller>(&answer);
    if (caller == nullptr) return;
    Require(!caller->subject.empty() && caller->identified && caller->valid_until > now);
  } else if (kind == "keys") {
    const auto keys = identity::ParseKeySet(text);
    if (keys.ok()) Require(!keys->empty() && keys->front().key != nullptr);
  }
}

}  // namespace withdrawal::fuzz
