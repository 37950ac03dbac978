#include "services/ctl/clients.h"

#include <array>
#include <chrono>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/support/client_interceptor.h"
#include "services/ctl/call_metadata.h"

namespace withdrawal::ctl {
namespace {

constexpr auto kUnaryTimeout = std::chrono::seconds(10);

std::shared_ptr<grpc::Channel> Connect(const std::string& address,
                                       const rpc::ClientTransport& transport) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  const auto credentials = rpc::MakeCredentials(transport);
  if (!credentials.ok()) std::cerr << Printable(credentials.status().message()) << '\n';
  // A channel without credentials answers every call with its own error.
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      address, credentials.value_or(nullptr), arguments, AddCallMetadata());
}

google::rpc::Status Details(const grpc::Status& status) {
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) details.Clear();
  return details;
}

}  // namespace

std::unique_ptr<ipb::IngestService::Stub> ConnectIngest(const Settings& settings) {
  return ipb::IngestService::NewStub(Connect(settings.ingest_address, settings.transport));
}

std::unique_ptr<cpb::ClinicianService::Stub> ConnectClinician(const Settings& settings) {
  return cpb::ClinicianService::NewStub(Connect(settings.clinician_address, settings.transport));
}

std::unique_ptr<cpb::PrivacyService::Stub> ConnectPrivacy(const Settings& settings) {
  return cpb::PrivacyService::NewStub(Connect(settings.clinician_address, settings.transport));
}

int Fail(const std::string& command, const absl::Status& status) {
  std::cerr << command << ": " << Printable(status.message()) << '\n';
  return absl::IsInvalidArgument(status) ? 2 : 1;
}

void SetDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + kUnaryTimeout);
}

std::string CodeName(grpc::StatusCode code) {
  constexpr std::array<std::string_view, 17> kNames = {"OK",
                                                       "CANCELLED",
                                                       "UNKNOWN",
                                                       "INVALID_ARGUMENT",
                                                       "DEADLINE_EXCEEDED",
                                                       "NOT_FOUND",
                                                       "ALREADY_EXISTS",
                                                       "PERMISSION_DENIED",
                                                       "RESOURCE_EXHAUSTED",
                                                       "FAILED_PRECONDITION",
                                                       "ABORTED",
                                                       "OUT_OF_RANGE",
                                                       "UNIMPLEMENTED",
                                                       "INTERNAL",
                                                       "UNAVAILABLE",
                                                       "DATA_LOSS",
                                                       "UNAUTHENTICATED"};
  const auto index = static_cast<size_t>(code);
  return std::string(index < kNames.size() ? kNames[index] : "UNKNOWN");
}

void PrintRefusal(const grpc::Status& status, std::ostream& out) {
  out << CodeName(status.error_code()) << ": " << Printable(status.error_message()) << '\n';
  const google::rpc::Status details = Details(status);
  for (const auto& detail : details.details()) {
    google::rpc::BadRequest bad_request;
    if (!detail.UnpackTo(&bad_request)) continue;
    for (const auto& violation : bad_request.field_violations()) {
      out << "  " << Printable(violation.field()) << ": " << Printable(violation.description())
          << '\n';
    }
  }
}

std::string RefusalReason(const grpc::Status& status) {
  const google::rpc::Status details = Details(status);
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&info)) return info.reason();
  }
  return {};
}

}  // namespace withdrawal::ctl
