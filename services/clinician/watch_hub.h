// Keeps the open calls of one kind of watch and wakes them: at once when the ring has news, and a
// few times per heartbeat otherwise. Owns one thread.
#pragma once

#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "services/clinician/watch_stream.h"

namespace withdrawal::clinician {

template <typename Feed>
class WatchHub {
 public:
  explicit WatchHub(const WatchParts<Feed>& parts);
  ~WatchHub();  // REQUIRES: every call is over (the server is shut down)
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  // A new call, to be begun. Ended already: with RESOURCE_EXHAUSTED beyond streams_max, with
  // UNAVAILABLE once EndAll was called.
  std::shared_ptr<WatchStream<Feed>> Open(grpc::CallbackServerContext& context,
                                          const typename Feed::Request& request);

  // The ring has new events. Any thread; never blocks for long.
  void Notify();
  // Ends every call with `status`; new ones are refused from then on when `for_good`.
  void EndAll(const grpc::Status& status, bool for_good);
  size_t open() const;

 private:
  using Streams = absl::flat_hash_set<std::shared_ptr<WatchStream<Feed>>>;

  void Run();
  Streams Copy() const;
  bool NewsOrStop() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return news_ || stop_; }

  const WatchParts<Feed> parts_;
  mutable absl::Mutex mutex_;
  Streams streams_ ABSL_GUARDED_BY(mutex_);  // why shared: gRPC, workers and this thread use them
  bool news_ ABSL_GUARDED_BY(mutex_) = false;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

using AlertHub = WatchHub<AlertFeed>;
using PatientHub = WatchHub<PatientFeed>;

}  // namespace withdrawal::clinician
