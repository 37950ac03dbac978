#include "libs/kafka/group_offsets.h"

#include "libs/kafka/client.h"

namespace withdrawal::kafka {

absl::StatusOr<std::vector<Position>> CommittedOffsets(const ClientConfig& config,
                                                       const std::string& group,
                                                       const std::string& topic,
                                                       absl::Duration timeout) {
  Settings settings = ReaderSettings();
  settings.push_back({"group.id", group});
  const absl::StatusOr<Handle> handle = CreateHandle(RD_KAFKA_CONSUMER, config, settings);
  if (!handle.ok()) return handle.status();
  const absl::StatusOr<int> count = PartitionCount(handle->get(), topic, timeout);
  if (!count.ok()) return count.status();
  std::vector<Position> partitions;
  for (int32_t i = 0; i < *count; ++i) partitions.push_back({topic, i, kCommitted});
  const PartitionList list = ToList(partitions);
  const auto code = rd_kafka_committed(handle->get(), list.get(), ToMilliseconds(timeout));
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return ToStatus("committed offsets of " + group, code);
  std::vector<Position> committed = FromList(*list);
  for (Position& position : committed) {
    if (position.offset < 0) position.offset = kCommitted;
  }
  return committed;
}

}  // namespace withdrawal::kafka
