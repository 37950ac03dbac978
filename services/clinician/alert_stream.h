// One open WatchAlerts call: snapshot, then events from the ring, heartbeats in between.
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
#include "services/clinician/alert_filter.h"
#include "services/clinician/alert_ring.h"
#include "services/clinician/calls.h"
#include "services/clinician/health_board.h"
#include "services/clinician/snapshot.h"
#include "services/clinician/worker_pool.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

struct WatchConfig {
  absl::Duration heartbeat = absl::Seconds(15);  // after so long without another message
  absl::Duration stall_max = absl::Seconds(30);  // one message not taken by the reader
  absl::Duration query_max = absl::Seconds(5);   // one snapshot page
  size_t queue_max = 256;
  size_t streams_max = 2000;
  std::string topic;  // of the alert events, as in projection_offset
};

// What the streams share; outlives them.
struct WatchParts {
  const WatchConfig& config;
  const AlertRing& ring;
  WorkerPool& workers;
  const HealthBoard& health;
};

class AlertStream : public grpc::ServerWriteReactor<v1::WatchAlertsResponse>,
                    public std::enable_shared_from_this<AlertStream> {
 public:
  // `on_done` is called last, when gRPC has let go of the call.
  AlertStream(const WatchParts& parts, grpc::CallbackServerContext& context, AlertFilter filter,
              std::function<void(const std::shared_ptr<AlertStream>&)> on_done);

  // Starts from the token, or with a snapshot when it is empty. Until then the stream is silent.
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
  bool PrepareHealth() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool PrepareHeartbeat(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool IsAheadOfTopic() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FillQueue() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndSlow() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Perform(Action action);
  void CancelCall();
  void ReadPage();
  void ReadPageWith(Connection& connection);
  void Resume(const Positions& positions, absl::Time valid_until);

  const WatchParts parts_;
  grpc::CallbackServerContext& context_;
  AlertFilter filter_;  // complete once begun
  absl::Time valid_until_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  std::shared_ptr<ShownPeople> shown_ ABSL_GUARDED_BY(mutex_);
  bool begun_ ABSL_GUARDED_BY(mutex_) = false;
  const std::function<void(const std::shared_ptr<AlertStream>&)> on_done_;

  absl::Mutex mutex_;
  Phase phase_ ABSL_GUARDED_BY(mutex_) = Phase::kSnapshot;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelling_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool page_pending_ ABSL_GUARDED_BY(mutex_) = false;  // a worker reads the next page
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_write_ ABSL_GUARDED_BY(mutex_);
  uint64_t health_version_ ABSL_GUARDED_BY(mutex_) = 0;  // what the reader was told
  v1::WatchAlertsResponse message_;                      // of the write in flight

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
  std::deque<RingEvent> queue_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace withdrawal::clinician
