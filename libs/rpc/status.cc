#include "libs/rpc/status.h"

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace withdrawal::rpc {
namespace {

constexpr size_t kViolationBytesMax = 4096;

google::rpc::Status Draft(grpc::StatusCode code, std::string_view reason, std::string_view message,
                          const std::map<std::string, std::string>& metadata = {}) {
  google::rpc::Status draft;
  draft.set_code(code);
  draft.set_message(std::string(message));
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(std::string(kErrorDomain));
  info.mutable_metadata()->insert(metadata.begin(), metadata.end());
  draft.add_details()->PackFrom(info);
  return draft;
}

grpc::Status Finished(const google::rpc::Status& draft) {
  return grpc::Status(static_cast<grpc::StatusCode>(draft.code()), draft.message(),
                      draft.SerializeAsString());
}

}  // namespace

grpc::Status Error(grpc::StatusCode code, std::string_view reason, std::string_view message,
                   const std::map<std::string, std::string>& metadata) {
  return Finished(Draft(code, reason, message, metadata));
}

grpc::Status InvalidFields(const std::vector<FieldViolation>& violations) {
  google::rpc::BadRequest details;
  size_t left_out = 0;
  for (const FieldViolation& violation : violations) {
    auto* added = details.add_field_violations();
    added->set_field(violation.field);
    added->set_reason(violation.reason);
    added->set_description(violation.description);
    if (details.ByteSizeLong() > kViolationBytesMax) {
      details.mutable_field_violations()->RemoveLast();
      ++left_out;
    }
  }
  std::string message = violations.size() == 1 ? absl::StrCat("invalid field ", violations[0].field)
                                               : absl::StrCat(violations.size(), " invalid fields");
  if (message.size() > 256) message.resize(256);
  if (left_out > 0) absl::StrAppend(&message, ", ", left_out, " not listed");
  auto draft = Draft(grpc::StatusCode::INVALID_ARGUMENT, "INVALID_FIELDS", message);
  draft.add_details()->PackFrom(details);
  return Finished(draft);
}

grpc::Status ResourceExhausted(std::string_view reason, std::string_view message,
                               absl::Duration retry_after) {
  auto draft = Draft(grpc::StatusCode::RESOURCE_EXHAUSTED, reason, message);
  google::rpc::RetryInfo retry;
  absl::Duration rest;
  const int64_t seconds = absl::IDivDuration(retry_after, absl::Seconds(1), &rest);
  retry.mutable_retry_delay()->set_seconds(seconds);
  retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  draft.add_details()->PackFrom(retry);
  return Finished(draft);
}

grpc::Status Unavailable(std::string_view reason, std::string_view message) {
  return Error(grpc::StatusCode::UNAVAILABLE, reason, message);
}

grpc::Status FromAbsl(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(status.code());
  return Error(code, CodeName(code), std::string(status.message()));
}

void AddPushback(grpc::CallbackServerContext& context, absl::Duration retry_after) {
  context.AddTrailingMetadata("grpc-retry-pushback-ms",
                              absl::StrCat(absl::ToInt64Milliseconds(retry_after)));
}

google::rpc::Status ToProto(const grpc::Status& status) {
  google::rpc::Status proto;
  if (status.error_details().empty() || !proto.ParseFromString(status.error_details())) {
    proto.Clear();
    proto.set_code(status.error_code());
    proto.set_message(status.error_message());
  }
  return proto;
}

std::string CodeName(grpc::StatusCode code) {
  // absl's codes have gRPC's numbers and names.
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(code));
}

}  // namespace withdrawal::rpc
