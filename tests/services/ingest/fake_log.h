// A log the test plays the brokers of: holds each append until it is told how it ended.
#pragma once

#include <deque>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "services/ingest/record_log.h"

namespace withdrawal::ingest {

class FakeLog final : public RecordLog {
 public:
  void Append(stream::OutputRecord record, Done done) override {
    {
      absl::MutexLock lock(&mutex_);
      if (!answer_at_once_) {
        pending_.push_back({std::move(record), std::move(done)});
        pending_max_ = std::max(pending_max_, pending_.size());
        return;
      }
      if (at_once_.ok()) stored_.push_back(std::move(record));
    }
    done(at_once_);
  }

  // From now on every append ends at once, on the caller's thread.
  void AnswerAtOnce(absl::Status status) {
    absl::MutexLock lock(&mutex_);
    at_once_ = std::move(status);
    answer_at_once_ = true;
  }

  void AwaitPending(size_t count) {
    const auto enough = [this, count]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return pending_.size() >= count;
    };
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(&enough));
  }

  // Ends the oldest append.
  void AnswerOne(absl::Status status) {
    Pending pending;
    {
      absl::MutexLock lock(&mutex_);
      pending = std::move(pending_.front());
      pending_.pop_front();
      if (status.ok()) stored_.push_back(pending.record);
    }
    pending.done(std::move(status));
  }

  std::vector<stream::OutputRecord> stored() {
    absl::MutexLock lock(&mutex_);
    return stored_;
  }
  size_t pending() {
    absl::MutexLock lock(&mutex_);
    return pending_.size();
  }
  size_t pending_max() {
    absl::MutexLock lock(&mutex_);
    return pending_max_;
  }

 private:
  struct Pending {
    stream::OutputRecord record;
    Done done;
  };

  absl::Mutex mutex_;
  std::deque<Pending> pending_;
  std::vector<stream::OutputRecord> stored_;
  size_t pending_max_ = 0;
  bool answer_at_once_ = false;
  absl::Status at_once_;
};

}  // namespace withdrawal::ingest
