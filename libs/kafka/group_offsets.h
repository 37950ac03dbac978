// How far a consumer group has come, asked from outside the group: nothing is joined or changed.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/client_config.h"
#include "libs/kafka/records.h"

namespace withdrawal::kafka {

// The group's committed offset (next record to read) per partition of the topic; kCommitted where
// it has committed none. Offsets of a transaction that is still being committed are waited for.
//   NotFound      no such topic
//   Unavailable   the brokers did not answer in time
absl::StatusOr<std::vector<Position>> CommittedOffsets(const ClientConfig& config,
                                                       const std::string& group,
                                                       const std::string& topic,
                                                       absl::Duration timeout = absl::Seconds(10));

}  // namespace withdrawal::kafka
