// How long to wait after failure after failure.
#pragma once

#include <algorithm>
#include <atomic>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace withdrawal::clinician {

class Backoff {
 public:
  Backoff(absl::Duration min, absl::Duration max) : min_(min), max_(max), next_(min) {}

  void Reset() { next_ = min_; }
  // Waits, twice as long each time, and returns early once `stop` is set.
  void Wait(const std::atomic<bool>& stop) {
    const absl::Time until = absl::Now() + next_;
    next_ = std::min(next_ * 2, max_);
    while (!stop && absl::Now() < until) absl::SleepFor(absl::Milliseconds(20));
  }

 private:
  const absl::Duration min_;
  const absl::Duration max_;
  absl::Duration next_;
};

}  // namespace withdrawal::clinician
