// Reads the rows of partitions back from the changelog topic. One thread.
//
// Rows are read read_committed, but up to the end as seen read_uncommitted at the start: a
// transaction the dead owner left undecided hides its last rows, and stopping before it would mean
// starting from old state. The brokers decide it within the transaction timeout.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/client.h"

namespace withdrawal::kafka {

class Changelog {
 public:
  using OnRow = std::function<void(int32_t partition, std::string_view key, std::string_view row)>;

  static absl::StatusOr<std::unique_ptr<Changelog>> Create(const ClientConfig& config,
                                                           const std::string& topic);

  // Begins to restore; drops what another restore had not finished.
  void Start(std::vector<int32_t> partitions);
  void Stop();

  // Hands over rows for at most `budget`. True when all are there; trouble that passes gives false.
  absl::StatusOr<bool> Advance(absl::Duration budget, const OnRow& on_row);

 private:
  explicit Changelog(std::string topic) : topic_(std::move(topic)) {}
  absl::StatusOr<bool> FindEnds(absl::Duration budget);

  const std::string topic_;
  Handle reader_;
  Handle uncommitted_;
  std::vector<int32_t> partitions_;
  bool ends_known_ = false;
  std::map<int32_t, int64_t> missing_;  // partition -> end not reached yet
};

}  // namespace withdrawal::kafka
