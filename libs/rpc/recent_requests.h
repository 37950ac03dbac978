// The writing requests this process has lately answered or is answering, by an id their senders
// chose: equal requests at the same time become one, a repeat is known, other content under the
// same id is refused. A first door only, bounded and gone with the process: whoever applies what
// was written has the last word.
//
// Thread-safe. Waiters are called on the thread that calls Finish, without the lock.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/hash/sha256.h"

namespace withdrawal::rpc {

class RecentRequests {
 public:
  struct Limits {
    size_t entries_max = 100'000;
    absl::Duration age_max = absl::Minutes(10);
  };

  enum class Outcome {
    kStored,     // equal content, in the log since received_at
    kOther,      // other content is in the log under this id
    kNotStored,  // the delivery this one waited for has failed
  };
  struct Answer {
    Outcome outcome = Outcome::kNotStored;
    absl::Time received_at;
  };
  using Waiter = absl::AnyInvocable<void(Answer)>;

  explicit RecentRequests(Limits limits) : limits_(limits) {}

  // True: the id is new, the caller delivers and then calls Finish exactly once; the waiter is
  // dropped. False: the waiter is called, now or by the Finish of the delivery under way.
  bool Begin(const std::string& id, const hash::Digest& content, absl::Time now, Waiter waiter)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // How the delivery of the id ended. A failed one is forgotten: a retry delivers again.
  void Finish(const std::string& id, bool stored, absl::Time now) ABSL_LOCKS_EXCLUDED(mutex_);

  size_t size() const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Waiting {
    hash::Digest content;
    Waiter waiter;
  };
  struct Entry {
    hash::Digest content;
    absl::Time received_at;
    bool stored = false;
    std::vector<Waiting> waiting;
  };
  struct Age {
    absl::Time stored_at;
    std::string id;
  };

  void Forget(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Limits limits_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::deque<Age> stored_ ABSL_GUARDED_BY(mutex_);  // oldest first
};

}  // namespace withdrawal::rpc
