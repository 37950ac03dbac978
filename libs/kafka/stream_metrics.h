// What a stream service tells about its loop, label service on all. One thread writes.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "prometheus/counter.h"
#include "prometheus/family.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace withdrawal::kafka {

class StreamMetrics {
 public:
  StreamMetrics(const std::string& service, prometheus::Registry& registry);

  void Committed(absl::Duration took);
  void Aborted() { aborted_.Increment(); }
  void Processed(const std::string& topic, int count);
  void SetAside(const std::string& reason);
  void Restored(absl::Duration took);
  void Lag(const std::string& topic, int32_t partition, double records);
  void LagSeconds(double seconds) { lag_seconds_.Set(seconds); }
  void ForgetPartitions();  // their lag is somebody else's now

 private:
  prometheus::Family<prometheus::Counter>& records_;
  prometheus::Family<prometheus::Counter>& dead_letters_;
  prometheus::Family<prometheus::Counter>& transactions_;
  prometheus::Family<prometheus::Gauge>& lag_;
  prometheus::Counter& committed_;
  prometheus::Counter& aborted_;
  prometheus::Gauge& lag_seconds_;
  prometheus::Histogram& commit_seconds_;
  prometheus::Histogram& restore_seconds_;
  std::map<std::string, prometheus::Counter*> records_by_topic_;
  std::map<std::pair<std::string, int32_t>, prometheus::Gauge*> lag_by_partition_;
};

}  // namespace withdrawal::kafka
