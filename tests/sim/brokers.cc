#include "tests/sim/brokers.h"

#include <algorithm>

namespace withdrawal::sim {

int32_t PartitionOf(std::string_view key) {
  uint32_t hash = 2166136261u;  // FNV-1a
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return static_cast<int32_t>(hash % static_cast<uint32_t>(kPartitions));
}

void Brokers::Append(const std::string& topic, Stored record) {
  At({topic, PartitionOf(record.key)}).records.push_back(std::move(record));
}

Brokers::Producer Brokers::Initialise(const std::string& transactional_id) {
  const auto open = open_.find(transactional_id);
  if (open != open_.end()) {
    unfinished_.at(open->second).state = states_[static_cast<size_t>(open->second)] =
        State::kAborted;
    open_.erase(open);
  }
  CompleteAllOf(transactional_id);
  return {transactional_id, ++epochs_[transactional_id]};
}

absl::Status Brokers::Check(const Producer& producer) const {
  const auto epoch = epochs_.find(producer.id);
  if (epoch != epochs_.end() && epoch->second == producer.epoch) return absl::OkStatus();
  return absl::InternalError("fenced");
}

Brokers::Transaction* Brokers::Open(const Producer& producer) {
  const auto open = open_.find(producer.id);
  return open == open_.end() ? nullptr : &unfinished_.at(open->second);
}

absl::Status Brokers::Begin(const Producer& producer, Instant now) {
  if (auto fenced = Check(producer); !fenced.ok()) return fenced;
  if (Open(producer) != nullptr) return absl::InternalError("begin within a transaction");
  CompleteAllOf(producer.id);
  const auto number = static_cast<int64_t>(states_.size());
  states_.push_back(State::kOpen);
  open_[producer.id] = number;
  unfinished_[number].producer = producer.id;
  unfinished_[number].began_at = now;
  return absl::OkStatus();
}

absl::Status Brokers::Write(const Producer& producer, const Input& where, Stored record) {
  if (auto fenced = Check(producer); !fenced.ok()) return fenced;
  Transaction* transaction = Open(producer);
  if (transaction == nullptr) return absl::InternalError("write outside a transaction");
  record.transaction = open_.at(producer.id);
  Partition& partition = At(where);
  partition.unmarked.try_emplace(record.transaction,
                                 static_cast<int64_t>(partition.records.size()));
  partition.records.push_back(std::move(record));
  transaction->touched.insert(where);
  return absl::OkStatus();
}

absl::Status Brokers::SendOffsets(const Producer& producer, const std::string& group,
                                  const std::vector<Position>& next) {
  if (auto fenced = Check(producer); !fenced.ok()) return fenced;
  Transaction* transaction = Open(producer);
  if (transaction == nullptr) return absl::InternalError("offsets outside a transaction");
  transaction->group = group;
  transaction->offsets = next;
  return absl::OkStatus();
}

absl::Status Brokers::Commit(const Producer& producer) {
  if (auto fenced = Check(producer); !fenced.ok()) return fenced;
  Transaction* transaction = Open(producer);
  if (transaction == nullptr) return absl::InternalError("commit outside a transaction");
  transaction->state = states_[static_cast<size_t>(open_.at(producer.id))] = State::kCommitted;
  open_.erase(producer.id);
  return absl::OkStatus();
}

absl::Status Brokers::Abort(const Producer& producer) {
  if (auto fenced = Check(producer); !fenced.ok()) return fenced;
  Transaction* transaction = Open(producer);
  if (transaction == nullptr) return absl::OkStatus();
  transaction->state = states_[static_cast<size_t>(open_.at(producer.id))] = State::kAborted;
  open_.erase(producer.id);
  CompleteAllOf(producer.id);
  return absl::OkStatus();
}

void Brokers::Mark(int64_t number, Transaction& transaction, const Input& where) {
  Partition& partition = At(where);
  Stored marker;
  marker.transaction = number;
  marker.marker = true;
  partition.records.push_back(std::move(marker));
  partition.unmarked.erase(number);
  transaction.touched.erase(where);
}

void Brokers::PutOffsets(Transaction& transaction) {
  for (const Position& position : std::exchange(transaction.offsets, {})) {
    if (transaction.state != State::kCommitted) continue;
    committed_[{transaction.group, {position.topic, position.partition}}] = position.offset;
  }
}

void Brokers::Complete(int64_t number, Transaction& transaction) {
  while (!transaction.touched.empty()) Mark(number, transaction, *transaction.touched.begin());
  PutOffsets(transaction);
}

void Brokers::CompleteAllOf(const std::string& producer) {
  for (auto& [number, transaction] : unfinished_) {
    if (transaction.producer != producer || transaction.state == State::kOpen) continue;
    Complete(number, transaction);
  }
  ForgetFinished();
}

void Brokers::Advance(Instant now, Random* random) {
  const auto chance = [&] { return random == nullptr || random->Chance(0.15); };
  for (auto& [number, transaction] : unfinished_) {
    if (transaction.state == State::kOpen) {
      if (now - transaction.began_at < kTransactionTimeout) continue;
      transaction.state = states_[static_cast<size_t>(number)] = State::kAborted;
      open_.erase(transaction.producer);
      ++epochs_[transaction.producer];
    }
    for (const Input& where : std::set<Input>(transaction.touched)) {
      if (chance()) Mark(number, transaction, where);
    }
    if (chance()) PutOffsets(transaction);
  }
  ForgetFinished();
}

void Brokers::ForgetFinished() {
  std::erase_if(unfinished_, [](const auto& entry) {
    const Transaction& transaction = entry.second;
    return transaction.state != State::kOpen && transaction.touched.empty() &&
           transaction.offsets.empty();
  });
}

int64_t Brokers::End(const Input& where) const {
  const auto found = partitions_.find(where);
  return found == partitions_.end() ? 0 : static_cast<int64_t>(found->second.records.size());
}

int64_t Brokers::StableEnd(const Input& where) const {
  const auto found = partitions_.find(where);
  if (found == partitions_.end()) return 0;
  int64_t end = static_cast<int64_t>(found->second.records.size());
  for (const auto& [number, first] : found->second.unmarked) end = std::min(end, first);
  return end;
}

std::vector<Found> Brokers::Read(const Input& where, int64_t& next, int count) const {
  std::vector<Found> found;
  const int64_t end = StableEnd(where);
  for (; next < end; ++next) {
    const Stored& record = partitions_.at(where).records[static_cast<size_t>(next)];
    const State state = states_[static_cast<size_t>(record.transaction)];
    if (record.marker || state != State::kCommitted) continue;  // trailing ones are no backlog
    if (static_cast<int>(found.size()) == count) break;
    found.push_back({next, &record});
  }
  return found;
}

std::vector<Found> Brokers::ReadAll(const std::string& topic) const {
  std::vector<Found> all;
  for (int32_t partition = 0; partition < kPartitions; ++partition) {
    int64_t next = 0;
    for (const Found& found : Read({topic, partition}, next, 1 << 30)) all.push_back(found);
  }
  return all;
}

int64_t Brokers::Committed(const std::string& group, const Input& where) const {
  const auto found = committed_.find({group, where});
  return found == committed_.end() ? 0 : found->second;
}

bool Brokers::OffsetsPending(const std::string& group, int32_t partition) const {
  return std::any_of(unfinished_.begin(), unfinished_.end(), [&](const auto& entry) {
    const Transaction& transaction = entry.second;
    return transaction.group == group && transaction.state != State::kAborted &&
           std::any_of(transaction.offsets.begin(), transaction.offsets.end(),
                       [&](const Position& position) { return position.partition == partition; });
  });
}

}  // namespace withdrawal::sim
