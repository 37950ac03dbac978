#include "libs/kafka/stream_runner.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/kafka/client.h"
#include "libs/kafka/stream_metrics.h"
#include "libs/kafka/stream_source.h"
#include "libs/kafka/transaction.h"
#include "libs/stream/processor.h"
#include "spdlog/spdlog.h"

namespace withdrawal::kafka {
namespace {

constexpr absl::Duration kStartSlice = absl::Seconds(2);

// Makes the attempt until it succeeds, fails for good, or `stop`.
template <typename Attempt>
absl::Status UntilAvailable(const std::atomic<bool>& stop, Attempt attempt) {
  for (;;) {
    absl::Status status = attempt();
    if (!absl::IsUnavailable(status) || stop) return status;
    spdlog::warn("waiting for the brokers: {}", std::string(status.message()));
  }
}

absl::StatusOr<int> LearnTopic(Transaction& transaction, const std::string& topic) {
  absl::StatusOr<int> count = transaction.LearnTopic(topic, kStartSlice);
  if (!absl::IsNotFound(count.status())) return count;
  return absl::FailedPreconditionError(std::string(count.status().message()));
}

absl::Status CheckTopics(Transaction& transaction, const StreamConfig& config) {
  std::vector<std::string> topics = config.inputs;
  topics.push_back(config.changelog);
  topics.insert(topics.end(), config.outputs.begin(), config.outputs.end());
  int expected = 0;
  for (const std::string& topic : topics) {
    absl::StatusOr<int> count = LearnTopic(transaction, topic);
    if (!count.ok()) return count.status();
    if (expected == 0) expected = *count;
    if (*count != expected) {
      return absl::FailedPreconditionError(
          absl::StrCat("topic ", topic, " has ", *count, " partitions, ", topics.front(), " has ",
                       expected, ": partition p of both must hold the same patients"));
    }
  }
  return LearnTopic(transaction, config.dead_letters).status();
}

stream::Limits ToLimits(const StreamConfig& config) {
  stream::Limits limits;
  limits.commit_records_max = config.commit_records_max;
  limits.commit_interval = config.commit_interval;
  limits.poll_records_max = config.commit_records_max;
  limits.catch_up_wait_max = config.catch_up_wait_max;
  return limits;
}

}  // namespace

StreamRunner::StreamRunner(StreamConfig config, stream::Task& task, prometheus::Registry& registry)
    : config_(std::move(config)),
      task_(task),
      metrics_(std::make_unique<StreamMetrics>(config_.service, registry)) {}

StreamRunner::~StreamRunner() = default;

absl::Status StreamRunner::Run(const std::atomic<bool>& stop, const OnReady& on_ready) {
  absl::StatusOr<std::unique_ptr<Transaction>> transaction =
      Transaction::Create(config_, *metrics_);
  if (!transaction.ok()) return transaction.status();
  absl::Status status = UntilAvailable(stop, [&] { return CheckTopics(**transaction, config_); });
  if (status.ok()) {
    status = UntilAvailable(stop, [&] { return (*transaction)->Initialise(kStartSlice); });
  }
  if (stop) return absl::OkStatus();
  if (!status.ok()) return status;

  absl::StatusOr<std::unique_ptr<StreamSource>> source =
      StreamSource::Create(config_, **transaction, *metrics_);
  if (!source.ok()) return source.status();
  stream::Processor processor(task_, **source, **transaction, absl::Now, ToLimits(config_));
  bool ready = false;
  while (!stop) {
    status = processor.RunOnce();
    if (!status.ok()) return status;
    if ((*source)->settled() != ready) {
      ready = !ready;
      if (on_ready) on_ready(ready);
    }
  }
  if (ready && on_ready) on_ready(false);
  return processor.Finish();
}

}  // namespace withdrawal::kafka
