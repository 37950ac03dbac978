#include "libs/runtime/process.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <exception>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "libs/metrics/metrics.h"
#include "libs/runtime/log.h"
#include "prometheus/exposer.h"

namespace withdrawal::runtime {
namespace {

sigset_t StopSignals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  return set;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Process>> Process::Start(const ServiceSettings& settings) {
  if (auto status = StartLog(settings.service, settings.log_level); !status.ok()) return status;
  const sigset_t set = StopSignals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signal(SIGPIPE, SIG_IGN);
  auto process = std::unique_ptr<Process>(new Process(settings));
  if (auto status = process->Listen(settings); !status.ok()) return status;
  return process;
}

Process::Process(const ServiceSettings& settings)
    : registry_(std::make_shared<prometheus::Registry>()),
      ready_gauge_(metrics::AddGauge(*registry_, "withdrawal_process_ready",
                                     "1 when the process can do its work.")),
      signals_([this] { AwaitSignals(); }) {
  metrics::AddGauge(*registry_, "withdrawal_build_info", "Always 1; the labels say what runs.",
                    {{"service", settings.service}, {"version", Version()}})
      .Set(1);
}

absl::Status Process::Listen(const ServiceSettings& settings) {
  if (!settings.metrics_address.empty()) {
    try {
      exposer_ = std::make_unique<prometheus::Exposer>(settings.metrics_address, 2);
    } catch (const std::exception&) {  // of civetweb: says no more than "null context"
      return absl::UnavailableError(
          absl::StrCat("cannot listen on --metrics-address \"", settings.metrics_address, "\""));
    }
    exposer_->RegisterCollectable(registry_);
    Log(spdlog::level::info, "metrics are at /metrics", {{"port", absl::StrCat(metrics_port())}});
  }
  if (!settings.health_address.empty()) {
    rpc::ServerConfig config;
    config.address = settings.health_address;
    auto server = rpc::Server::Start(config, {}, *registry_);
    if (!server.ok()) {
      return absl::UnavailableError(absl::StrCat("--health-address: ", server.status().message()));
    }
    health_ = *std::move(server);
    Log(spdlog::level::info, "gRPC health is up", {{"port", absl::StrCat(health_port())}});
  }
  return absl::OkStatus();
}

Process::~Process() {
  closing_ = true;
  pthread_kill(signals_.native_handle(), SIGTERM);
  signals_.join();
}

void Process::SetReady(bool ready) {
  if (ready_.exchange(ready) == ready) return;
  ready_gauge_.Set(ready ? 1 : 0);
  if (health_ != nullptr) health_->SetServing(ready);
  Log(spdlog::level::info, ready ? "ready" : "not ready");
}

void Process::RequestStop() {
  absl::MutexLock lock(&mutex_);
  stop_ = true;
}

bool Process::WaitForStop(absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  const auto stopped = [](std::atomic<bool>* stop) { return stop->load(); };
  return mutex_.AwaitWithTimeout(absl::Condition(+stopped, &stop_), timeout);
}

void Process::Pause(absl::Duration duration) {
  absl::Notification never;
  never.WaitForNotificationWithTimeout(duration);
}

int Process::metrics_port() const {
  return exposer_ == nullptr ? 0 : exposer_->GetListeningPorts().front();
}

void Process::AwaitSignals() {
  const sigset_t set = StopSignals();
  while (true) {
    int signal_number = 0;
    sigwait(&set, &signal_number);
    if (closing_) return;
    if (stop_) _exit(128 + signal_number);
    Log(spdlog::level::info, "stopping", {{"signal", absl::StrCat(signal_number)}});
    RequestStop();
  }
}

int Fail(const absl::Status& status) {
  Log(spdlog::level::critical, std::string(status.message()),
      {{"code", absl::StatusCodeToString(status.code())}});
  return 1;
}

}  // namespace withdrawal::runtime
