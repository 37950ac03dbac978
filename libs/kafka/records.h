// Places in a topic, and records that own their bytes.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "libs/domain/time.h"
#include "libs/stream/position.h"
#include "libs/stream/task.h"

namespace withdrawal::kafka {

// The offset of the next record to read; or one of the logical offsets below.
using stream::Position;

inline constexpr int64_t kBeginning = -2;
inline constexpr int64_t kEnd = -1;
inline constexpr int64_t kCommitted = -1000;  // the group's committed offset, else the beginning

struct OwnedRecord {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;
  std::string key;
  std::string value;  // empty: a tombstone
  domain::Instant timestamp;
  std::vector<stream::Header> headers;
};

}  // namespace withdrawal::kafka
