#include "services/clinician/consistency.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/rpc/status.h"
#include "services/clinician/token.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kWaitMax = absl::Seconds(5);
constexpr absl::Duration kPauseMin = absl::Milliseconds(10);
constexpr absl::Duration kPauseMax = absl::Milliseconds(160);
constexpr absl::Duration kRetryAfter = absl::Seconds(1);
// Of the deadline, for the answer itself.
constexpr absl::Duration kReserve = absl::Milliseconds(100);

grpc::Status Poll(Connection& connection, const Written& written, absl::Time deadline) {
  absl::Duration pause = kPauseMin;
  while (true) {
    const auto row = connection.ReadRow(
        "SELECT next FROM projection_offset WHERE topic = $1::text AND partition = $2::int",
        {written.topic, absl::StrCat(written.partition)}, kWaitMax);
    if (!row.ok()) return rpc::FromAbsl(row.status());
    if (*row && (*row)->Int(0) >= written.next) return grpc::Status::OK;
    if (absl::Now() + pause >= deadline) {
      return rpc::Error(grpc::StatusCode::DEADLINE_EXCEEDED, "NOT_SHOWN_YET",
                        "the tables do not show yet what the command wrote: try again");
    }
    absl::SleepFor(pause);
    pause = std::min(2 * pause, kPauseMax);
  }
}

}  // namespace

Consistency::Consistency(const Config& config)
    : projected_(ProjectedTopics(config.topics)), waiting_max_(std::max(1, config.workers / 2)) {}

grpc::Status Consistency::Await(Connection& connection, const std::string& token,
                                absl::Duration left) {
  if (token.empty()) return grpc::Status::OK;
  const std::optional<Written> written = DecodeConsistencyToken(token);
  if (!written) {
    return rpc::InvalidFields(
        {{kConsistencyTokenKey, "INVALID_CONSISTENCY_TOKEN", "not a token of a command"}});
  }
  if (!projected_.contains(written->topic)) return grpc::Status::OK;
  if (++waiting_ > waiting_max_) {
    --waiting_;
    return rpc::ResourceExhausted("SERVER_BUSY", "too many calls wait for the tables", kRetryAfter);
  }
  const absl::Time deadline = absl::Now() + std::min(left - kReserve, kWaitMax);
  grpc::Status status = Poll(connection, *written, deadline);
  --waiting_;
  return status;
}

}  // namespace withdrawal::clinician
