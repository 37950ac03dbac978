// Many WatchAlerts calls of one process, each resumed by its token until told to end: for
// test_watch.py, which counts what they saw.
// usage: watch-crowd ADDRESS STREAMS   (the last one is slow: resumed twice, it rests for 40 s)
//
// Says "ready" when every stream has its snapshot. A line "finish N" on stdin: waits until each
// has seen N alerts raised (at most 180 s), then prints a line per stream:
//   ALERTS RESUMED SNAPSHOTS SLOW_READER
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <iostream>
#include <memory>
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
constexpr absl::Duration kRest = absl::Seconds(40);
constexpr absl::Duration kBackOff = absl::Milliseconds(300);
constexpr absl::Duration kFinishMax = absl::Seconds(180);

// One client: it always has a call, or is about to make one.
class Client {
 public:
  Client(std::shared_ptr<grpc::Channel> channel, bool slow)
      : stub_(ClinicianService::NewStub(std::move(channel))), slow_(slow) {}

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
  size_t alerts() const {
    absl::MutexLock lock(&mutex_);
    return raised_.size();
  }
  void Print() const {
    std::cout << alerts() << ' ' << resumed_ << ' ' << snapshots_ << ' ' << slow_reader_ << '\n';
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
    bool heard = false;
    while (!stop && reader->Read(&message)) {
      if (!heard && !token_.empty()) ++resumed_;
      heard = true;
      Take(message);
      if (slow_ && !rested_ && resumed_ == 2 && message.has_event()) {
        rested_ = true;
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
    if (cut && !stop) ++slow_reader_;
    absl::MutexLock lock(&mutex_);
    context_ = nullptr;
  }

  void Take(const WatchAlertsResponse& message) {
    if (!message.resume_token().empty()) token_ = message.resume_token();
    if (message.has_snapshot_end()) ++snapshots_;
    if (!message.has_event() || !message.event().has_raised()) return;
    absl::MutexLock lock(&mutex_);
    raised_.insert(message.event().alert().alert_id());
  }

  const std::unique_ptr<ClinicianService::Stub> stub_;
  const bool slow_;
  bool rested_ = false;
  std::string token_;
  std::atomic<int> resumed_ = 0;
  std::atomic<int> snapshots_ = 0;
  std::atomic<int> slow_reader_ = 0;
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
  if (argc != 3) return 2;
  const int count = std::stoi(argv[2]);
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  for (int i = 0; i <= kChannels; ++i) channels.push_back(Connect(argv[1], i));
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < count; ++i) {
    const bool slow = i == count - 1;  // on a connection of its own
    clients.push_back(std::make_unique<Client>(channels[slow ? kChannels : i % kChannels], slow));
  }
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (const auto& client : clients) {
    threads.emplace_back([&stop, one = client.get()] { one->Run(stop); });
  }
  const bool ready = Await(clients, [](const Client& client) { return client.has_snapshot(); });
  std::cout << (ready ? "ready" : "not ready") << std::endl;
  std::string word;
  size_t alerts = 0;
  std::cin >> word >> alerts;
  Await(clients, [alerts](const Client& client) { return client.alerts() >= alerts; });
  stop = true;
  for (const auto& client : clients) client->Cancel();
  for (std::thread& thread : threads) thread.join();
  for (const auto& client : clients) client->Print();
  return 0;
}
