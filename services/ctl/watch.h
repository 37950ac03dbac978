// Following WatchAlerts: a worklist redrawn in place on a terminal, else a line per event.
#pragma once

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/ctl/clients.h"
#include "services/ctl/interrupt.h"
#include "services/ctl/worklist.h"

namespace withdrawal::ctl {

// Whether the same call may succeed later.
bool MayRetry(const grpc::Status& status);

// Reads the stream on the caller's thread and resumes it by token, with back-off; on a terminal a
// second thread redraws at each change and each second. Construct before other threads start.
class Watch {
 public:
  // `lines`: a line per event, also on a terminal. `events_max`: end after so many events, 0 = go
  // on.
  Watch(const Settings& settings, cpb::WatchAlertsRequest request, bool lines, int events_max);

  // Until interrupted, events_max is reached, or the service refuses for good. The exit code.
  int Run();

 private:
  int Follow();
  grpc::Status ReadStream(bool& heard);
  void Show(const cpb::WatchAlertsResponse& message);
  void PaintUntilFinished();
  void SetNote(std::string note);
  void Cancel();
  bool ended() const;

  mutable absl::Mutex mutex_;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  Interrupt interrupt_;  // before gRPC starts threads
  std::unique_ptr<cpb::ClinicianService::Stub> stub_;
  cpb::WatchAlertsRequest request_;
  const bool lines_;
  const bool colour_;
  Worklist worklist_ ABSL_GUARDED_BY(mutex_);
  std::string note_ ABSL_GUARDED_BY(mutex_);
  int events_left_ ABSL_GUARDED_BY(mutex_);
  bool changed_ ABSL_GUARDED_BY(mutex_) = true;
  bool done_reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace withdrawal::ctl
