// Everything outside that the processing loop touches: where records and restored rows come from
// (Source), where effects go (Sink), what time it is (Clock). libs/kafka implements them on Kafka,
// tests on a log in memory. All are used by the loop's one thread.
//
// A partition number names the same share of the keys in every input and in the state: one owner
// has partition p of all of them.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/stream/position.h"
#include "libs/stream/task.h"

namespace withdrawal::stream {

using Clock = std::function<Instant()>;

// What a Source tells the loop, from within Poll. Partitions come and go all together.
class Assignment {
 public:
  virtual ~Assignment() = default;

  // The partition is ours. `next` has, for each input, the offset of the first record whose effects
  // are not committed. Its rows follow.
  virtual void OnAssigned(int32_t partition, std::vector<Position> next) = 0;
  // A row as the changelog has it, later ones replacing earlier; empty = deleted.
  virtual void OnRow(int32_t partition, std::string_view key, std::string_view row) = 0;
  // Every row that belongs to `next` has been given. Records may follow.
  virtual void OnRestored(int32_t partition) = 0;
  // All partitions are about to go; what is open may still be committed, now.
  virtual void OnRevoked() = 0;
  // All partitions are gone; a commit would be refused.
  virtual void OnLost() = 0;
};

// Gives each record of the owned partitions, in offset order per input, at least once: exactly once
// follows since the offsets are committed in the transaction that holds the effects.
class Source {
 public:
  virtual ~Source() = default;

  // At most records_max records, waiting at most `timeout` for the first one; only of partitions
  // that are assigned and restored when it returns. The views are valid until the next call.
  // Trouble that passes gives no records; an error ends the loop.
  virtual absl::StatusOr<std::vector<InputRecord>> Poll(Duration timeout, int records_max,
                                                        Assignment& assignment) = 0;

  // After an abort: the next Poll starts again from `next`. No effect on partitions that have gone.
  virtual absl::Status Rewind(const std::vector<Position>& next) = 0;

  // True when Poll has returned every record that was in the inputs of the partition at `since`, a
  // time that has passed. When in doubt: false.
  virtual bool CaughtUp(int32_t partition, Instant since) = 0;
};

// One transaction at a time: all of its writes and offsets become visible together, or never.
//   Aborted     the transaction cannot be committed, nothing of it is or will be visible: call
//   Abort any other   the sink is of no more use (another owner has taken over, no brokers): end
//   the loop.
//               Whether a commit took effect is then known to the next owner only.
class Sink {
 public:
  virtual ~Sink() = default;

  virtual absl::Status Begin() = 0;
  // The key's row; empty = a tombstone.
  virtual absl::Status WriteRow(int32_t partition, std::string_view key, std::string_view row) = 0;
  virtual absl::Status Write(const OutputRecord& record) = 0;
  // The record as it came, to the dead letters, with the reason (reason.h).
  virtual absl::Status SetAside(const InputRecord& record, const absl::Status& why,
                                Instant now) = 0;
  // `next`: for every input of every owned partition, the offset to read on from. Never empty: it
  // is what tells a stale owner from the present one.
  virtual absl::Status Commit(const std::vector<Position>& next) = 0;
  virtual absl::Status Abort() = 0;
};

}  // namespace withdrawal::stream
