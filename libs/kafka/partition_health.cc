#include "libs/kafka/partition_health.h"

namespace withdrawal::kafka {

void PartitionHealth::OnDelivered(const std::string& topic, int32_t partition,
                                  domain::Instant now) {
  last_success_ = now;
  if (!failing_since_.empty()) failing_since_.erase({topic, partition});
}

bool PartitionHealth::OnFailed(const std::string& topic, int32_t partition, domain::Instant now) {
  domain::Instant since = failing_since_.try_emplace({topic, partition}, now).first->second;
  return now - since > failing_max_ && last_success_ > since;
}

}  // namespace withdrawal::kafka
