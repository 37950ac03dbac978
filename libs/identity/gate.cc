#include "libs/identity/gate.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "google/rpc/error_details.pb.h"
#include "libs/metrics/metrics.h"
#include "libs/rpc/status.h"
#include "spdlog/spdlog.h"

namespace withdrawal::identity {
namespace {

constexpr std::string_view kScheme = "bearer ";
constexpr size_t kReasonMin = 10;
constexpr size_t kReasonMax = 500;

std::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }

// The only value of a key; empty when there is none, or several.
std::string_view OnlyValue(const grpc::CallbackServerContext& context, const char* key) {
  const auto& metadata = context.client_metadata();
  if (metadata.count(key) != 1) return {};
  return View(metadata.find(key)->second);
}

std::string_view TokenOf(const grpc::CallbackServerContext& context) {
  const std::string_view value = OnlyValue(context, "authorization");
  if (value.size() < kScheme.size()) return {};
  for (size_t i = 0; i < kScheme.size(); ++i) {
    const char c = value[i];
    if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != kScheme[i]) return {};
  }
  return value.substr(kScheme.size());
}

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::ErrorInfo info;
  const google::rpc::Status proto = rpc::ToProto(status);
  for (const auto& any : proto.details()) {
    if (any.UnpackTo(&info)) return info.reason();
  }
  return rpc::CodeName(status.error_code());
}

bool MayBreakGlass(const Admitted& admitted) {
  return admitted.caller.identified && admitted.reach == Reach::kTeams && admitted.row->opens;
}

}  // namespace

Gate::Gate(Callers callers, prometheus::Registry& registry)
    : authenticator_(std::move(callers.authenticator)),
      rate_limit_(callers.rate),
      registry_(registry),
      break_glass_(metrics::AddCounter(
          registry, "withdrawal_break_glass_total",
          "Records of other teams opened by clinicians with a reason (break-glass).")) {}

grpc::Status Gate::Admit(grpc::CallbackServerContext& context, const Row* row, absl::Time now,
                         Admitted& admitted) {
  admitted.row = row;
  grpc::Status status = Decide(context, now, admitted);
  if (!status.ok()) NoteRefused(ReasonOf(status));
  return status;
}

grpc::Status Gate::Decide(grpc::CallbackServerContext& context, absl::Time now,
                          Admitted& admitted) {
  if (admitted.row == nullptr) {
    return rpc::Error(grpc::StatusCode::UNIMPLEMENTED, "RPC_WITHOUT_POLICY",
                      "nobody may call this");
  }
  auto who = authenticator_->Authenticate(TokenOf(context), now);
  if (const auto* refused = std::get_if<grpc::Status>(&who)) return *refused;
  admitted.caller = std::get<Caller>(std::move(who));
  admitted.reach = ReachOf(*admitted.row, admitted.caller);
  if (admitted.reach == Reach::kNever) {
    return rpc::Error(grpc::StatusCode::PERMISSION_DENIED, "ROLE_NOT_ALLOWED",
                      "this role may not call this");
  }
  if (const absl::Duration wait = Spend(admitted.caller, now); wait > absl::ZeroDuration()) {
    rpc::AddPushback(context, wait);
    return RateLimited(wait);
  }
  const std::string_view reason = OnlyValue(context, kBreakGlassKey);
  if (reason.empty() || !MayBreakGlass(admitted)) return grpc::Status::OK;
  if (absl::StripAsciiWhitespace({reason.data(), reason.size()}).size() < kReasonMin ||
      reason.size() > kReasonMax) {
    return rpc::Error(grpc::StatusCode::INVALID_ARGUMENT, "BREAK_GLASS_REASON_INVALID",
                      "the reason of break-glass has 10 to 500 characters");
  }
  admitted.break_glass_reason = std::string(reason);
  return grpc::Status::OK;
}

absl::Duration Gate::Spend(const Caller& caller, absl::Time now) {
  // Gateways send for many people, and where nobody is identified all are one.
  if (!caller.identified || caller.role == Role::kService) return absl::ZeroDuration();
  return rate_limit_.Take(caller.subject, now);
}

void Gate::NoteBreakGlass(const Admitted& admitted) {
  break_glass_.Increment();
  spdlog::warn("break-glass: {} opened a record of another team by {}", admitted.caller.subject,
               std::string(admitted.row->rpc));
}

void Gate::NoteRefused(const std::string& reason) {
  metrics::AddCounter(registry_, "withdrawal_identity_refused_total",
                      "Calls refused for who made them, by reason.", {{"reason", reason}})
      .Increment();
}

grpc::Status NotYourTeam() {
  return rpc::Error(grpc::StatusCode::PERMISSION_DENIED, "NOT_YOUR_TEAM",
                    "not a person or team this caller may ask about");
}

grpc::Status NotYourself() {
  return rpc::Error(grpc::StatusCode::PERMISSION_DENIED, "NOT_YOURSELF",
                    "this caller may only speak for the person the token names");
}

grpc::Status RateLimited(absl::Duration wait) {
  return rpc::ResourceExhausted("RATE_LIMIT", "this caller calls too often", wait);
}

grpc::Status TokenExpired() {
  return rpc::Error(grpc::StatusCode::UNAUTHENTICATED, "TOKEN_EXPIRED", "the token has expired");
}

}  // namespace withdrawal::identity
