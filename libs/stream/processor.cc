#include "libs/stream/processor.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace withdrawal::stream {

Processor::Processor(Task& task, Source& source, Sink& sink, Clock clock, Limits limits)
    : task_(task), source_(source), sink_(sink), clock_(std::move(clock)), limits_(limits) {}

absl::Status Processor::RunOnce() {
  absl::Status status = Round();
  if (absl::IsAborted(status)) return BackToCommitted(status);
  return status;
}

absl::Status Processor::Round() {
  absl::StatusOr<std::vector<InputRecord>> records =
      source_.Poll(PollWait(), limits_.poll_records_max, *this);
  if (!failure_.ok()) return failure_;
  if (!records.ok()) return records.status();
  for (const InputRecord& record : *records) {
    absl::Status status = StepRecord(record);
    if (!status.ok()) return status;
  }
  for (auto& [number, partition] : partitions_) {
    absl::Status status = FireDue(number, partition);
    if (!status.ok()) return status;
  }
  return CommitIsDue(records->empty()) ? Commit() : absl::OkStatus();
}

absl::Status Processor::Finish() {
  absl::Status status = transaction_open_ || advanced_ ? Commit() : absl::OkStatus();
  if (!absl::IsAborted(status)) return status;
  return Abort();  // nothing is lost: the next owner reads from the committed offsets
}

absl::Status Processor::StepRecord(const InputRecord& record) {
  auto found = partitions_.find(record.partition);
  if (found == partitions_.end()) {
    return absl::InternalError(
        absl::StrCat("record of partition ", record.partition, ", which is not assigned"));
  }
  Partition& partition = found->second;
  int64_t& next = partition.next[std::string(record.topic)];
  if (record.offset < next) return absl::OkStatus();  // read again, its effects are here
  absl::StatusOr<Effects> effects =
      task_.OnRecord(partition.table.Get(record.key), record, Now(partition));
  absl::Status status = effects.status();
  if (effects.ok()) {
    status = Apply(record.partition, partition, record.key, *effects);
  } else if (absl::IsInvalidArgument(status)) {
    absl::Status why = status;
    status = Begin();
    if (status.ok()) status = sink_.SetAside(record, why, Now(partition));
  }
  if (!status.ok()) return status;
  next = record.offset + 1;
  ++records_;
  first_change_ = std::min(first_change_, clock_());
  advanced_ = true;
  return absl::OkStatus();
}

absl::Status Processor::FireDue(int32_t number, Partition& partition) {
  for (int fired = 0; fired < limits_.fired_per_round_max; ++fired) {
    const Deadlines::Deadline* earliest = partition.deadlines.Earliest();
    const Instant now = Now(partition);
    if (earliest == nullptr || earliest->at > now || partition.restored_at > now) break;
    const Deadlines::Deadline due = *earliest;
    // Waiting is counted from when we could first read: a long absence is no reason to give up.
    const Duration waited = now - std::max(due.at, partition.restored_at);
    const bool caught_up = source_.CaughtUp(number, due.at);
    if (!caught_up && waited < limits_.catch_up_wait_max) break;
    absl::StatusOr<Effects> effects =
        task_.OnDeadline(due.key, partition.table.Get(due.key), now, caught_up);
    if (!effects.ok()) return effects.status();
    absl::Status status = Apply(number, partition, due.key, *effects);
    if (!status.ok()) return status;
    earliest = partition.deadlines.Earliest();
    if (earliest != nullptr && earliest->key == due.key && earliest->at <= now) {
      return absl::InternalError("a deadline that fired is still due: the task would never end");
    }
  }
  return absl::OkStatus();
}

absl::Status Processor::Apply(int32_t number, Partition& partition, std::string_view key,
                              const Effects& effects) {
  if (!effects.state.has_value() && effects.outputs.empty()) return absl::OkStatus();
  absl::Status status = Begin();
  if (!status.ok()) return status;
  if (effects.state.has_value()) {
    status = sink_.WriteRow(number, key, *effects.state);
    if (!status.ok()) return status;
    partition.table.Put(key, *effects.state);
    partition.deadlines.Set(std::string(key), effects.state->empty()
                                                  ? std::nullopt
                                                  : task_.NextDeadline(*effects.state));
  }
  for (const OutputRecord& output : effects.outputs) {
    status = sink_.Write(output);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Processor::Begin() {
  if (transaction_open_) return absl::OkStatus();
  absl::Status status = sink_.Begin();
  if (!status.ok()) return status;
  transaction_open_ = true;
  first_change_ = std::min(first_change_, clock_());
  return absl::OkStatus();
}

absl::Status Processor::Commit() {
  std::vector<Position> next = NextOffsets();
  if (next.empty()) {
    return transaction_open_ ? absl::AbortedError("no partition is owned any more")
                             : absl::OkStatus();
  }
  absl::Status status = Begin();
  if (status.ok()) status = sink_.Commit(next);
  if (!status.ok()) return status;
  for (auto& [number, partition] : partitions_) {
    partition.table.Commit();
    partition.committed = partition.next;
  }
  transaction_open_ = false;
  advanced_ = false;
  records_ = 0;
  first_change_ = absl::InfiniteFuture();
  aborts_in_a_row_ = 0;
  return absl::OkStatus();
}

absl::Status Processor::Abort() {
  absl::Status status = transaction_open_ ? sink_.Abort() : absl::OkStatus();
  for (auto& [number, partition] : partitions_) {
    partition.next = partition.committed;
    for (const std::string& key : partition.table.Abort()) {
      std::string_view row = partition.table.Get(key);
      partition.deadlines.Set(key, row.empty() ? std::nullopt : task_.NextDeadline(row));
    }
  }
  transaction_open_ = false;
  advanced_ = false;
  records_ = 0;
  first_change_ = absl::InfiniteFuture();
  return status;
}

absl::Status Processor::BackToCommitted(const absl::Status& why) {
  absl::Status status = Abort();
  if (!status.ok()) return status;
  if (++aborts_in_a_row_ > limits_.aborts_in_a_row_max) {
    return absl::InternalError(
        absl::StrCat(aborts_in_a_row_, " aborts in a row, last: ", std::string(why.message())));
  }
  return source_.Rewind(NextOffsets());
}

bool Processor::CommitIsDue(bool idle) const {
  if (!transaction_open_ && !advanced_) return false;
  return idle || records_ >= limits_.commit_records_max ||
         clock_() - first_change_ >= limits_.commit_interval;
}

Duration Processor::PollWait() const {
  if (transaction_open_ || advanced_) return absl::ZeroDuration();
  Duration wait = limits_.poll_wait_max;
  const Instant now = clock_();
  for (const auto& [number, partition] : partitions_) {
    const Deadlines::Deadline* earliest = partition.deadlines.Earliest();
    // One that is due already waits for input, which Poll returns as soon as it comes.
    if (earliest != nullptr && earliest->at > now) wait = std::min(wait, earliest->at - now);
  }
  return wait;
}

Instant Processor::Now(Partition& partition) const {
  partition.now = std::max(partition.now, clock_());
  return partition.now;
}

std::vector<Position> Processor::NextOffsets() const {
  std::vector<Position> positions;
  for (const auto& [number, partition] : partitions_) {
    for (const auto& [topic, offset] : partition.next) positions.push_back({topic, number, offset});
  }
  return positions;
}

void Processor::OnAssigned(int32_t number, std::vector<Position> next) {
  Partition& partition = partitions_[number];
  partition = Partition();
  for (const Position& position : next) partition.next[position.topic] = position.offset;
  partition.committed = partition.next;
}

void Processor::OnRow(int32_t number, std::string_view key, std::string_view row) {
  partitions_[number].table.Restore(key, row);
}

void Processor::OnRestored(int32_t number) {
  Partition& partition = partitions_[number];
  partition.table.ForEach([&](const std::string& key, std::string_view row) {
    partition.deadlines.Set(key, task_.NextDeadline(row));
  });
  partition.restored_at = Now(partition);
  advanced_ = true;  // a first commit of the offsets as they are: proves and warms the whole path
}

void Processor::OnRevoked() {
  absl::Status status = Finish();
  if (!status.ok()) failure_ = status;
  OnLost();
}

void Processor::OnLost() {
  absl::Status status = Abort();
  if (!status.ok() && failure_.ok()) failure_ = status;
  partitions_.clear();
}

}  // namespace withdrawal::stream
