// Where accepted check-ins go: the seam between ingest and Kafka (kafka_log.h), faked in tests.
#pragma once

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "libs/stream/task.h"

namespace withdrawal::ingest {

class RecordLog {
 public:
  using Done = absl::AnyInvocable<void(absl::Status)>;

  virtual ~RecordLog() = default;

  // Never blocks. `done` is called exactly once, on any thread: OK only when the record is durably
  // stored. Unavailable: not known to be stored. ResourceExhausted: shed load.
  virtual void Append(stream::OutputRecord record, Done done) = 0;
};

}  // namespace withdrawal::ingest
