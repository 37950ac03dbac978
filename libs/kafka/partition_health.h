// Notices a partition whose deliveries fail while those of others pass (a client that lost sight of
// one leader; case S1). One thread. Times as given.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "libs/domain/time.h"

namespace withdrawal::kafka {

class PartitionHealth {
 public:
  explicit PartitionHealth(domain::Duration failing_max) : failing_max_(failing_max) {}

  void OnDelivered(const std::string& topic, int32_t partition, domain::Instant now);
  // True when the partition has now failed for longer than failing_max without one success, while
  // some other partition had a success.
  bool OnFailed(const std::string& topic, int32_t partition, domain::Instant now);

 private:
  const domain::Duration failing_max_;
  domain::Instant last_success_ = absl::InfinitePast();
  std::map<std::pair<std::string, int32_t>, domain::Instant> failing_since_;
};

}  // namespace withdrawal::kafka
