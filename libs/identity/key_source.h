// The provider's signing keys: from a file, read again when it changes, or from a URL, fetched at
// start, every 5 min, and when a token names a key not known yet, at most every 10 s. A set that
// cannot be read leaves the one before in place. Owns one thread; thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/identity/jwks.h"
#include "prometheus/counter.h"
#include "prometheus/registry.h"

namespace withdrawal::identity {

struct KeySet {
  std::vector<SigningKey> keys;
  uint64_t generation = 0;  // another with each change
};

class KeySource {
 public:
  struct Timing {
    absl::Duration every = absl::Minutes(5);
    absl::Duration asked_every_min = absl::Seconds(10);
    absl::Duration after_failure = absl::Seconds(10);
  };
  // The text of a key set. Called on one thread.
  using Reader = absl::AnyInvocable<absl::StatusOr<std::string>()>;

  // `location`: a path, or an http(s) URL. `ca_file`: whom an https server's certificate is signed
  // by; empty = the system's.
  //   InvalidArgument, NotFound   a file that cannot be read or has no key of use
  static absl::StatusOr<std::unique_ptr<KeySource>> Open(const std::string& location,
                                                         const std::string& ca_file,
                                                         prometheus::Registry& registry);
  // With what the reader gives, from the first reading on.
  KeySource(Reader reader, Timing timing, prometheus::Registry& registry);
  ~KeySource();
  KeySource(const KeySource&) = delete;
  KeySource& operator=(const KeySource&) = delete;

  // Never null; without keys until a first set was read.
  std::shared_ptr<const KeySet> keys() const ABSL_LOCKS_EXCLUDED(mutex_);
  // A token named a key that is not in the set. True: a new reading is under way or about to
  // begin, so it is worth asking again. Never waits.
  bool Ask() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run();
  absl::Status ReadOnce();
  bool Due() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stop_ || asked_; }

  Reader reader_;  // of the thread
  const Timing timing_;
  prometheus::Counter& failures_;
  mutable absl::Mutex mutex_;
  std::shared_ptr<const KeySet> keys_ ABSL_GUARDED_BY(mutex_) = std::make_shared<KeySet>();
  std::string text_;  // of the thread: what keys_ were read from
  bool asked_ ABSL_GUARDED_BY(mutex_) = false;
  bool reading_ ABSL_GUARDED_BY(mutex_) = true;
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time read_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  std::thread thread_;
};

}  // namespace withdrawal::identity
