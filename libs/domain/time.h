// Time as the pure code sees it: always an argument, never read from a clock.
#pragma once

#include "absl/time/time.h"

namespace withdrawal::domain {

using Instant = absl::Time;
using Duration = absl::Duration;

}  // namespace withdrawal::domain
