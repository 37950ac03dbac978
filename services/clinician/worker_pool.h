// A few threads with a database connection each, so that gRPC's callback threads never wait for the
// database. The queue is bounded: beyond it the caller sheds load.
#pragma once

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "services/clinician/database.h"

namespace withdrawal::clinician {

class WorkerPool {
 public:
  using Job = absl::AnyInvocable<void(Connection&)>;

  WorkerPool(const std::string& database_url, int threads, size_t queue_max);
  ~WorkerPool();  // runs what is queued, then joins
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False when `queue_max` jobs wait already: the job was not taken. Any thread.
  bool Submit(Job job);

 private:
  void Work(const std::string& database_url);
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stop_ || !queue_.empty(); }

  const size_t queue_max_;
  absl::Mutex mutex_;
  std::deque<Job> queue_ ABSL_GUARDED_BY(mutex_);
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace withdrawal::clinician
