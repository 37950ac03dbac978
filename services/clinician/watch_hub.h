// Keeps the open WatchAlerts calls and wakes them: at once when the ring has news, and a few times
// per heartbeat otherwise. Owns one thread.
#pragma once

#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/synchronization/mutex.h"
#include "services/clinician/alert_stream.h"

namespace withdrawal::clinician {

class WatchHub {
 public:
  explicit WatchHub(const WatchParts& parts);
  ~WatchHub();  // REQUIRES: every call is over (the server is shut down)
  WatchHub(const WatchHub&) = delete;
  WatchHub& operator=(const WatchHub&) = delete;

  // A new call, to be begun. Ended already: with RESOURCE_EXHAUSTED beyond streams_max, with
  // UNAVAILABLE once EndAll was called.
  std::shared_ptr<AlertStream> Open(grpc::CallbackServerContext& context,
                                    const v1::WatchAlertsRequest& request);

  // The ring has new events. Any thread; never blocks for long.
  void Notify();
  // Ends every call with `status`; new ones are refused from then on when `for_good`.
  void EndAll(const grpc::Status& status, bool for_good);
  size_t open() const;

 private:
  using Streams = absl::flat_hash_set<std::shared_ptr<AlertStream>>;

  void Run();
  Streams Copy() const;
  bool NewsOrStop() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return news_ || stop_; }

  const WatchParts parts_;
  mutable absl::Mutex mutex_;
  Streams streams_ ABSL_GUARDED_BY(mutex_);  // why shared: gRPC, workers and this thread use them
  bool news_ ABSL_GUARDED_BY(mutex_) = false;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace withdrawal::clinician
