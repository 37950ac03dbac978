// The rows of one partition: what is committed, and over it what the open transaction has changed.
// Abort is dropping the overlay. One thread.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace withdrawal::stream {

class StateTable {
 public:
  // The row as the open transaction sees it; empty = none. Valid until the key's next Put.
  std::string_view Get(std::string_view key) const;

  // Changes the row in the open transaction; empty = delete.
  void Put(std::string_view key, std::string_view row);

  // Sets a committed row, as read from the changelog.
  void Restore(std::string_view key, std::string_view row);

  void Commit();

  // Returns the keys whose rows went back.
  std::vector<std::string> Abort();

  // Every committed row.
  void ForEach(
      const std::function<void(const std::string& key, std::string_view row)>& visit) const;

  size_t size() const { return committed_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view key) const { return std::hash<std::string_view>()(key); }
  };
  using Rows = std::unordered_map<std::string, std::string, Hash, std::equal_to<>>;

  static void Set(Rows& rows, std::string_view key, std::string_view row);

  Rows committed_;  // no empty rows
  Rows overlay_;    // an empty row deletes
};

}  // namespace withdrawal::stream
