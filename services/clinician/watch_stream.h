// One open watch: a snapshot where the feed has one, then events from the ring, heartbeats in
// between.
//
// One write is in flight at a time; at most queue_max messages wait. A reader that falls further
// behind, or does not take a message for stall_max, is ended with ABORTED SLOW_READER: it resumes
// with the newest token it has. Every step is short and may run on any thread.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "grpcpp/grpcpp.h"
#include "services/clinician/calls.h"
#include "services/clinician/health_board.h"
#include "services/clinician/snapshot.h"
#include "services/clinician/watch_config.h"
#include "services/clinician/watch_feeds.h"
#include "services/clinician/worker_pool.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

// What the streams share; outlives them.
template <typename Feed>
struct WatchParts {
  const WatchConfig& config;
  const typename Feed::Ring& ring;
  WorkerPool& workers;
  const HealthBoard& health;
};

// `Feed` is AlertFeed or PatientFeed (watch_feeds.h).
template <typename Feed>
class WatchStream : public grpc::ServerWriteReactor<typename Feed::Response>,
                    public std::enable_shared_from_this<WatchStream<Feed>> {
 public:
  using Filter = typename Feed::Filter;

  // `on_done` is called last, when gRPC has let go of the call.
  WatchStream(const WatchParts<Feed>& parts, grpc::CallbackServerContext& context, Filter filter,
              std::function<void(const std::shared_ptr<WatchStream>&)> on_done);

  // Starts from the token; when it is empty with a snapshot, or with a heartbeat and whatever comes
  // from now on. Until then the stream is silent.
  void Begin(const std::string& resume_token, const WatchGrant& grant);
  // Looks for new events and due heartbeats; called by the hub every now and then.
  void Wake(absl::Time now);
  // Ends the call with `status` as soon as the write in flight allows.
  void End(const grpc::Status& status);

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  enum class Phase { kSnapshot, kEvents };
  enum class Action { kNone, kWrite, kFinish, kReadPage };

  // What to do next; the caller does it after the lock is released, since gRPC may call back.
  Action NextAction(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void NoteShown() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool PrepareSnapshotMessage() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool PrepareEvent() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool PrepareHealth(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool PrepareHeartbeat(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsAheadOfTopic() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FillQueue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndSlow() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Perform(Action action);
  void CancelCall();
  void ReadPage();
  void ReadPageWith(Connection& connection);
  void Resume(const Positions& positions, absl::Time valid_until);
  // From now on, with a heartbeat at once.
  void Join(absl::Time valid_until);

  const WatchParts<Feed> parts_;
  grpc::CallbackServerContext& context_;
  Filter filter_;  // complete once begun
  absl::Time valid_until_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  std::shared_ptr<ShownPeople> shown_ ABSL_GUARDED_BY(mutex_);
  bool begun_ ABSL_GUARDED_BY(mutex_) = false;
  const std::function<void(const std::shared_ptr<WatchStream>&)> on_done_;

  absl::Mutex mutex_;
  Phase phase_ ABSL_GUARDED_BY(mutex_) = Phase::kSnapshot;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelling_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool page_pending_ ABSL_GUARDED_BY(mutex_) = false;  // a worker reads the next page
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_write_ ABSL_GUARDED_BY(mutex_);
  uint64_t health_version_ ABSL_GUARDED_BY(mutex_) = 0;  // what the reader was told
  typename Feed::Response message_;                      // of the write in flight

  // Snapshot.
  bool offsets_known_ ABSL_GUARDED_BY(mutex_) = false;
  bool pages_done_ ABSL_GUARDED_BY(mutex_) = false;
  PageKey next_page_ ABSL_GUARDED_BY(mutex_);
  std::deque<events::v1::Alert> snapshot_ ABSL_GUARDED_BY(mutex_);

  // Events. `scanned_` is where the cursor stands, `sent_` what the reader has.
  uint64_t cursor_ ABSL_GUARDED_BY(mutex_) = 0;
  bool caught_up_ ABSL_GUARDED_BY(mutex_) = false;
  Positions scanned_ ABSL_GUARDED_BY(mutex_);
  Positions sent_ ABSL_GUARDED_BY(mutex_);
  std::deque<HeldEvent<typename Feed::Event>> queue_ ABSL_GUARDED_BY(mutex_);
};

using AlertStream = WatchStream<AlertFeed>;
using PatientStream = WatchStream<PatientFeed>;

}  // namespace withdrawal::clinician
