#include "services/clinician/health_board.h"

#include <algorithm>

#include "libs/codec/time.h"

namespace withdrawal::clinician {

bool HealthBoard::Set(const std::vector<std::string>& reasons, absl::Time now) {
  absl::MutexLock lock(&mutex_);
  if (std::equal(reasons.begin(), reasons.end(), health_.reasons().begin(),
                 health_.reasons().end())) {
    return false;
  }
  if (health_.degraded() == reasons.empty()) *health_.mutable_since() = codec::ToProto(now);
  health_.set_degraded(!reasons.empty());
  health_.mutable_reasons()->Assign(reasons.begin(), reasons.end());
  ++version_;
  return true;
}

v1::MonitoringHealth HealthBoard::Read() const {
  absl::MutexLock lock(&mutex_);
  return health_;
}

uint64_t HealthBoard::version() const {
  absl::MutexLock lock(&mutex_);
  return version_;
}

}  // namespace withdrawal::clinician
