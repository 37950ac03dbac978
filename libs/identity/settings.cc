#include "libs/identity/settings.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/identity/token_verifier.h"
#include "libs/runtime/log.h"

namespace withdrawal::identity {

void Settings::AddTo(runtime::Options& options) {
  options.Add("identity", &identity,
              "who callers are: jwt = as their token says, none = nobody asks (loopback only);"
              " needed");
  options.Add("oidc-issuer", &rules.issuer, "claim iss of accepted tokens; needed for jwt");
  options.Add("oidc-audience", &rules.audience, "claim aud of accepted tokens; needed for jwt");
  options.Add("oidc-jwks", &jwks,
              "the provider's signing keys: a file, read again when it changes, or a URL; needed"
              " for jwt");
  options.Add("oidc-ca", &ca_file, "PEM file of who signs that URL's certificate; empty = system");
  options.Add("oidc-role-claim", &rules.role_claim, "claim with the role");
  options.Add("oidc-teams-claim", &rules.teams_claim, "claim with the list of teams");
  options.Add("oidc-patient-claim", &rules.patient_claim, "claim with a patient's or device's id");
  options.Add("calls-per-second", &calls_per_second,
              "of one caller on average, services left out; 0 = no limit");
  options.Add("calls-burst", &calls_burst, "of one caller at a time, before that limit holds");
}

absl::StatusOr<Callers> Settings::Open(prometheus::Registry& registry) const {
  const RateLimit::Limits rate{.per_second = calls_per_second, .burst = calls_burst};
  if (identity == "none") {
    runtime::Log(spdlog::level::warn,
                 "callers are not identified: whoever reaches the port may see and do everything");
    return Callers{std::make_unique<NoIdentity>(), rate};
  }
  if (identity != "jwt") {
    return absl::InvalidArgumentError(
        "--identity is needed: jwt, or none where only this machine can call");
  }
  for (const auto& [flag, value] :
       {std::pair<const char*, const std::string&>("issuer", rules.issuer),
        {"audience", rules.audience},
        {"jwks", jwks}}) {
    if (value.empty()) {
      return absl::InvalidArgumentError(absl::StrCat("--identity jwt needs --oidc-", flag));
    }
  }
  if (calls_per_second < 0 || (calls_per_second > 0 && calls_burst < 1)) {
    return absl::InvalidArgumentError(
        "--calls-per-second must be 0 or more, --calls-burst 1 or more");
  }
  auto keys = KeySource::Open(jwks, ca_file, registry);
  if (!keys.ok()) {
    return absl::Status(keys.status().code(),
                        absl::StrCat("--oidc-jwks: ", keys.status().message()));
  }
  return Callers{std::make_unique<TokenVerifier>(*std::move(keys), rules), rate};
}

}  // namespace withdrawal::identity
