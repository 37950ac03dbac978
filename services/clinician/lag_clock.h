// How long ago the oldest record was written that a reader has not passed. Pure.
//
// Offsets have no time of their own, so the ends of the topic are noted with the time they were
// seen: the lag is the age of the oldest note the reader has not reached.
#pragma once

#include <cstdint>
#include <deque>
#include <map>

#include "absl/time/time.h"

namespace withdrawal::clinician {

class LagClock {
 public:
  using Offsets = std::map<int32_t, int64_t>;  // by partition: the next record

  // The reader stands at `reached`; the topic ends at `ends`. A partition missing in `reached` has
  // not been read at all. Answers the lag; zero when everything seen before has been passed.
  absl::Duration Note(const Offsets& ends, const Offsets& reached, absl::Time now);

 private:
  struct Sample {
    absl::Time at;
    Offsets ends;
  };
  std::deque<Sample> samples_;  // bounded: while the reader stands still, the oldest say it all
};

// AL-13.
inline bool IsDegraded(absl::Duration lag, absl::Duration degraded_after) {
  return lag > degraded_after;
}

}  // namespace withdrawal::clinician
