#include "services/clinician/lag_clock.h"

#include <algorithm>

namespace withdrawal::clinician {
namespace {

constexpr size_t kSamplesMax = 256;

bool Passed(const LagClock::Offsets& ends, const LagClock::Offsets& reached) {
  return std::all_of(ends.begin(), ends.end(), [&](const auto& end) {
    const auto own = reached.find(end.first);
    return end.second <= 0 || (own != reached.end() && own->second >= end.second);
  });
}

}  // namespace

absl::Duration LagClock::Note(const Offsets& ends, const Offsets& reached, absl::Time now) {
  while (!samples_.empty() && Passed(samples_.front().ends, reached)) samples_.pop_front();
  const absl::Duration lag = samples_.empty() ? absl::ZeroDuration() : now - samples_.front().at;
  if (samples_.size() < kSamplesMax && !Passed(ends, reached)) samples_.push_back({now, ends});
  return lag;
}

}  // namespace withdrawal::clinician
