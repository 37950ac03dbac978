// Reads what a topic holds now, once, for tools.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/kafka/client_config.h"
#include "libs/kafka/records.h"

namespace withdrawal::kafka {

// Without a record for so long the end will not come.
inline constexpr absl::Duration kSilenceMax = absl::Seconds(30);

// Each committed record written at `since` or later (InfinitePast: all), up to the ends as they are
// at the call, partition by partition in order. `visit` returns false to end early.
//   NotFound      no such topic
//   Unavailable   nothing came for kSilenceMax though the ends are not reached
absl::Status ReadTopic(const ClientConfig& config, const std::string& topic, absl::Time since,
                       const std::function<bool(const OwnedRecord& record)>& visit);

// Whether each of `ends` is reached; an empty partition always is.
bool AllReached(const std::vector<Position>& reached, const std::vector<Position>& ends);

}  // namespace withdrawal::kafka
