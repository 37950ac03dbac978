// Answers whether everything that was to be read at some time has been read (the catch-up rule of
// stream/processor.h). One thread; waits for the brokers at most a second or so, and seldom.
//
// With an upstream service in front of our inputs, "everything" includes what still waits before
// it: if scoring stands still, alerting has an empty backlog and knows nothing.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/kafka/client.h"
#include "libs/kafka/stream_runner.h"

namespace withdrawal::kafka {

class CatchUp {
 public:
  using Input = std::pair<std::string, int32_t>;  // topic, partition

  static absl::StatusOr<std::unique_ptr<CatchUp>> Create(const StreamConfig& config);

  // True when `reached` (offsets past what was read, trailing transaction markers included) covers
  // what was there at `since`. False when in doubt.
  bool Passed(int32_t partition, absl::Time since, const std::map<Input, int64_t>& reached);

  // The partitions have gone.
  void Forget();

 private:
  explicit CatchUp(const StreamConfig& config) : config_(config) {}
  void Refresh(int32_t partition, absl::Time since);
  bool UpstreamPassed(int32_t partition, absl::Time since);

  struct Sample {
    absl::Time at = absl::InfinitePast();
    std::map<std::string, int64_t> ends;  // by topic
  };

  const StreamConfig& config_;
  Handle ends_;      // sees records of undecided transactions: they were there, too
  Handle upstream_;  // of the upstream's group, to ask for its offsets; never joins it
  std::map<int32_t, Sample> inputs_;  // what holds for every `since` up to `at`
  std::map<int32_t, Sample> before_;  // of the upstream's input
  std::map<int32_t, absl::Time> tried_;
};

}  // namespace withdrawal::kafka
