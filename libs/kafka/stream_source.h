// The Source of the loop: a member of the service's consumer group that restores the rows of the
// partitions it is given before it reads them. One thread.
//
//   assigned -> kOffsets: ask for the committed offsets (waiting for undecided transactions)
//            -> kRows: restore (changelog.h); the group sees us poll all the time
//            -> kReading
//   revoked or lost -> kNone
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/catch_up.h"
#include "libs/kafka/changelog.h"
#include "libs/kafka/client.h"
#include "libs/kafka/stream_metrics.h"
#include "libs/kafka/transaction.h"
#include "libs/stream/io.h"

namespace withdrawal::kafka {

class StreamSource : public stream::Source {
 public:
  // Joins the group with the first Poll. References outlive the source.
  static absl::StatusOr<std::unique_ptr<StreamSource>> Create(const StreamConfig& config,
                                                              Transaction& transaction,
                                                              StreamMetrics& metrics);
  ~StreamSource() override;

  absl::StatusOr<std::vector<stream::InputRecord>> Poll(stream::Duration timeout, int records_max,
                                                        stream::Assignment& assignment) override;
  absl::Status Rewind(const std::vector<Position>& next) override;
  bool CaughtUp(int32_t partition, stream::Instant since) override;

  // The group has given us our share (it may be empty) and its rows are restored.
  bool settled() const { return phase_ == Phase::kReading; }

 private:
  using Input = CatchUp::Input;
  enum class Phase { kNone, kOffsets, kRows, kReading };

  StreamSource(const StreamConfig& config, Transaction& transaction, StreamMetrics& metrics)
      : config_(config), transaction_(transaction), metrics_(metrics) {}

  static void OnRebalance(rd_kafka_t*, rd_kafka_resp_err_t code,
                          rd_kafka_topic_partition_list_t* list, void* opaque);
  void TakeOver(const rd_kafka_topic_partition_list_t& list);
  void GiveUp();
  absl::Status Serve(absl::Duration timeout, size_t records_max);
  absl::Status Take(Message message);
  absl::Status AdvanceRestore(absl::Duration timeout);
  absl::Status FetchOffsets();
  absl::Status StartReading();
  std::vector<stream::InputRecord> Views();
  void ReportLag();

  const StreamConfig& config_;
  Transaction& transaction_;
  StreamMetrics& metrics_;
  Handle handle_;
  std::unique_ptr<Changelog> changelog_;
  std::unique_ptr<CatchUp> catch_up_;

  Phase phase_ = Phase::kNone;
  absl::Status failure_;
  stream::Assignment* assignment_ = nullptr;  // during Poll
  std::vector<Message> polled_;               // what the views of the last Poll point into
  std::vector<int32_t> partitions_;
  std::vector<Position> start_;  // where to read from once the rows are there
  bool rewind_ = false;
  absl::Time assigned_at_;

  std::map<Input, int64_t> reached_;  // past what Poll returned, and markers behind it
  absl::Time lag_reported_at_ = absl::InfinitePast();
  absl::Time last_timestamp_ = absl::InfinitePast();
};

}  // namespace withdrawal::kafka
