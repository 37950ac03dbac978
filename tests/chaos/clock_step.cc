// Preloaded into one process of run.py: its wall clock is ahead by the nanoseconds (negative:
// behind) that the file $CHAOS_CLOCK holds as eight bytes, whenever they change. As with a clock
// that was really stepped, the monotonic clock stands and waits are as long as they were meant;
// libfaketime misses cnd_timedwait and futexes, on which librdkafka and abseil wait.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <unistd.h>

#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

constexpr int64_t kSecond = 1'000'000'000;

template <typename Function>
Function* Real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

int64_t Ahead() {
  static const volatile int64_t* const shared = []() -> const volatile int64_t* {
    static const int64_t none = 0;
    const char* path = std::getenv("CHAOS_CLOCK");
    const int file = path == nullptr ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return &none;
    void* found = mmap(nullptr, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    return found == MAP_FAILED ? &none : static_cast<const int64_t*>(found);
  }
  ();
  return *shared;
}

timespec Shifted(const timespec& time, int64_t by) {
  const int64_t sum = time.tv_sec * kSecond + time.tv_nsec + by;
  return {.tv_sec = sum / kSecond, .tv_nsec = sum % kSecond};
}

timespec Now() {
  timespec now{};
  ::syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  return Shifted(now, Ahead());
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static auto* const real = Real<int(clockid_t, timespec*)>("clock_gettime");
  const int result = real(clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    *time = Shifted(*time, Ahead());
  }
  return result;
}

int gettimeofday(timeval* time, void*) noexcept {
  const timespec now = Now();
  *time = {.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  return 0;
}

time_t time(time_t* time) noexcept {
  const timespec now = Now();
  if (time != nullptr) *time = now.tv_sec;
  return now.tv_sec;
}

int timespec_get(timespec* time, int base) noexcept {
  *time = Now();
  return base;
}

int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
  static auto* const real = Real<int(cnd_t*, mtx_t*, const timespec*)>("cnd_timedwait");
  const timespec shifted = Shifted(*until, -Ahead());
  return real(condition, mutex, &shifted);
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const timespec* until) {
  // The present version of the symbol, not the oldest.
  static auto* const real =
      reinterpret_cast<int (*)(pthread_cond_t*, pthread_mutex_t*, const timespec*)>(
          dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2"));
  const timespec shifted = Shifted(*until, -Ahead());
  return real(condition, mutex, &shifted);
}

long syscall(long number, ...) noexcept {
  static auto* const real = Real<long(long, ...)>("syscall");
  va_list list;
  va_start(list, number);
  long words[6];
  for (long& word : words) word = va_arg(list, long);
  va_end(list);
  timespec shifted{};
  const bool on_wall_clock = number == SYS_futex && words[3] != 0 &&
                             (words[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET &&
                             (words[1] & FUTEX_CLOCK_REALTIME) != 0;
  if (on_wall_clock) {
    shifted = Shifted(*reinterpret_cast<const timespec*>(words[3]), -Ahead());
    words[3] = reinterpret_cast<long>(&shifted);
  }
  return real(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

}  // extern "C"
