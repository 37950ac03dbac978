// What a stream-processing core looks like to the loop (libs/stream/processor.h).
//
// A task is a set of functions of their arguments: it holds no state of its own, reads no clock and
// does no I/O. The loop owns one state row per key, as bytes, which is also exactly what the
// changelog topic holds: what is in memory, in Kafka and on restore is the same.
//
// Deadlines are a pure function of the state (NextDeadline). There is no timer store: after a
// restart the loop restores the rows and asks again, so a timer can neither be lost nor disagree
// with the state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/domain/time.h"

namespace withdrawal::stream {

using domain::Duration;
using domain::Instant;

struct Header {
  std::string name;
  std::string value;
};

// A record as read. The views are valid during the call only.
struct InputRecord {
  std::string_view topic;
  int32_t partition = 0;
  int64_t offset = 0;
  std::string_view key;
  std::string_view value;
  Instant timestamp;  // of the record, set by its producer
  std::vector<Header> headers;
};

// A record to write. Its partition follows from the key.
struct OutputRecord {
  std::string topic;
  std::string key;
  std::string value;
  std::vector<Header> headers;
};

// What one step changes.
struct Effects {
  // Absent: unchanged. Empty string: delete the row (a tombstone in the changelog).
  std::optional<std::string> state;
  std::vector<OutputRecord> outputs;
};

class Task {
 public:
  virtual ~Task() = default;

  // One input record for the key's row (`state` is empty when there is none).
  //   InvalidArgument     the record can never be used: the loop sets it aside in the dead-letters
  //                       topic with the status as reason, and goes on
  //   any other error     the loop stops; the process exits and is restarted
  virtual absl::StatusOr<Effects> OnRecord(std::string_view state, const InputRecord& record,
                                           Instant now) = 0;

  // The row's deadline has passed. `caught_up` is false when the inputs present at the deadline
  // could not be read within the loop's catch_up_wait_max: data may be missing.
  // REQUIRES: afterwards NextDeadline(row) > now.
  virtual absl::StatusOr<Effects> OnDeadline(std::string_view key, std::string_view state,
                                             Instant now, bool caught_up) = 0;

  // When the row next wants OnDeadline; absent = never.
  virtual std::optional<Instant> NextDeadline(std::string_view state) const = 0;
};

}  // namespace withdrawal::stream
