// How much may be in flight at once: the first of the limits a check-in meets (architecture note
// i). Thread-safe, never blocks.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace withdrawal::ingest {

class Admission {
 public:
  struct Limits {
    int count_max = 4096;
    size_t bytes_max = 64 * 1024 * 1024;
  };

  // A place taken; given back by its destruction. Movable.
  class Place {
   public:
    Place(Place&& other) noexcept
        : admission_(std::exchange(other.admission_, nullptr)), bytes_(other.bytes_) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (admission_ != nullptr) admission_->Leave(bytes_);
    }

   private:
    friend class Admission;
    Place(Admission* admission, size_t bytes) : admission_(admission), bytes_(bytes) {}
    Admission* admission_;
    size_t bytes_;
  };

  explicit Admission(Limits limits) : limits_(limits) {}

  // Absent: full. The place does not outlive this.
  std::optional<Place> Enter(size_t bytes) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    if (count_ >= limits_.count_max || bytes_ + bytes > limits_.bytes_max) return std::nullopt;
    ++count_;
    bytes_ += bytes;
    return Place(this, bytes);
  }

  int count() const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    return count_;
  }
  size_t bytes() const ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    return bytes_;
  }

 private:
  void Leave(size_t bytes) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    --count_;
    bytes_ -= bytes;
  }

  const Limits limits_;
  mutable absl::Mutex mutex_;
  int count_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace withdrawal::ingest
