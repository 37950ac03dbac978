// Debian's abseil is built without ThreadSanitizer, so what absl::Mutex, Notification and
// BlockingCounter put in order would look like a race. These definitions come before the library's:
// they tell the sanitizer, and call the library.
#include <dlfcn.h>
#include <sanitizer/tsan_interface.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/base/options.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"

#define TEXT(name) #name
#define TEXT_OF(name) TEXT(name)

namespace {

// The library's definition. `prefix` and `rest` stand around abseil's inline namespace in the
// mangled name.
template <typename Function>
Function* Real(const std::string& prefix, const std::string& rest) {
  const std::string space = TEXT_OF(ABSL_OPTION_INLINE_NAMESPACE_NAME);
  const std::string symbol = prefix + "4absl" + std::to_string(space.size()) + space + rest;
  void* found = dlsym(RTLD_NEXT, symbol.c_str());
  if (found == nullptr) {
    std::fprintf(stderr, "no %s in abseil\n", symbol.c_str());
    std::abort();
  }
  return reinterpret_cast<Function*>(found);
}

void Acquire(const void* object) { __tsan_acquire(const_cast<void*>(object)); }
void Release(const void* object) { __tsan_release(const_cast<void*>(object)); }

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN

void Mutex::Lock() {
  static auto* const kReal = Real<void(Mutex*)>("_ZN", "5Mutex4LockEv");
  kReal(this);
  Acquire(this);
}

void Mutex::Unlock() {
  static auto* const kReal = Real<void(Mutex*)>("_ZN", "5Mutex6UnlockEv");
  Release(this);
  kReal(this);
}

bool Mutex::TryLock() {
  static auto* const kReal = Real<bool(Mutex*)>("_ZN", "5Mutex7TryLockEv");
  const bool locked = kReal(this);
  if (locked) Acquire(this);
  return locked;
}

void Mutex::ReaderLock() {
  static auto* const kReal = Real<void(Mutex*)>("_ZN", "5Mutex10ReaderLockEv");
  kReal(this);
  Acquire(this);
}

void Mutex::ReaderUnlock() {
  static auto* const kReal = Real<void(Mutex*)>("_ZN", "5Mutex12ReaderUnlockEv");
  Release(this);
  kReal(this);
}

// Looks again and again, each time under the lock: the library would have the condition evaluated
// by another thread, in an order the sanitizer cannot see.
void Mutex::Await(const Condition& condition) { AwaitWithTimeout(condition, InfiniteDuration()); }

bool Mutex::AwaitWithTimeout(const Condition& condition, Duration timeout) {
  const Time until = Now() + timeout;
  while (!condition.Eval()) {
    if (Now() >= until) return false;
    Unlock();
    SleepFor(Milliseconds(1));
    Lock();
  }
  return true;
}

void Notification::Notify() {
  static auto* const kReal = Real<void(Notification*)>("_ZN", "12Notification6NotifyEv");
  Release(this);
  kReal(this);
}

void Notification::WaitForNotification() const {
  static auto* const kReal =
      Real<void(const Notification*)>("_ZNK", "12Notification19WaitForNotificationEv");
  kReal(this);
  Acquire(this);
}

bool Notification::WaitForNotificationWithTimeout(Duration timeout) const {
  static auto* const kReal = Real<bool(const Notification*, Duration)>(
      "_ZNK", "12Notification30WaitForNotificationWithTimeoutENS0_8DurationE");
  const bool notified = kReal(this, timeout);
  if (notified) Acquire(this);
  return notified;
}

bool BlockingCounter::DecrementCount() {
  static auto* const kReal =
      Real<bool(BlockingCounter*)>("_ZN", "15BlockingCounter14DecrementCountEv");
  Release(this);
  return kReal(this);
}

void BlockingCounter::Wait() {
  static auto* const kReal = Real<void(BlockingCounter*)>("_ZN", "15BlockingCounter4WaitEv");
  kReal(this);
  Acquire(this);
}

ABSL_NAMESPACE_END
}  // namespace absl
