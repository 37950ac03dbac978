// Ctrl-C and SIGTERM as something a thread can wait for.
#pragma once

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace withdrawal::ctl {

// While it lives, SIGINT and SIGTERM end nothing by themselves: they set `requested` and call
// `on_interrupt` once, on a thread of its own. Construct it before any other thread starts.
class Interrupt {
 public:
  explicit Interrupt(std::function<void()> on_interrupt);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  bool requested() const;
  // Waits at most this long; true when the interrupt came.
  bool WaitFor(absl::Duration timeout) const;

 private:
  void Listen();

  std::function<void()> on_interrupt_;
  mutable absl::Mutex mutex_;
  bool requested_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread listener_;
};

}  // namespace withdrawal::ctl
