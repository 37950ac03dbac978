// The reason a record was set aside, from the status of the task that refused it.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace withdrawal::stream {

// A message "UNKNOWN_INSTRUMENT: no such instrument" has the reason UNKNOWN_INSTRUMENT; one that
// does not begin like this has UNUSABLE_RECORD. Reasons become metric labels: a task uses a fixed
// set.
std::string ReasonOf(const absl::Status& status);

}  // namespace withdrawal::stream
