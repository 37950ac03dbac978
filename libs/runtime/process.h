// The frame of a service process: JSON log, signals, GET /metrics, gRPC health (with reflection) on
// an ops port of its own, and whether it is ready.
//
// SIGTERM or SIGINT asks to stop: stop() becomes true and WaitForStop returns; a second signal
// exits at once. The order of what then happens is main's, usually: SetReady(false), drain, flush,
// return.
#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/rpc/server.h"
#include "libs/runtime/options.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"

namespace prometheus {
class Exposer;
}

namespace withdrawal::runtime {

class Process {
 public:
  // One per process, at the start of main, before any other thread: the signal mask is inherited.
  // Not ready until SetReady(true).
  //   InvalidArgument   bad log level
  //   Unavailable       an address cannot be bound
  static absl::StatusOr<std::unique_ptr<Process>> Start(const ServiceSettings& settings);
  ~Process();

  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Has withdrawal_build_info{service,version} and withdrawal_process_ready; add yours.
  prometheus::Registry& registry() { return *registry_; }

  // Health on the ops port and the gauge. Any thread; logs a change.
  void SetReady(bool ready);
  bool ready() const { return ready_.load(); }

  // True once a stop was asked for. The reference is good as long as the process object.
  const std::atomic<bool>& stop() const { return stop_; }
  void RequestStop();
  // Returns when a stop was asked for (true) or the time is over (false).
  bool WaitForStop(absl::Duration timeout = absl::InfiniteDuration());

  // Lets this much time pass, stop or not: for load balancers to notice what SetReady said. A
  // second signal exits at once.
  void Pause(absl::Duration duration);

  // The ports bound; 0 when there is none.
  int metrics_port() const;
  int health_port() const { return health_ == nullptr ? 0 : health_->port(); }

 private:
  explicit Process(const ServiceSettings& settings);
  absl::Status Listen(const ServiceSettings& settings);
  void AwaitSignals();

  std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Gauge& ready_gauge_;
  std::unique_ptr<prometheus::Exposer> exposer_;
  std::unique_ptr<rpc::Server> health_;
  std::atomic<bool> ready_ = false;
  std::atomic<bool> stop_ = false;
  std::atomic<bool> closing_ = false;
  absl::Mutex mutex_;  // only to wait for stop_
  std::thread signals_;
};

// Logs the status as an error and gives the exit code 1: `return Fail(status);` in main.
int Fail(const absl::Status& status);

}  // namespace withdrawal::runtime
