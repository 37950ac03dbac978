// The Sink of the loop: one transactional producer. One thread.
//
// A commit carries the offsets the loop tracked itself and the group membership under which the
// partitions came to us. Both matter: a process that slept through its session and wakes is refused
// by the brokers only because of them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/client.h"
#include "libs/kafka/stream_metrics.h"
#include "libs/kafka/stream_runner.h"
#include "libs/stream/io.h"

namespace withdrawal::kafka {

class Transaction : public stream::Sink {
 public:
  static absl::StatusOr<std::unique_ptr<Transaction>> Create(const StreamConfig& config,
                                                             StreamMetrics& metrics);

  // Fences and rolls back what an earlier process of the same instance left open. Waits at most
  // `timeout`; Unavailable: call it again.
  absl::Status Initialise(absl::Duration timeout);

  // Asks the brokers for the topic's partition count and keeps its metadata at hand from now on.
  absl::StatusOr<int> LearnTopic(const std::string& topic, absl::Duration timeout);

  // The membership of the present assignment; goes with every commit until the next one.
  void SetMember(GroupMetadata member) { member_ = std::move(member); }

  absl::Status Begin() override;
  absl::Status WriteRow(int32_t partition, std::string_view key, std::string_view row) override;
  absl::Status Write(const stream::OutputRecord& record) override;
  absl::Status SetAside(const stream::InputRecord& record, const absl::Status& why,
                        stream::Instant now) override;
  absl::Status Commit(const std::vector<Position>& next) override;
  absl::Status Abort() override;

  rd_kafka_t* handle() { return handle_.get(); }

 private:
  Transaction(const StreamConfig& config, StreamMetrics& metrics)
      : config_(config), metrics_(metrics) {}

  absl::Status Enqueue(const stream::OutputRecord& record, int32_t partition, bool tombstone);

  // Makes the call again while that can help, for at most twice the transaction timeout.
  template <typename Call>
  absl::Status Insist(const char* what, Call call);

  const StreamConfig& config_;
  StreamMetrics& metrics_;
  Handle handle_;
  std::vector<TopicHandle> topics_;  // go before their handle
  GroupMetadata member_;
};

}  // namespace withdrawal::kafka
