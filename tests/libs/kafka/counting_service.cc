// A stream service to be killed by stream_runner_test: adds up numbers per key.
//   counting_service BROKERS PREFIX INSTANCE SLOW_MS COMMIT_RECORDS
// Input "7": adds 7 and writes "COUNT SUM". Input "arm UNIX_MS": sets the key's deadline, which
// writes "fired CAUGHT_UP". Anything else is set aside. A key "slow" makes the step take SLOW_MS.
// Says on stdout: ready, not ready, slow (such a step begins) and, at its end, aborted N.
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/kafka/headers.h"
#include "libs/kafka/stream_runner.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace withdrawal::kafka {
namespace {

std::atomic<bool> stop{false};

struct Row {
  long count = 0;
  long sum = 0;
  long long deadline_ms = 0;
};

class CountingTask : public stream::Task {
 public:
  CountingTask(std::string output, unsigned slow_ms)
      : output_(std::move(output)), slow_ms_(slow_ms) {}

  absl::StatusOr<stream::Effects> OnRecord(std::string_view state,
                                           const stream::InputRecord& record,
                                           stream::Instant) override {
    if (record.key == "slow") {
      std::cout << "slow" << std::endl;
      usleep(slow_ms_ * 1000);
    }
    Row row = Read(state);
    const std::string value(record.value);
    int number = 0;
    if (std::sscanf(value.c_str(), "arm %lld", &row.deadline_ms) == 1) {
      return stream::Effects{.state = Write(row), .outputs = {}};
    }
    if (!absl::SimpleAtoi(value, &number)) {
      return absl::InvalidArgumentError("NOT_A_NUMBER: the value is not a number");
    }
    ++row.count;
    row.sum += number;
    std::string id = absl::StrCat(record.partition, "/", record.offset);
    return stream::Effects{
        .state = Write(row),
        .outputs = {{output_, std::string(record.key), absl::StrCat(row.count, " ", row.sum),
                     EventHeaders("test.Counted", id)}}};
  }

  absl::StatusOr<stream::Effects> OnDeadline(std::string_view key, std::string_view state,
                                             stream::Instant, bool caught_up) override {
    Row row = Read(state);
    row.deadline_ms = 0;
    return stream::Effects{
        .state = Write(row),
        .outputs = {{output_, std::string(key), absl::StrCat("fired ", caught_up), {}}}};
  }

  std::optional<stream::Instant> NextDeadline(std::string_view state) const override {
    Row row = Read(state);
    if (row.deadline_ms == 0) return std::nullopt;
    return absl::FromUnixMillis(row.deadline_ms);
  }

 private:
  static Row Read(std::string_view state) {
    Row row;
    std::sscanf(std::string(state).c_str(), "%ld %ld %lld", &row.count, &row.sum, &row.deadline_ms);
    return row;
  }
  static std::string Write(const Row& row) {
    return absl::StrCat(row.count, " ", row.sum, " ", row.deadline_ms);
  }

  const std::string output_;
  const unsigned slow_ms_;
};

double Aborted(const prometheus::Registry& registry) {
  double count = 0;
  for (const auto& family : registry.Collect()) {
    if (family.name != "withdrawal_stream_transactions_total") continue;
    for (const auto& metric : family.metric) {
      for (const auto& label : metric.label) {
        if (label.value == "aborted") count += metric.counter.value;
      }
    }
  }
  return count;
}

int Run(const std::string& brokers, const std::string& prefix, const std::string& instance,
        unsigned slow_ms, int commit_records) {
  spdlog::set_default_logger(spdlog::stderr_logger_mt("counting-" + instance));
  std::signal(SIGTERM, [](int) { stop = true; });
  StreamConfig config;
  config.client = {.brokers = brokers, .client_id = absl::StrCat("counting-", instance)};
  config.service = prefix + "counting";
  config.instance_id = instance;
  config.inputs = {prefix + "in"};
  config.changelog = prefix + "state";
  config.dead_letters = prefix + "dead";
  config.commit_records_max = commit_records;
  config.session_timeout = absl::Seconds(6);
  config.transaction_timeout = absl::Seconds(10);
  CountingTask task(prefix + "out", slow_ms);
  prometheus::Registry registry;
  StreamRunner runner(config, task, registry);
  absl::Status status = runner.Run(
      stop, [](bool ready) { std::cout << (ready ? "ready" : "not ready") << std::endl; });
  std::cerr << status << std::endl;
  std::cout << "aborted " << Aborted(registry) << std::endl;
  return status.ok() ? 0 : 1;
}

}  // namespace
}  // namespace withdrawal::kafka

int main(int argc, char** argv) {
  if (argc != 6) return 2;
  return withdrawal::kafka::Run(argv[1], argv[2], argv[3],
                                static_cast<unsigned>(std::atoi(argv[4])), std::atoi(argv[5]));
}
