// The brokers of the simulation: topics with transactions as a read_committed reader meets them.
// What is modelled of Kafka, because faults have come of it elsewhere:
//   - a decided transaction becomes visible partition by partition, some time after the commit
//     returned; until then readers stop before it, and so do committed offsets;
//   - markers take offsets of their own;
//   - a transactional id that starts again fences the one before and decides what it left open;
//   - a transaction left open is aborted after the transaction timeout, and its producer fenced.
// Replication, leaders and the wire are not here: tests/e2e and the tests on real brokers have
// them.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "libs/stream/position.h"
#include "libs/stream/task.h"
#include "services/ctl/core/random.h"

namespace withdrawal::sim {

using ctl::Random;
using domain::Duration;
using domain::Instant;
using stream::Position;

inline constexpr int32_t kPartitions = 3;
inline constexpr Duration kTransactionTimeout = absl::Seconds(10);

int32_t PartitionOf(std::string_view key);

struct Stored {
  std::string key;
  std::string value;
  std::vector<stream::Header> headers;
  Instant timestamp;
  int64_t transaction = 0;  // 0 = none
  bool marker = false;
};

// A record and where it stands.
struct Found {
  int64_t offset = 0;
  const Stored* record = nullptr;
};

class Brokers {
 public:
  using Input = std::pair<std::string, int32_t>;  // topic, partition

  struct Producer {
    std::string id;
    int epoch = 0;
  };

  // Outside any transaction: visible at once.
  void Append(const std::string& topic, Stored record);

  // Aborted: the transaction cannot be committed. Internal: fenced, the producer is of no more use.
  Producer Initialise(const std::string& transactional_id);
  absl::Status Begin(const Producer& producer, Instant now);
  absl::Status Write(const Producer& producer, const Input& where, Stored record);
  absl::Status SendOffsets(const Producer& producer, const std::string& group,
                           const std::vector<Position>& next);
  absl::Status Commit(const Producer& producer);
  absl::Status Abort(const Producer& producer);

  // Writes some of the markers that are due (all of them when `random` is null), and aborts what
  // has been open for longer than the transaction timeout.
  void Advance(Instant now, Random* random);

  int64_t End(const Input& where) const;        // as read_uncommitted sees it
  int64_t StableEnd(const Input& where) const;  // where read_committed stops
  // Committed records from `next` on, at most `count`; `next` moves past them and what lies
  // between.
  std::vector<Found> Read(const Input& where, int64_t& next, int count) const;
  // All committed records of a topic, partition by partition.
  std::vector<Found> ReadAll(const std::string& topic) const;

  int64_t Committed(const std::string& group, const Input& where) const;
  // Some transaction has written offsets of the group there and they do not stand yet.
  bool OffsetsPending(const std::string& group, int32_t partition) const;

 private:
  enum class State { kOpen, kCommitted, kAborted };
  struct Transaction {
    State state = State::kOpen;
    std::string producer;
    Instant began_at;
    std::set<Input> touched;  // no marker there yet
    std::string group;
    std::vector<Position> offsets;  // do not stand yet
  };
  struct Partition {
    std::deque<Stored> records;           // views of them stay good
    std::map<int64_t, int64_t> unmarked;  // transaction -> its first offset
  };

  absl::Status Check(const Producer& producer) const;
  Transaction* Open(const Producer& producer);
  void Mark(int64_t number, Transaction& transaction, const Input& where);
  void PutOffsets(Transaction& transaction);
  void Complete(int64_t number, Transaction& transaction);
  void CompleteAllOf(const std::string& producer);
  void ForgetFinished();
  Partition& At(const Input& where) { return partitions_[where]; }

  std::map<Input, Partition> partitions_;
  std::map<std::string, int> epochs_;
  std::map<std::string, int64_t> open_;  // by producer
  std::map<int64_t, Transaction> unfinished_;
  std::vector<State> states_ = {State::kCommitted};  // by transaction; 0 = none
  std::map<std::pair<std::string, Input>, int64_t> committed_;
};

}  // namespace withdrawal::sim
