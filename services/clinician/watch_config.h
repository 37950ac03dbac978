// How watch streams run.
#pragma once

#include <cstddef>
#include <string>

#include "absl/time/time.h"

namespace withdrawal::clinician {

struct WatchConfig {
  absl::Duration heartbeat = absl::Seconds(15);  // after so long without another message
  absl::Duration stall_max = absl::Seconds(30);  // one message not taken by the reader
  absl::Duration query_max = absl::Seconds(5);   // one snapshot page
  size_t queue_max = 256;
  size_t streams_max = 2000;
  std::string topic;  // of the alert events, as in projection_offset
};

}  // namespace withdrawal::clinician
