#include "libs/kafka/stream_metrics.h"

namespace withdrawal::kafka {
namespace {

prometheus::Family<prometheus::Counter>& Counters(prometheus::Registry& registry,
                                                  const std::string& service, const char* name,
                                                  const char* help) {
  return prometheus::BuildCounter()
      .Name(name)
      .Help(help)
      .Labels({{"service", service}})
      .Register(registry);
}

prometheus::Family<prometheus::Gauge>& Gauges(prometheus::Registry& registry,
                                              const std::string& service, const char* name,
                                              const char* help) {
  return prometheus::BuildGauge()
      .Name(name)
      .Help(help)
      .Labels({{"service", service}})
      .Register(registry);
}

prometheus::Histogram& Seconds(prometheus::Registry& registry, const std::string& service,
                               const char* name, const char* help,
                               const prometheus::Histogram::BucketBoundaries& buckets) {
  return prometheus::BuildHistogram()
      .Name(name)
      .Help(help)
      .Labels({{"service", service}})
      .Register(registry)
      .Add({}, buckets);
}

}  // namespace

StreamMetrics::StreamMetrics(const std::string& service, prometheus::Registry& registry)
    : records_(Counters(registry, service, "withdrawal_stream_records_total",
                        "Input records whose effects were put into a transaction.")),
      dead_letters_(Counters(registry, service, "withdrawal_stream_dead_letters_total",
                             "Records set aside because the service could not use them.")),
      transactions_(Counters(registry, service, "withdrawal_stream_transactions_total",
                             "Transactions by how they ended.")),
      lag_(Gauges(registry, service, "withdrawal_stream_consumer_lag_records",
                  "Records of an owned partition that wait to be read.")),
      committed_(transactions_.Add({{"outcome", "committed"}})),
      aborted_(transactions_.Add({{"outcome", "aborted"}})),
      lag_seconds_(Gauges(registry, service, "withdrawal_stream_lag_seconds",
                          "Age of the record read last while others wait; 0 when none waits.")
                       .Add({})),
      commit_seconds_(Seconds(registry, service, "withdrawal_stream_commit_seconds",
                              "Duration of sending offsets and committing a transaction.",
                              {.002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10})),
      restore_seconds_(Seconds(registry, service, "withdrawal_stream_restore_seconds",
                               "Duration from assignment of partitions to their rows restored.",
                               {.05, .1, .2, .5, 1, 2, 5, 10, 20, 60})) {}

void StreamMetrics::Committed(absl::Duration took) {
  committed_.Increment();
  commit_seconds_.Observe(absl::ToDoubleSeconds(took));
}

void StreamMetrics::Processed(const std::string& topic, int count) {
  prometheus::Counter*& counter = records_by_topic_[topic];
  if (counter == nullptr) counter = &records_.Add({{"topic", topic}});
  counter->Increment(count);
}

void StreamMetrics::SetAside(const std::string& reason) {
  dead_letters_.Add({{"reason", reason}}).Increment();
}

void StreamMetrics::Restored(absl::Duration took) {
  restore_seconds_.Observe(absl::ToDoubleSeconds(took));
}

void StreamMetrics::Lag(const std::string& topic, int32_t partition, double records) {
  prometheus::Gauge*& gauge = lag_by_partition_[{topic, partition}];
  if (gauge == nullptr) {
    gauge = &lag_.Add({{"topic", topic}, {"partition", std::to_string(partition)}});
  }
  gauge->Set(records);
}

void StreamMetrics::ForgetPartitions() {
  for (const auto& [partition, gauge] : lag_by_partition_) lag_.Remove(gauge);
  lag_by_partition_.clear();
  lag_seconds_.Set(0);
}

}  // namespace withdrawal::kafka
