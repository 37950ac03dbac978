#include "libs/kafka/consumer.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/time/clock.h"
#include "libs/kafka/client.h"
#include "spdlog/spdlog.h"

namespace withdrawal::kafka {
namespace {

using Partition = std::pair<std::string, int32_t>;

}  // namespace

class Consumer::Reader {
 public:
  absl::Status Start(const ClientConfig& config, const std::optional<std::string>& group);
  ~Reader();

  absl::Status Assign(const std::vector<Position>& from);
  absl::Status Subscribe(const std::vector<std::string>& topics, OnAssigned on_assigned,
                         OnRevoked on_revoked);
  absl::StatusOr<std::vector<OwnedRecord>> Poll(absl::Duration timeout, size_t records_max);

  rd_kafka_t* handle() const { return handle_.get(); }
  const std::map<Partition, int64_t>& reached() const { return reached_; }

 private:
  static void OnRebalance(rd_kafka_t*, rd_kafka_resp_err_t code,
                          rd_kafka_topic_partition_list_t* list, void* opaque);
  void TakeOver(const rd_kafka_topic_partition_list_t& list);
  void GiveUp(const rd_kafka_topic_partition_list_t& list);
  absl::Status Take(const rd_kafka_message_t& message);

  Handle handle_;
  bool grouped_ = false;
  OnAssigned on_assigned_;
  OnRevoked on_revoked_;
  absl::Status failure_;             // of a callback; ends the reading
  std::vector<OwnedRecord> polled_;  // of the Poll that is running
  std::map<Partition, int64_t> reached_;
};

absl::Status Consumer::Reader::Start(const ClientConfig& config,
                                     const std::optional<std::string>& group) {
  Settings settings = ReaderSettings();
  grouped_ = group.has_value();
  // librdkafka asks for a group name in any case; without Subscribe and Commit it is not used.
  settings.push_back({"group.id", group.value_or("unused")});
  settings.push_back({"partition.assignment.strategy", "range"});
  settings.push_back({"session.timeout.ms", "10000"});
  settings.push_back({"max.poll.interval.ms", "60000"});
  Callbacks callbacks{.opaque = this};
  if (grouped_) callbacks.rebalanced = OnRebalance;
  absl::StatusOr<Handle> handle = CreateHandle(RD_KAFKA_CONSUMER, config, settings, callbacks);
  if (!handle.ok()) return handle.status();
  handle_ = *std::move(handle);
  rd_kafka_poll_set_consumer(handle_.get());
  return absl::OkStatus();
}

Consumer::Reader::~Reader() {
  if (handle_) rd_kafka_consumer_close(handle_.get());
}

absl::Status Consumer::Reader::Assign(const std::vector<Position>& from) {
  reached_.clear();
  for (const Position& position : from) {
    if (position.offset >= 0) reached_[{position.topic, position.partition}] = position.offset;
  }
  return ToStatus("assign", rd_kafka_assign(handle_.get(), ToList(from).get()));
}

absl::Status Consumer::Reader::Subscribe(const std::vector<std::string>& topics,
                                         OnAssigned on_assigned, OnRevoked on_revoked) {
  if (!grouped_) return absl::FailedPreconditionError("subscribe: consumer has no group");
  on_assigned_ = std::move(on_assigned);
  on_revoked_ = std::move(on_revoked);
  std::vector<Position> list;
  for (const std::string& topic : topics) list.push_back({topic, RD_KAFKA_PARTITION_UA, 0});
  return ToStatus("subscribe", rd_kafka_subscribe(handle_.get(), ToList(list).get()));
}

void Consumer::Reader::OnRebalance(rd_kafka_t*, rd_kafka_resp_err_t code,
                                   rd_kafka_topic_partition_list_t* list, void* opaque) {
  auto* self = static_cast<Reader*>(opaque);
  if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    self->TakeOver(*list);
  } else {
    self->GiveUp(*list);
  }
}

void Consumer::Reader::TakeOver(const rd_kafka_topic_partition_list_t& list) {
  std::vector<Position> partitions = FromList(list);
  for (Position& position : partitions) position.offset = kCommitted;
  absl::StatusOr<std::vector<Position>> start =
      on_assigned_ ? on_assigned_(partitions) : std::move(partitions);
  absl::Status status = start.ok() ? Assign(*start) : start.status();
  if (!status.ok()) {
    failure_ = status;
    rd_kafka_assign(handle_.get(), nullptr);
  }
}

void Consumer::Reader::GiveUp(const rd_kafka_topic_partition_list_t& list) {
  std::vector<Position> partitions = FromList(list);
  // What this Poll has read of them was not seen by the caller: the next owner reads it.
  std::erase_if(polled_, [&](const OwnedRecord& record) {
    return std::any_of(partitions.begin(), partitions.end(), [&](const Position& gone) {
      return gone.topic == record.topic && gone.partition == record.partition;
    });
  });
  if (on_revoked_) on_revoked_(partitions, rd_kafka_assignment_lost(handle_.get()) != 0);
  reached_.clear();
  rd_kafka_assign(handle_.get(), nullptr);
}

absl::Status Consumer::Reader::Take(const rd_kafka_message_t& message) {
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    polled_.push_back(ToOwned(message));
    reached_[{polled_.back().topic, message.partition}] = message.offset + 1;
    return absl::OkStatus();
  }
  if (message.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
    reached_[{rd_kafka_topic_name(message.rkt), message.partition}] = message.offset;
    return absl::OkStatus();
  }
  if (Classify(message.err) == ErrorClass::kFatal) return ToStatus("consume", message.err);
  spdlog::warn("kafka consumer: {} {}", rd_kafka_err2name(message.err),
               rd_kafka_message_errstr(&message));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<OwnedRecord>> Consumer::Reader::Poll(absl::Duration timeout,
                                                                size_t records_max) {
  const absl::Time deadline = absl::Now() + timeout;
  polled_.clear();
  while (polled_.size() < records_max) {
    absl::Duration wait = polled_.empty() ? deadline - absl::Now() : absl::ZeroDuration();
    Message message(rd_kafka_consumer_poll(handle_.get(), ToMilliseconds(wait)));
    if (!failure_.ok()) return failure_;
    if (message != nullptr) {
      absl::Status status = Take(*message);
      if (!status.ok()) return status;
    } else if (!polled_.empty() || absl::Now() >= deadline) {
      break;
    }
  }
  return std::move(polled_);
}

absl::StatusOr<std::unique_ptr<Consumer>> Consumer::Create(const ClientConfig& config,
                                                           std::optional<std::string> group) {
  auto reader = std::make_unique<Reader>();
  absl::Status status = reader->Start(config, group);
  if (!status.ok()) return status;
  return std::unique_ptr<Consumer>(new Consumer(std::move(reader)));
}

Consumer::Consumer(std::unique_ptr<Reader> reader) : reader_(std::move(reader)) {}
Consumer::~Consumer() = default;

absl::Status Consumer::Assign(const std::vector<Position>& from) { return reader_->Assign(from); }

absl::Status Consumer::Subscribe(const std::vector<std::string>& topics, OnAssigned on_assigned,
                                 OnRevoked on_revoked) {
  return reader_->Subscribe(topics, std::move(on_assigned), std::move(on_revoked));
}

absl::StatusOr<std::vector<OwnedRecord>> Consumer::Poll(absl::Duration timeout,
                                                        size_t records_max) {
  return reader_->Poll(timeout, records_max);
}

absl::StatusOr<std::vector<Position>> Consumer::Partitions(const std::string& topic,
                                                           absl::Duration timeout) {
  absl::StatusOr<int> count = PartitionCount(reader_->handle(), topic, timeout);
  if (!count.ok()) return count.status();
  std::vector<Position> partitions;
  for (int32_t i = 0; i < *count; ++i) partitions.push_back({topic, i, kBeginning});
  return partitions;
}

absl::StatusOr<std::vector<Position>> Consumer::EndOffsets(const std::vector<std::string>& topics,
                                                           absl::Duration timeout) {
  std::vector<Position> all;
  for (const std::string& topic : topics) {
    absl::StatusOr<std::vector<Position>> partitions = Partitions(topic, timeout);
    if (!partitions.ok()) return partitions.status();
    all.insert(all.end(), partitions->begin(), partitions->end());
  }
  return QueryEnds(reader_->handle(), all, timeout);
}

absl::StatusOr<std::vector<Position>> Consumer::OffsetsAt(const std::vector<Position>& partitions,
                                                          absl::Time at, absl::Duration timeout) {
  std::vector<Position> asked = partitions;
  for (Position& position : asked) position.offset = absl::ToUnixMillis(at);
  const PartitionList list = ToList(asked);
  const auto code =
      rd_kafka_offsets_for_times(reader_->handle(), list.get(), ToMilliseconds(timeout));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus("offsets by time", code);
  std::vector<Position> found = FromList(*list);
  const absl::StatusOr<std::vector<Position>> ends =
      QueryEnds(reader_->handle(), partitions, timeout);
  if (!ends.ok()) return ends.status();
  for (Position& position : found) {
    if (position.offset >= 0) continue;
    for (const Position& end : *ends) {
      if (end.topic == position.topic && end.partition == position.partition) position = end;
    }
  }
  return found;
}

std::vector<Position> Consumer::Reached() const {
  std::vector<Position> reached;
  for (const auto& [partition, offset] : reader_->reached()) {
    reached.push_back({partition.first, partition.second, offset});
  }
  return reached;
}

absl::Status Consumer::Commit(const std::vector<Position>& next) {
  return ToStatus("commit", rd_kafka_commit(reader_->handle(), ToList(next).get(), 0));
}

}  // namespace withdrawal::kafka
