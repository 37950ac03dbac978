// A token bucket for each caller. Memory is bounded: a bucket that is full again is forgotten, and
// beyond `callers_max` of the others one caller's is dropped for another's, which lets more
// through, never less. Thread-safe.
#pragma once

#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace withdrawal::identity {

class RateLimit {
 public:
  struct Limits {
    double per_second = 50;  // 0 = no limit
    double burst = 500;
    size_t callers_max = 20'000;
  };

  explicit RateLimit(Limits limits) : limits_(limits) {}

  // Zero: go on. Else how long to wait.
  absl::Duration Take(const std::string& subject, absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);
  size_t size() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Bucket {
    double left = 0;
    absl::Time at;
  };

  double LeftAt(const Bucket& bucket, absl::Time now) const;
  void MakeRoom(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Limits limits_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
  absl::Time swept_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace withdrawal::identity
