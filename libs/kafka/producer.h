// Writes records and says when the brokers have them. For services that answer a caller after the
// append (ingest, clinician); the stream services write through transactions instead.
//
// Idempotent, acks=all, partition by murmur2 of the key. Thread-safe. Owns one thread, on which
// every `done` runs: do little there and never block.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/client_config.h"
#include "libs/kafka/records.h"

namespace withdrawal::kafka {

class Producer {
 public:
  // The place of the record, or
  //   Unavailable         not known to be stored within 4 s (it may be all the same: send it again
  //                       under the same id), or the producer has failed or is closing
  //   ResourceExhausted   the queue is full: shed load earlier
  //   InvalidArgument     larger than the brokers take
  using Done = absl::AnyInvocable<void(absl::StatusOr<Position>)>;

  // InvalidArgument names the property that was refused. Does not wait for a broker.
  static absl::StatusOr<std::unique_ptr<Producer>> Create(const ClientConfig& config);

  // Fails what is still pending; call Flush before to let it finish.
  // REQUIRES: no call of another method is running.
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  // Never blocks. `done` is called exactly once, always on the delivery thread.
  void Send(stream::OutputRecord record, Done done);

  // Call before reporting ready: the first Send to a topic whose partitions are not known is slow.
  // Unavailable when a topic cannot be seen in time, NotFound when it does not exist.
  absl::Status AwaitTopics(const std::vector<std::string>& topics, absl::Duration timeout);

  // False for ever once the producer cannot go on: a fatal error, or one partition has failed for
  // 20 s while others passed. End the process; its restart is the cure.
  bool healthy() const;

  // Waits for every Send so far. DeadlineExceeded when some are still pending.
  absl::Status Flush(absl::Duration timeout);

 private:
  class Delivery;
  explicit Producer(std::unique_ptr<Delivery> delivery);

  std::unique_ptr<Delivery> delivery_;
};

}  // namespace withdrawal::kafka
