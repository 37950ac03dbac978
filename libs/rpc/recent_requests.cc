#include "libs/rpc/recent_requests.h"

#include <utility>

namespace withdrawal::rpc {

bool RecentRequests::Begin(const std::string& id, const hash::Digest& content, absl::Time now,
                           Waiter waiter) {
  Answer answer;
  {
    absl::MutexLock lock(&mutex_);
    Forget(now);
    const auto [found, added] = entries_.try_emplace(id);
    Entry& entry = found->second;
    if (added) {
      entry.content = content;
      entry.received_at = now;
      return true;
    }
    if (!entry.stored) {
      entry.waiting.push_back({content, std::move(waiter)});
      return false;
    }
    answer = {entry.content == content ? Outcome::kStored : Outcome::kOther, entry.received_at};
  }
  waiter(answer);
  return false;
}

void RecentRequests::Finish(const std::string& id, bool stored, absl::Time now) {
  hash::Digest content;
  absl::Time received_at;
  std::vector<Waiting> waiting;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = entries_.find(id);
    Entry& entry = found->second;
    content = entry.content;
    received_at = entry.received_at;
    waiting = std::move(entry.waiting);
    if (stored) {
      entry.stored = true;
      stored_.push_back({now, id});
    } else {
      entries_.erase(found);
    }
  }
  for (Waiting& one : waiting) {
    const bool same = one.content == content;
    one.waiter({!stored ? Outcome::kNotStored
                : same  ? Outcome::kStored
                        : Outcome::kOther,
                received_at});
  }
}

size_t RecentRequests::size() const {
  absl::MutexLock lock(&mutex_);
  return entries_.size();
}

// Only what is stored has an age: what is under way is bounded by admission and ends by itself.
void RecentRequests::Forget(absl::Time now) {
  while (!stored_.empty() && (stored_.size() >= limits_.entries_max ||
                              stored_.front().stored_at + limits_.age_max < now)) {
    entries_.erase(stored_.front().id);
    stored_.pop_front();
  }
}

}  // namespace withdrawal::rpc
