// A log with transactions, in memory: what Source and Sink promise, without Kafka. One test thread.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libs/stream/io.h"

namespace withdrawal::stream {

// What the brokers hold. Survives the processors of a test.
struct MemoryLog {
  struct Stored {
    std::string key;
    std::string value;
    std::vector<Header> headers;
  };
  struct Letter {
    Stored record;
    absl::Status why;
  };
  using Input = std::pair<std::string, int32_t>;

  std::map<Input, std::vector<Stored>> inputs;
  std::map<int32_t, std::vector<std::pair<std::string, std::string>>> changelog;
  std::vector<OutputRecord> outputs;
  std::vector<Letter> letters;
  std::map<Input, int64_t> committed;

  void Add(const std::string& topic, int32_t partition, std::string key, std::string value) {
    inputs[{topic, partition}].push_back({std::move(key), std::move(value), {}});
  }
};

class MemorySource : public Source {
 public:
  MemorySource(MemoryLog& log, std::vector<std::string> topics)
      : log_(log), topics_(std::move(topics)) {}

  void Assign(std::set<int32_t> partitions) { assign_ = std::move(partitions); }
  void Revoke() { revoke_ = true; }
  void Lose() { lose_ = true; }
  // Records are there but do not come, as with a slow broker.
  void Withhold(bool withhold) { withheld_ = withhold; }

  absl::StatusOr<std::vector<InputRecord>> Poll(Duration, int records_max,
                                                Assignment& assignment) override {
    if (std::exchange(revoke_, false)) {
      assignment.OnRevoked();
      next_.clear();
    }
    if (std::exchange(lose_, false)) {
      assignment.OnLost();
      next_.clear();
    }
    for (int32_t partition : std::exchange(assign_, {})) Restore(partition, assignment);
    std::vector<InputRecord> records;
    for (auto& [input, next] : next_) {
      const auto& stored = log_.inputs[input];
      while (!withheld_ && next < static_cast<int64_t>(stored.size()) &&
             records.size() < static_cast<size_t>(records_max)) {
        const MemoryLog::Stored& one = stored[static_cast<size_t>(next)];
        records.push_back({input.first, input.second, next, one.key, one.value, {}, one.headers});
        ++next;
      }
    }
    return records;
  }

  absl::Status Rewind(const std::vector<Position>& next) override {
    ++rewinds;
    for (const Position& position : next) {
      next_[{position.topic, position.partition}] = position.offset;
    }
    return absl::OkStatus();
  }

  bool CaughtUp(int32_t partition, Instant) override {
    return std::all_of(next_.begin(), next_.end(), [&](const auto& entry) {
      return entry.first.second != partition ||
             entry.second >= static_cast<int64_t>(log_.inputs[entry.first].size());
    });
  }

  int rewinds = 0;

 private:
  void Restore(int32_t partition, Assignment& assignment) {
    std::vector<Position> start;
    for (const std::string& topic : topics_) {
      next_[{topic, partition}] = log_.committed[{topic, partition}];
      start.push_back({topic, partition, next_[{topic, partition}]});
    }
    assignment.OnAssigned(partition, start);
    for (const auto& [key, row] : log_.changelog[partition]) {
      assignment.OnRow(partition, key, row);
    }
    assignment.OnRestored(partition);
  }

  MemoryLog& log_;
  const std::vector<std::string> topics_;
  std::set<int32_t> assign_;
  bool revoke_ = false;
  bool lose_ = false;
  bool withheld_ = false;
  std::map<MemoryLog::Input, int64_t> next_;
};

class MemorySink : public Sink {
 public:
  explicit MemorySink(MemoryLog& log) : log_(log) {}

  // The next commits are refused: the transaction has no effect.
  int refuse_commits = 0;
  int commits = 0;
  int aborts = 0;
  std::vector<Position> last_offsets;

  absl::Status Begin() override {
    if (open_) return absl::InternalError("begin within a transaction");
    open_ = true;
    return absl::OkStatus();
  }
  absl::Status WriteRow(int32_t partition, std::string_view key, std::string_view row) override {
    return Keep([this, partition, key = std::string(key), row = std::string(row)] {
      log_.changelog[partition].emplace_back(key, row);
    });
  }
  absl::Status Write(const OutputRecord& record) override {
    return Keep([this, record] { log_.outputs.push_back(record); });
  }
  absl::Status SetAside(const InputRecord& record, const absl::Status& why, Instant) override {
    MemoryLog::Stored copy{std::string(record.key), std::string(record.value), record.headers};
    return Keep([this, copy, why] { log_.letters.push_back({copy, why}); });
  }
  absl::Status Commit(const std::vector<Position>& next) override {
    if (!open_ || next.empty()) return absl::InternalError("nothing to commit");
    if (refuse_commits > 0) {
      --refuse_commits;
      return absl::AbortedError("refused");
    }
    for (const auto& effect : effects_) effect();
    for (const Position& position : next) {
      log_.committed[{position.topic, position.partition}] = position.offset;
    }
    last_offsets = next;
    ++commits;
    effects_.clear();
    open_ = false;
    return absl::OkStatus();
  }
  absl::Status Abort() override {
    ++aborts;
    effects_.clear();
    open_ = false;
    return absl::OkStatus();
  }

 private:
  absl::Status Keep(std::function<void()> effect) {
    if (!open_) return absl::InternalError("write outside a transaction");
    effects_.push_back(std::move(effect));
    return absl::OkStatus();
  }

  MemoryLog& log_;
  bool open_ = false;
  std::vector<std::function<void()>> effects_;
};

}  // namespace withdrawal::stream
