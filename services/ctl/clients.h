// Connections to the two gRPC services and how their refusals are shown.
#pragma once

#include <grpcpp/grpcpp.h>

#include <iostream>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "services/ctl/printable.h"
#include "services/ctl/settings.h"
#include "withdrawal/clinician/v1/clinician.grpc.pb.h"
#include "withdrawal/clinician/v1/privacy.grpc.pb.h"
#include "withdrawal/ingest/v1/ingest.grpc.pb.h"

namespace withdrawal::ctl {

namespace cpb = withdrawal::clinician::v1;
namespace epb = withdrawal::events::v1;
namespace ipb = withdrawal::ingest::v1;

std::unique_ptr<ipb::IngestService::Stub> ConnectIngest(const Settings& settings);
std::unique_ptr<cpb::ClinicianService::Stub> ConnectClinician(const Settings& settings);
std::unique_ptr<cpb::PrivacyService::Stub> ConnectPrivacy(const Settings& settings);

// Says of a subcommand why it failed; its exit code: 2 for wrong usage (InvalidArgument), else 1.
int Fail(const std::string& command, const absl::Status& status);

// Unary calls give up after 10 s.
void SetDeadline(grpc::ClientContext& context);

// "INVALID_ARGUMENT", ...
std::string CodeName(grpc::StatusCode code);

// One line with code and message, then one line per refused field.
void PrintRefusal(const grpc::Status& status, std::ostream& out);
// ErrorInfo.reason of the details, empty when there is none.
std::string RefusalReason(const grpc::Status& status);

// Runs the call, prints a refusal to stderr, says whether it was OK. The answer is as it came: for
// what is sent again.
template <typename Call>
bool Succeeds(Call call) {
  grpc::ClientContext context;
  SetDeadline(context);
  const grpc::Status status = call(context);
  if (!status.ok()) PrintRefusal(status, std::cerr);
  return status.ok();
}

// The same for what is shown: the texts of the answer are made printable.
template <typename Response, typename Call>
bool Shows(Response& response, Call call) {
  if (!Succeeds(call)) return false;
  MakePrintable(response);
  return true;
}

}  // namespace withdrawal::ctl
