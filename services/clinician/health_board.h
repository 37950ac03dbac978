// Whether what clinicians see is up to date (AL-13): written by the monitor, read by every stream
// and list. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

class HealthBoard {
 public:
  // True when it changed. No reasons: all is well.
  bool Set(const std::vector<std::string>& reasons, absl::Time now);

  v1::MonitoringHealth Read() const;
  // Counts the changes; 0 at first, when all is well.
  uint64_t version() const;

 private:
  mutable absl::Mutex mutex_;
  v1::MonitoringHealth health_ ABSL_GUARDED_BY(mutex_);
  uint64_t version_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace withdrawal::clinician
