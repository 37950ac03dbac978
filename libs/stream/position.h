// A place in a partition of a topic.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace withdrawal::stream {

struct Position {
  std::string topic;
  int32_t partition = 0;
  int64_t offset = 0;

  friend auto operator<=>(const Position&, const Position&) = default;
};

}  // namespace withdrawal::stream
