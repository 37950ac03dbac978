// gRPC statuses a client can act on: each carries google.rpc details in grpc-status-details-bin,
// with an ErrorInfo {reason, domain "withdrawal-monitor"} always (AIP-193). Messages are for
// developers, in English, and hold no personal data.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/grpcpp.h"

namespace withdrawal::rpc {

inline constexpr std::string_view kErrorDomain = "withdrawal-monitor";

struct FieldViolation {
  std::string field;   // path in the request, "check_in.vital_signs.pulse.unit"
  std::string reason;  // UPPER_SNAKE_CASE
  std::string description;
};

// Any status: `reason` is UPPER_SNAKE_CASE; `metadata` says more for programs.
grpc::Status Error(grpc::StatusCode code, std::string_view reason, std::string_view message,
                   const std::map<std::string, std::string>& metadata = {});

// INVALID_ARGUMENT with a BadRequest; ErrorInfo reason INVALID_FIELDS. Lists all violations that
// fit in 4 KiB (clients accept 8 KiB of trailers), and says how many were left out.
grpc::Status InvalidFields(const std::vector<FieldViolation>& violations);

// Of anything with `field`, `reason`, `description`; `prefix` goes before each field.
template <typename FieldErrors>
std::vector<FieldViolation> ToViolations(const FieldErrors& errors, std::string_view prefix) {
  std::vector<FieldViolation> violations;
  for (const auto& error : errors) {
    violations.push_back({std::string(prefix) + error.field, error.reason, error.description});
  }
  return violations;
}
template <typename FieldErrors>
grpc::Status InvalidFields(const FieldErrors& errors, std::string_view prefix) {
  return InvalidFields(ToViolations(errors, prefix));
}

// RESOURCE_EXHAUSTED with a RetryInfo. Give the same delay to AddPushback.
grpc::Status ResourceExhausted(std::string_view reason, std::string_view message,
                               absl::Duration retry_after);

// UNAVAILABLE: the client should try again with the same ids.
grpc::Status Unavailable(std::string_view reason, std::string_view message);

// Same code and message; reason = the code's name.
grpc::Status FromAbsl(const absl::Status& status);

// Trailer grpc-retry-pushback-ms, which gRPC clients with a retry policy obey (gRFC A6). Before
// Finish.
void AddPushback(grpc::CallbackServerContext& context, absl::Duration retry_after);

// The status with its details, for results inside a message.
google::rpc::Status ToProto(const grpc::Status& status);

// "OK", "INVALID_ARGUMENT", ...
std::string CodeName(grpc::StatusCode code);

}  // namespace withdrawal::rpc
