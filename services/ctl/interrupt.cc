#include "services/ctl/interrupt.h"

#include <pthread.h>

#include <csignal>
#include <cstdlib>
#include <utility>

namespace withdrawal::ctl {
namespace {

// SIGUSR1 ends the listener when nothing interrupted.
sigset_t Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGUSR1}) sigaddset(&signals, number);
  return signals;
}

}  // namespace

Interrupt::Interrupt(std::function<void()> on_interrupt) : on_interrupt_(std::move(on_interrupt)) {
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  listener_ = std::thread([this] { Listen(); });
}

Interrupt::~Interrupt() {
  pthread_kill(listener_.native_handle(), SIGUSR1);
  listener_.join();
}

void Interrupt::Listen() {
  const sigset_t signals = Signals();
  int number = 0;
  if (sigwait(&signals, &number) != 0 || number == SIGUSR1) return;
  {
    absl::MutexLock lock(&mutex_);
    requested_ = true;
  }
  on_interrupt_();
  // A second Ctrl-C ends the process at once.
  if (sigwait(&signals, &number) == 0 && number != SIGUSR1) std::_Exit(130);
}

bool Interrupt::requested() const {
  absl::MutexLock lock(&mutex_);
  return requested_;
}

bool Interrupt::WaitFor(absl::Duration timeout) const {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(absl::Condition(&requested_), timeout);
  return requested_;
}

}  // namespace withdrawal::ctl
