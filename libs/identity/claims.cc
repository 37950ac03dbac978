#include "libs/identity/claims.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/identity/gate.h"
#include "libs/rpc/status.h"
#include "nlohmann/json.hpp"

namespace withdrawal::identity {
namespace {

using Json = nlohmann::json;

constexpr size_t kSubjectMax = 128;
constexpr size_t kPatientMax = 64;
constexpr size_t kTeamMax = 64;
constexpr size_t kTeamsMax = 256;

const Json* Find(const Json& claims, const std::string& name) {
  const auto found = claims.find(name);
  return found == claims.end() ? nullptr : &*found;
}

bool IsText(const Json* claim, const std::string& text) {
  return claim != nullptr && claim->is_string() && claim->get_ref<const std::string&>() == text;
}

bool IsFor(const Json* audience, const std::string& us) {
  if (audience == nullptr || !audience->is_array()) return IsText(audience, us);
  return std::any_of(audience->begin(), audience->end(),
                     [&](const Json& one) { return IsText(&one, us); });
}

// A NumericDate: seconds since 1970, perhaps with a fraction.
std::optional<absl::Time> TimeOf(const Json* claim) {
  if (claim == nullptr || !claim->is_number()) return std::nullopt;
  const double seconds = claim->get<double>();
  if (!std::isfinite(seconds) || std::abs(seconds) > 1e11) return std::nullopt;
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

// Printable ASCII without spaces, as ids and actors are.
std::optional<std::string> IdOf(const Json* claim, size_t size_max) {
  if (claim == nullptr || !claim->is_string()) return std::nullopt;
  const auto& text = claim->get_ref<const std::string&>();
  const bool plain =
      std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 127; });
  if (text.empty() || text.size() > size_max || !plain) return std::nullopt;
  return text;
}

std::optional<Role> RoleOf(const Json* claim) {
  for (size_t i = 0; i < kRoleCount; ++i) {
    if (IsText(claim, std::string(RoleName(static_cast<Role>(i))))) return static_cast<Role>(i);
  }
  return std::nullopt;
}

std::optional<std::vector<std::string>> TeamsOf(const Json* claim) {
  std::vector<std::string> teams;
  if (claim == nullptr) return teams;
  if (!claim->is_array() || claim->size() > kTeamsMax) return std::nullopt;
  for (const Json& one : *claim) {
    auto team = IdOf(&one, kTeamMax);
    if (!team) return std::nullopt;
    teams.push_back(*std::move(team));
  }
  std::sort(teams.begin(), teams.end());
  teams.erase(std::unique(teams.begin(), teams.end()), teams.end());
  return teams;
}

std::variant<Caller, grpc::Status> WhoIs(const Json& claims, const TokenRules& rules) {
  Caller caller;
  auto subject = IdOf(Find(claims, "sub"), kSubjectMax);
  if (!subject) return TokenInvalid("claim sub");
  caller.subject = *std::move(subject);
  const auto role = RoleOf(Find(claims, rules.role_claim));
  if (!role) return TokenInvalid(absl::StrCat("claim ", rules.role_claim));
  caller.role = *role;
  auto teams = TeamsOf(Find(claims, rules.teams_claim));
  if (!teams) return TokenInvalid(absl::StrCat("claim ", rules.teams_claim));
  caller.teams = *std::move(teams);
  if (caller.role != Role::kPatient && caller.role != Role::kDevice) return caller;
  auto patient = IdOf(Find(claims, rules.patient_claim), kPatientMax);
  if (!patient) return TokenInvalid(absl::StrCat("claim ", rules.patient_claim));
  caller.patient_id = *std::move(patient);
  return caller;
}

}  // namespace

std::variant<Caller, grpc::Status> ReadClaims(std::string_view json, const TokenRules& rules,
                                              absl::Time now) {
  const Json claims = Json::parse(json, nullptr, false);
  if (!claims.is_object()) return TokenInvalid("no claims");
  if (!IsText(Find(claims, "iss"), rules.issuer)) return TokenInvalid("claim iss");
  if (!IsFor(Find(claims, "aud"), rules.audience)) return TokenInvalid("claim aud");
  const auto expires = TimeOf(Find(claims, "exp"));
  if (!expires) return TokenInvalid("claim exp");
  if (now >= *expires + rules.leeway) return TokenExpired();
  if (const Json* begins = Find(claims, "nbf")) {
    const auto at = TimeOf(begins);
    if (!at) return TokenInvalid("claim nbf");
    if (now < *at - rules.leeway) {
      return rpc::Error(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_NOT_YET_VALID",
                        "the token is not valid yet");
    }
  }
  auto who = WhoIs(claims, rules);
  if (auto* caller = std::get_if<Caller>(&who)) caller->valid_until = *expires + rules.leeway;
  return who;
}

grpc::Status TokenInvalid(std::string_view why) {
  return rpc::Error(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_INVALID",
                    absl::StrCat("the token is not accepted: ", std::string(why)));
}

}  // namespace withdrawal::identity
