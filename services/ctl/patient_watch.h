// Following WatchPatients: a line per change.
#pragma once

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "services/ctl/clients.h"
#include "services/ctl/interrupt.h"

namespace withdrawal::ctl {

// Reads the stream on the caller's thread and resumes it by token, with back-off. Construct before
// other threads start.
class PatientWatch {
 public:
  // `changes_max`: end after so many changes, 0 = go on.
  PatientWatch(const Settings& settings, cpb::WatchPatientsRequest request, int changes_max);

  // Until interrupted, changes_max is reached, or the service refuses for good. The exit code.
  int Run();

 private:
  grpc::Status ReadStream(bool& heard);
  void Cancel();

  absl::Mutex mutex_;
  grpc::ClientContext* context_ ABSL_GUARDED_BY(mutex_) = nullptr;
  Interrupt interrupt_;  // before gRPC starts threads
  std::unique_ptr<cpb::ClinicianService::Stub> stub_;
  cpb::WatchPatientsRequest request_;
  int changes_left_;
  bool done_ = false;
};

}  // namespace withdrawal::ctl
