#include "services/ctl/send_tally.h"

#include "google/rpc/error_details.pb.h"
#include "services/ctl/clients.h"

namespace withdrawal::ctl {
namespace {

std::string ReasonOf(const google::rpc::Status& status) {
  std::string reason = CodeName(static_cast<grpc::StatusCode>(status.code()));
  for (const auto& detail : status.details()) {
    google::rpc::BadRequest bad_request;
    google::rpc::ErrorInfo info;
    if (detail.UnpackTo(&bad_request) && bad_request.field_violations_size() > 0) {
      return bad_request.field_violations(0).reason();
    }
    if (detail.UnpackTo(&info)) reason = info.reason();
  }
  return reason;
}

}  // namespace

int64_t SendTally::answered() const {
  int64_t sum = accepted;
  for (const auto& [reason, count] : refused) sum += count;
  return sum;
}

void Count(const std::string& patient_id, const ipb::SubmitCheckInsResponse& answer,
           SendTally& tally) {
  if (answer.has_refused()) {
    ++tally.refused[ReasonOf(answer.refused())];
    return;
  }
  ++tally.accepted;
  if (answer.accepted().duplicate()) ++tally.known_already;
  tally.accepted_ids.emplace(patient_id, answer.check_in_id());
  for (const auto& reading : answer.accepted().set_aside()) ++tally.set_aside[reading.reason()];
}

}  // namespace withdrawal::ctl
