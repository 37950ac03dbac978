// The next deadline of each key of one partition, in order of time, then key. Nothing here is
// stored: it is rebuilt from the rows. One thread.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>

#include "libs/domain/time.h"

namespace withdrawal::stream {

class Deadlines {
 public:
  struct Deadline {
    domain::Instant at;
    std::string key;
    friend bool operator<(const Deadline& a, const Deadline& b) {
      return std::tie(a.at, a.key) < std::tie(b.at, b.key);
    }
  };

  // Replaces the key's deadline; absent = none.
  void Set(const std::string& key, std::optional<domain::Instant> at);

  // Valid until the next Set; null when there is none.
  const Deadline* Earliest() const { return order_.empty() ? nullptr : &*order_.begin(); }

  size_t size() const { return order_.size(); }

 private:
  std::set<Deadline> order_;
  std::map<std::string, domain::Instant> by_key_;
};

}  // namespace withdrawal::stream
