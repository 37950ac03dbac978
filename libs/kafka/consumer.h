// Reads what has been committed, for readers outside the transactional loop: the clinician's
// projection and watch, the notifier, withdrawalctl. One thread uses a Consumer.
//
// Two ways to use it: Assign (no group; the reader says which partitions and from where) or
// Subscribe (a group shares the partitions out). Offsets are never committed by themselves.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/client_config.h"
#include "libs/kafka/records.h"

namespace withdrawal::kafka {

class Consumer {
 public:
  // Partitions have come to this member (offset kCommitted); answers where to start each. Keep the
  // offsets in your own store and answer them here, or answer the argument as it is. An error ends
  // the reading: Poll returns it.
  using OnAssigned =
      std::function<absl::StatusOr<std::vector<Position>>(std::vector<Position> partitions)>;
  // Partitions leave this member. `lost`: somebody else may have them already, so do not commit.
  using OnRevoked = std::function<void(const std::vector<Position>& partitions, bool lost)>;

  // `group` is needed for Subscribe and Commit. InvalidArgument names the property refused.
  static absl::StatusOr<std::unique_ptr<Consumer>> Create(const ClientConfig& config,
                                                          std::optional<std::string> group = {});
  ~Consumer();
  Consumer(const Consumer&) = delete;
  Consumer& operator=(const Consumer&) = delete;

  // Reads these partitions from these offsets (or kBeginning, kEnd), replacing what was read
  // before.
  absl::Status Assign(const std::vector<Position>& from);

  // The callbacks run within Poll.
  absl::Status Subscribe(const std::vector<std::string>& topics, OnAssigned on_assigned,
                         OnRevoked on_revoked);

  // Up to records_max records; empty after `timeout` without any. Call at least once a minute.
  // Broker trouble that passes is logged, not returned; an error means: give up this consumer.
  absl::StatusOr<std::vector<OwnedRecord>> Poll(absl::Duration timeout, size_t records_max);

  // Every partition of the topic, at its beginning. NotFound: no such topic.
  absl::StatusOr<std::vector<Position>> Partitions(const std::string& topic,
                                                   absl::Duration timeout = absl::Seconds(10));

  // The end of every partition of the topics, as a reader of committed records sees it now.
  // An end may be a transaction marker: compare it with Reached, not with a record's offset + 1.
  absl::StatusOr<std::vector<Position>> EndOffsets(const std::vector<std::string>& topics,
                                                   absl::Duration timeout = absl::Seconds(10));

  // Of each partition the first record written at `at` or later, or its end.
  absl::StatusOr<std::vector<Position>> OffsetsAt(const std::vector<Position>& partitions,
                                                  absl::Time at,
                                                  absl::Duration timeout = absl::Seconds(10));

  // How far Poll has come, per partition: past the last record returned, and past the markers
  // behind it once the end was seen.
  std::vector<Position> Reached() const;

  // Records the group's next offsets; waits for the brokers' answer.
  absl::Status Commit(const std::vector<Position>& next);

 private:
  class Reader;
  explicit Consumer(std::unique_ptr<Reader> reader);

  std::unique_ptr<Reader> reader_;
};

}  // namespace withdrawal::kafka
