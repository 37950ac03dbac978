// Many WatchAlerts calls of one process, each resumed by its token until told to end: for
// test_watch.py, which counts what they saw.
// usage: watch-crowd ADDRESS STREAMS REST_AFTER
//   The last stream is slow: having seen so many alerts it rests for 75 s.
//
// Says "ready" when every stream has its snapshot. A line "finish FILE" on stdin: waits until each
// has seen every alert that FILE names (at most 180 s), then prints a line per stream:
//   MISSED SNAPSHOTS CUT_AFTER_A_REST
#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "withdrawal/clinician/v1/clinician.grpc.pb.h"

namespace {

using withdrawal::clinician::v1::ClinicianService;
using withdrawal::clinician::v1::WatchAlertsRequest;
using withdrawal::clinician::v1::WatchAlertsResponse;

constexpr int kChannels = 10;
constexpr absl::Duration kRest = absl::Seconds(75);
constexpr absl::Duration kBackOff = absl::Milliseconds(300);
constexpr absl::Duration kFinishMax = absl::Seconds(180);

// One client: it always has a call, or is about to make one.
class Client {
 public:
  // `rest_after`: alerts seen before it rests; none: never.
  Client(std::shared_ptr<grpc::Channel> channel, std::optional<size_t> rest_after)
      : stub_(ClinicianService::NewStub(std::move(channel))), rest_after_(rest_after) {}

  // Until `stop`, on a thread of its own.
  void Run(const std::atomic<bool>& stop) {
    while (!stop) {
      Follow(stop);
      if (!stop) absl::SleepFor(kBackOff);
    }
  }
  void Cancel() {
    absl::MutexLock lock(&mutex_);
    if (context_ != nullptr) context_->TryCancel();
  }

  bool has_snapshot() const { return snapshots_ > 0; }
  size_t Missed(const std::vector<std::string>& alerts) const {
    absl::MutexLock lock(&mutex_);
    return static_cast<size_t>(
        std::count_if(alerts.begin(), alerts.end(),
                      [this](const std::string& alert) { return !raised_.contains(alert); }));
  }
  void Print(const std::vector<std::string>& alerts) const {
    std::cout << Missed(alerts) << ' ' << snapshots_ << ' ' << cut_ << '\n';
  }

 private:
  void Follow(const std::atomic<bool>& stop) {
    grpc::ClientContext context;
    {
      absl::MutexLock lock(&mutex_);
      context_ = &context;
    }
    WatchAlertsRequest request;
    request.set_resume_token(token_);
    const auto reader = stub_->WatchAlerts(&context, request);
    WatchAlertsResponse message;
    bool rested = false;
    while (!stop && reader->Read(&message)) {
      Take(message);
      if (WantsRest()) {
        rested = true;
        for (const absl::Time end = absl::Now() + kRest; !stop && absl::Now() < end;) {
          absl::SleepFor(absl::Milliseconds(100));
        }
      }
    }
    if (stop) context.TryCancel();
    const grpc::Status status = reader->Finish();
    if (status.error_code() == grpc::StatusCode::OUT_OF_RANGE) token_.clear();
    // Who takes nothing does not take the ABORTED of a slow reader either: the call is cancelled.
    const bool cut = status.error_code() == grpc::StatusCode::ABORTED ||
                     status.error_code() == grpc::StatusCode::CANCELLED;
    if (cut && rested && !stop) ++cut_;
    absl::MutexLock lock(&mutex_);
    context_ = nullptr;
  }

  bool WantsRest() {
    absl::MutexLock lock(&mutex_);
    if (!rest_after_ || raised_.size() < *rest_after_) return false;
    rest_after_.reset();
    return true;
  }

  void Take(const WatchAlertsResponse& message) {
    if (!message.resume_token().empty()) token_ = message.resume_token();
    if (message.has_snapshot_end()) ++snapshots_;
    if (!message.has_event() || !message.event().has_raised()) return;
    absl::MutexLock lock(&mutex_);
    raised_.insert(message.event().alert().alert_id());
  }

  const std::unique_ptr<ClinicianService::Stub> stub_;
  std::optional<size_t> rest_after_;
  std::string token_;
  std::atomic<int> snapshots_ = 0;
  std::atomic<int> cut_ = 0;
  mutable absl::Mutex mutex_;
  std::set<std::string> raised_;
  grpc::ClientContext* context_ = nullptr;
};

std::shared_ptr<grpc::Channel> Connect(const std::string& address, int number) {
  grpc::ChannelArguments arguments;
  arguments.SetInt("watch-crowd.channel", number);  // else all would share one connection
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);    // so that a slow one is felt at 64 KiB
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

template <typename Condition>
bool Await(const std::vector<std::unique_ptr<Client>>& clients, Condition condition) {
  const absl::Time deadline = absl::Now() + kFinishMax;
  for (const auto& client : clients) {
    while (!condition(*client)) {
      if (absl::Now() > deadline) return false;
      absl::SleepFor(absl::Milliseconds(50));
    }
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const int count = std::stoi(argv[2]);
  const size_t rest_after = std::stoul(argv[3]);
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i <= kChannels; ++i) channels.push_back(Connect(argv[1], i));
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < count; ++i) {
    const bool slow = i == count - 1;  // on a connection of its own
    clients.push_back(std::make_unique<Client>(channels[slow ? kChannels : i % kChannels],
                                               slow ? std::optional(rest_after) : std::nullopt));
  }
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (const auto& client : clients) {
    threads.emplace_back([&stop, one = client.get()] { one->Run(stop); });
  }
  const bool ready = Await(clients, [](const Client& client) { return client.has_snapshot(); });
  std::cout << (ready ? "ready" : "not ready") << std::endl;
  std::string word;
  std::string path;
  std::cin >> word >> path;
  std::ifstream file(path);
  const std::vector<std::string> alerts(std::istream_iterator<std::string>(file), {});
  Await(clients, [&alerts](const Client& client) { return client.Missed(alerts) == 0; });
  stop = true;
  for (const auto& client : clients) client->Cancel();
  for (std::thread& thread : threads) thread.join();
  for (const auto& client : clients) client->Print(alerts);
  return 0;
}
