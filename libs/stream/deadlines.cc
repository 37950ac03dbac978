#include "libs/stream/deadlines.h"

namespace withdrawal::stream {

void Deadlines::Set(const std::string& key, std::optional<domain::Instant> at) {
  auto found = by_key_.find(key);
  if (found != by_key_.end()) {
    if (at == found->second) return;
    order_.erase({found->second, key});
    by_key_.erase(found);
  }
  if (!at.has_value() || *at == absl::InfiniteFuture()) return;
  by_key_.emplace(key, *at);
  order_.insert({*at, key});
}

}  // namespace withdrawal::stream
