#include "libs/kafka/changelog.h"

#include <utility>

#include "absl/time/clock.h"
#include "spdlog/spdlog.h"

namespace withdrawal::kafka {

absl::StatusOr<std::unique_ptr<Changelog>> Changelog::Create(const ClientConfig& config,
                                                             const std::string& topic) {
  std::unique_ptr<Changelog> changelog(new Changelog(topic));
  Settings settings = ReaderSettings();
  settings.push_back({"group.id", "unused"});  // asked for by librdkafka, never joined
  absl::StatusOr<Handle> reader = CreateHandle(RD_KAFKA_CONSUMER, config, settings);
  if (!reader.ok()) return reader.status();
  settings.push_back({"isolation.level", "read_uncommitted"});
  absl::StatusOr<Handle> uncommitted = CreateHandle(RD_KAFKA_CONSUMER, config, settings);
  if (!uncommitted.ok()) return uncommitted.status();
  changelog->reader_ = *std::move(reader);
  changelog->uncommitted_ = *std::move(uncommitted);
  rd_kafka_poll_set_consumer(changelog->reader_.get());
  rd_kafka_poll_set_consumer(changelog->uncommitted_.get());
  return changelog;
}

void Changelog::Start(std::vector<int32_t> partitions) {
  Stop();
  partitions_ = std::move(partitions);
}

void Changelog::Stop() {
  partitions_.clear();
  missing_.clear();
  if (ends_known_) rd_kafka_assign(reader_.get(), nullptr);
  ends_known_ = false;
}

absl::StatusOr<bool> Changelog::FindEnds(absl::Duration budget) {
  std::vector<Position> from;
  for (int32_t partition : partitions_) from.push_back({topic_, partition, kBeginning});
  absl::StatusOr<std::vector<Position>> ends = QueryEnds(uncommitted_.get(), from, budget);
  if (absl::IsUnavailable(ends.status())) {
    spdlog::warn("changelog: {}", std::string(ends.status().message()));
    return false;
  }
  if (!ends.ok()) return ends.status();
  for (const Position& end : *ends) missing_[end.partition] = end.offset;
  ends_known_ = true;
  absl::Status status =
      ToStatus("read changelog", rd_kafka_assign(reader_.get(), ToList(from).get()));
  if (!status.ok()) return status;
  return true;
}

absl::StatusOr<bool> Changelog::Advance(absl::Duration budget, const OnRow& on_row) {
  const absl::Time deadline = absl::Now() + budget;
  if (!ends_known_) {
    absl::StatusOr<bool> found = FindEnds(absl::Seconds(5));
    if (!found.ok() || !*found) return found;
  }
  while (!missing_.empty() && absl::Now() < deadline) {
    Message message(rd_kafka_consumer_poll(reader_.get(), ToMilliseconds(deadline - absl::Now())));
    if (message == nullptr) break;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      // The offset is past trailing transaction markers, which a record's offset never is.
      auto found = missing_.find(message->partition);
      if (found != missing_.end() && message->offset >= found->second) missing_.erase(found);
    } else if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      on_row(message->partition, {static_cast<const char*>(message->key), message->key_len},
             {static_cast<const char*>(message->payload), message->len});
    } else if (Classify(message->err) == ErrorClass::kFatal) {
      return ToStatus("read changelog", message->err);
    }
  }
  if (!missing_.empty()) return false;
  Stop();
  return true;
}

}  // namespace withdrawal::kafka
