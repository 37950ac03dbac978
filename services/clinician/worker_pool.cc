#include "services/clinician/worker_pool.h"

#include <optional>
#include <utility>

namespace withdrawal::clinician {

WorkerPool::WorkerPool(const std::string& database_url, int threads, size_t queue_max)
    : queue_max_(queue_max) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this, database_url] { Work(database_url); });
  }
}

WorkerPool::~WorkerPool() {
  {
    absl::MutexLock lock(&mutex_);
    stop_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

bool WorkerPool::Submit(Job job) {
  absl::MutexLock lock(&mutex_);
  if (stop_ || queue_.size() >= queue_max_) return false;
  queue_.push_back(std::move(job));
  return true;
}

void WorkerPool::Work(const std::string& database_url) {
  Connection connection(database_url);
  while (true) {
    std::optional<Job> job;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &WorkerPool::HasWork));
      if (queue_.empty()) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    (*job)(connection);
  }
}

}  // namespace withdrawal::clinician
