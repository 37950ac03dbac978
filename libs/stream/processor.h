// The loop of a stream service: read a batch, step each record, fire what is due, commit. Rows,
// outputs and input offsets go into one transaction, so each record and each deadline takes effect
// exactly once, whoever owns the partition when.
//
// A deadline fires by the clock, but not while input that was there when it passed still waits to
// be read: an outage of ours must not look like a silent patient (catch-up rule). After
// catch_up_wait_max it fires all the same, told that data may be missing.
//
// One thread. Time per partition never goes back.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "libs/stream/deadlines.h"
#include "libs/stream/io.h"
#include "libs/stream/state_table.h"
#include "libs/stream/task.h"

namespace withdrawal::stream {

struct Limits {
  // A transaction is committed on the first of: nothing more to read, this many records, this long.
  int commit_records_max = 500;
  Duration commit_interval = absl::Milliseconds(50);
  int poll_records_max = 500;
  Duration poll_wait_max = absl::Milliseconds(100);
  int fired_per_round_max = 500;  // deadlines of one partition between two polls
  Duration catch_up_wait_max = absl::Minutes(2);
  int aborts_in_a_row_max = 10;  // then the loop gives up
};

class Processor : private Assignment {
 public:
  // All references outlive the processor.
  Processor(Task& task, Source& source, Sink& sink, Clock clock, Limits limits);

  // One round. An error means: end the process, its restart is the cure.
  absl::Status RunOnce();

  // Commits what is open; call it before leaving.
  absl::Status Finish();

 private:
  struct Partition {
    StateTable table;
    Deadlines deadlines;
    std::map<std::string, int64_t> next;       // per input, as the open transaction sees it
    std::map<std::string, int64_t> committed;  // per input
    Instant now = absl::InfinitePast();
    Instant restored_at = absl::InfiniteFuture();
  };

  void OnAssigned(int32_t partition, std::vector<Position> next) override;
  void OnRow(int32_t partition, std::string_view key, std::string_view row) override;
  void OnRestored(int32_t partition) override;
  void OnRevoked() override;
  void OnLost() override;

  absl::Status Round();
  absl::Status StepRecord(const InputRecord& record);
  absl::Status FireDue(int32_t number, Partition& partition);
  absl::Status Apply(int32_t number, Partition& partition, std::string_view key,
                     const Effects& effects);
  absl::Status Begin();
  absl::Status Commit();
  absl::Status Abort();
  absl::Status BackToCommitted(const absl::Status& why);
  bool CommitIsDue(bool idle) const;
  Duration PollWait() const;
  Instant Now(Partition& partition) const;
  std::vector<Position> NextOffsets() const;

  Task& task_;
  Source& source_;
  Sink& sink_;
  const Clock clock_;
  const Limits limits_;

  std::map<int32_t, Partition> partitions_;
  bool transaction_open_ = false;
  bool advanced_ = false;  // offsets (or the very ownership) not committed yet
  int records_ = 0;        // since the last commit
  Instant first_change_ = absl::InfiniteFuture();
  int aborts_in_a_row_ = 0;
  absl::Status failure_;  // met inside a callback of the source
};

}  // namespace withdrawal::stream
