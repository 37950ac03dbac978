// The audit trail of this process: each entry becomes the next event of its chain and goes to the
// topic. The caller's answer waits for the brokers, but not for long: a person may need the help
// that is asked for (reference PR-15).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/audit/chain.h"
#include "libs/identity/audit.h"
#include "libs/kafka/producer.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"

namespace withdrawal::audit {

struct LogConfig {
  std::string service;  // "clinician": the writer is it and 16 random digits
  std::string topic;
  absl::Duration patience = absl::Seconds(2);  // then the caller is answered all the same
  absl::Duration retry = absl::Milliseconds(500);
  size_t waiting_max = 65536;  // events; beyond it an event is lost, counted and logged
};

// Thread-safe. One for each process.
//
// All of a writer have its name as the key: in one partition, in the order of the chain, so that a
// process that dies leaves no gap. What the brokers did not take is sent again until they do.
class Log final : public identity::AuditSink {
 public:
  // `producer` and `registry` outlive it.
  Log(const LogConfig& config, kafka::Producer& producer, prometheus::Registry& registry);
  ~Log() override;  // waits for what was sent; the rest is lost
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void Record(identity::AuditEntry entry, Done done) override;

  // Before the end of the process. DeadlineExceeded when some are not stored.
  absl::Status Flush(absl::Duration timeout);
  std::string writer() const;

 private:
  struct Waiting {
    std::string value;
    Done done;  // empty once called
    absl::Time answer_by;
    bool sent = false;
  };

  void Send(int64_t sequence, Waiting& waiting) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Answered(int64_t sequence, bool stored);
  // Answers who waited long enough, sends again what failed.
  void Run();
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stop_ || !waiting_.empty(); }
  bool IsEmpty() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return waiting_.empty(); }
  bool IsSettled() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return in_flight_ == 0; }

  const LogConfig config_;
  kafka::Producer& producer_;
  prometheus::Counter& stored_;
  prometheus::Counter& late_;
  prometheus::Counter& lost_;
  prometheus::Gauge& waiting_count_;
  mutable absl::Mutex mutex_;
  Chain chain_ ABSL_GUARDED_BY(mutex_);
  std::map<int64_t, Waiting> waiting_ ABSL_GUARDED_BY(mutex_);  // by sequence
  int in_flight_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Time send_again_at_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

// The event of an entry, without its place in a chain: texts cut to what a row can hold.
events::v1::AuditEvent EventOf(const identity::AuditEntry& entry, absl::Time now);

}  // namespace withdrawal::audit
