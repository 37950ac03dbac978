#include "libs/identity/rate_limit.h"

#include <algorithm>

namespace withdrawal::identity {

double RateLimit::LeftAt(const Bucket& bucket, absl::Time now) const {
  const double seconds = std::max(0.0, absl::ToDoubleSeconds(now - bucket.at));
  return std::min(limits_.burst, bucket.left + seconds * limits_.per_second);
}

absl::Duration RateLimit::Take(const std::string& subject, absl::Time now) {
  if (limits_.per_second <= 0) return absl::ZeroDuration();
  absl::MutexLock lock(&mutex_);
  auto found = buckets_.find(subject);
  if (found == buckets_.end()) {
    if (buckets_.size() >= limits_.callers_max) MakeRoom(now);
    found = buckets_.emplace(subject, Bucket{limits_.burst, now}).first;
  }
  Bucket& bucket = found->second;
  bucket = {LeftAt(bucket, now), now};
  if (bucket.left >= 1) {
    bucket.left -= 1;
    return absl::ZeroDuration();
  }
  return absl::Seconds((1 - bucket.left) / limits_.per_second);
}

// A sweep at most once a second, so that a crowd does not pay for one with each call.
void RateLimit::MakeRoom(absl::Time now) {
  if (now - swept_at_ >= absl::Seconds(1)) {
    swept_at_ = now;
    absl::erase_if(buckets_,
                   [&](const auto& entry) { return LeftAt(entry.second, now) >= limits_.burst; });
  }
  if (buckets_.size() >= limits_.callers_max) buckets_.erase(buckets_.begin());
}

size_t RateLimit::size() const {
  absl::MutexLock lock(&mutex_);
  return buckets_.size();
}

}  // namespace withdrawal::identity
