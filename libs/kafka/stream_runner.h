// Everything a stream service's main needs: the transactional loop over Kafka around one task.
//
// Each input record takes effect exactly once: state rows, outputs, dead letters and input offsets
// are one Kafka transaction, and an instance that lost its partitions cannot commit (fenced by
// group generation). One thread, the caller's.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/kafka/client_config.h"
#include "libs/kafka/topics.h"
#include "libs/stream/task.h"
#include "prometheus/registry.h"

namespace withdrawal::kafka {

// The service whose output is our input, and its own input: keyed alike, same partition count,
// written without transactions (ingest's producer).
struct Upstream {
  std::string topic;    // "withdrawal.check-ins.v1"
  std::string service;  // "scoring"
};

struct StreamConfig {
  ClientConfig client;
  std::string service;      // "scoring": names group, transactional id, metric label
  std::string instance_id;  // stable across restarts and unique in the service: "0", "1", ...
  std::vector<std::string> inputs;  // equal partition counts, keyed by patient
  std::string changelog;            // compacted, same partition count
  std::string dead_letters{kDeadLettersTopic};
  // What the task writes to, same partition count: known before ready, or the first record would
  // wait up to a second for its topic (confluentinc/librdkafka#5032).
  std::vector<std::string> outputs = {};

  // A transaction is committed on the first of: nothing more to read, this many records, this long.
  int commit_records_max = 500;
  absl::Duration commit_interval = absl::Milliseconds(50);

  // How long a deadline waits for input that was there when it passed (stream/processor.h).
  absl::Duration catch_up_wait_max = absl::Minutes(2);
  // Also waits for what was before this service at that time: alerting must not call a check-in
  // missed that waits for scoring.
  std::optional<Upstream> upstream = {};

  // A restart must be quicker than this or the partitions move to another instance.
  absl::Duration session_timeout = absl::Seconds(10);
  absl::Duration transaction_timeout = absl::Seconds(10);
};

class StreamMetrics;

class StreamRunner {
 public:
  // Told true when the assigned partitions are restored, false while they are not.
  using OnReady = std::function<void(bool ready)>;

  // `task` and `registry` outlive the runner. Metrics are registered here.
  StreamRunner(StreamConfig config, stream::Task& task, prometheus::Registry& registry);
  ~StreamRunner();

  // Runs until `stop`, commits what is open and returns OK. Any error means: end the process and be
  // restarted. Broker outages that pass are waited out, the commit being bounded by
  // transaction_timeout.
  //   FailedPrecondition   topics missing or partition counts differ
  //   Internal             fenced by another instance with the same id, unauthorised, ...
  //   others               as the task returned them
  absl::Status Run(const std::atomic<bool>& stop, const OnReady& on_ready);

 private:
  const StreamConfig config_;
  stream::Task& task_;
  const std::unique_ptr<StreamMetrics> metrics_;
};

}  // namespace withdrawal::kafka
