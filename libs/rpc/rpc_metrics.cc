#include "libs/rpc/rpc_metrics.h"

#include <algorithm>
#include <array>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "google/protobuf/descriptor.h"
#include "libs/metrics/metrics.h"
#include "libs/rpc/status.h"

namespace withdrawal::rpc {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::InterceptorBatchMethods;

constexpr int kCodeCount = 17;

// The series of one method, each made when its code is first seen.
class MethodSeries {
 public:
  MethodSeries(prometheus::Registry& registry, std::string method)
      : registry_(registry), method_(std::move(method)) {}

  void Record(int code, absl::Duration latency) {
    if (code < 0 || code >= kCodeCount) code = grpc::StatusCode::UNKNOWN;
    Series series = Resolve(code);
    series.count->Increment();
    series.seconds->Observe(absl::ToDoubleSeconds(latency));
  }

 private:
  struct Series {
    prometheus::Counter* count = nullptr;
    prometheus::Histogram* seconds = nullptr;
  };

  Series Resolve(int code) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    Series& series = by_code_[code];
    if (series.count == nullptr) {
      const prometheus::Labels labels{{"method", method_},
                                      {"code", CodeName(static_cast<grpc::StatusCode>(code))}};
      series.seconds = &metrics::AddHistogram(registry_, "withdrawal_rpc_handling_seconds",
                                              "Time from a call's arrival to its status.",
                                              metrics::LatencySeconds(), labels);
      series.count = &metrics::AddCounter(registry_, "withdrawal_rpc_handled_total",
                                          "Calls finished, by method and status code.", labels);
    }
    return series;
  }

  prometheus::Registry& registry_;
  const std::string method_;
  absl::Mutex mutex_;
  std::array<Series, kCodeCount> by_code_ ABSL_GUARDED_BY(mutex_);
};

class Recorder final : public grpc::experimental::Interceptor {
 public:
  explicit Recorder(MethodSeries& series) : series_(series) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      series_.Record(methods->GetSendStatus().error_code(), absl::Now() - started_at_);
    }
    methods->Proceed();
  }

 private:
  MethodSeries& series_;
  const absl::Time started_at_ = absl::Now();
};

class RpcMetrics final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit RpcMetrics(prometheus::Registry& registry)
      : registry_(registry), other_(registry, "other") {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    const absl::string_view method = absl::StripPrefix(info->method(), "/");
    if (absl::StartsWith(method, "grpc.health.")) return nullptr;
    return new Recorder(SeriesOf(method));  // owned by the call
  }

 private:
  MethodSeries& SeriesOf(absl::string_view method) ABSL_LOCKS_EXCLUDED(mutex_) {
    absl::MutexLock lock(&mutex_);
    if (auto found = by_method_.find(method); found != by_method_.end()) return *found->second;
    const std::string full_name = absl::StrReplaceAll(method, {{"/", "."}});
    const auto* pool = google::protobuf::DescriptorPool::generated_pool();
    if (pool->FindMethodByName(full_name) == nullptr) return other_;
    auto series = std::make_unique<MethodSeries>(registry_, std::string(method));
    return *by_method_.emplace(method, std::move(series)).first->second;
  }

  prometheus::Registry& registry_;
  MethodSeries other_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<MethodSeries>> by_method_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeRpcMetrics(
    prometheus::Registry& registry) {
  return std::make_unique<RpcMetrics>(registry);
}

}  // namespace withdrawal::rpc
