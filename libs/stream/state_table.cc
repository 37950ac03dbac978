#include "libs/stream/state_table.h"

#include <utility>

namespace withdrawal::stream {

void StateTable::Set(Rows& rows, std::string_view key, std::string_view row) {
  auto found = rows.find(key);
  if (found == rows.end()) {
    rows.emplace(key, row);
  } else {
    found->second.assign(row);
  }
}

std::string_view StateTable::Get(std::string_view key) const {
  if (auto found = overlay_.find(key); found != overlay_.end()) return found->second;
  if (auto found = committed_.find(key); found != committed_.end()) return found->second;
  return {};
}

void StateTable::Put(std::string_view key, std::string_view row) { Set(overlay_, key, row); }

void StateTable::Restore(std::string_view key, std::string_view row) {
  if (!row.empty()) {
    Set(committed_, key, row);
  } else if (auto found = committed_.find(key); found != committed_.end()) {
    committed_.erase(found);
  }
}

void StateTable::Commit() {
  for (const auto& [key, row] : overlay_) Restore(key, row);
  overlay_.clear();
}

std::vector<std::string> StateTable::Abort() {
  std::vector<std::string> keys;
  for (const auto& [key, row] : overlay_) keys.push_back(key);
  overlay_.clear();
  return keys;
}

void StateTable::ForEach(
    const std::function<void(const std::string& key, std::string_view row)>& visit) const {
  for (const auto& [key, row] : committed_) visit(key, row);
}

}  // namespace withdrawal::stream
