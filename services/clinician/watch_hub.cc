#include "services/clinician/watch_hub.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "libs/rpc/status.h"

namespace withdrawal::clinician {

WatchHub::WatchHub(const WatchParts& parts) : parts_(parts), thread_([this] { Run(); }) {}

WatchHub::~WatchHub() {
  {
    absl::MutexLock lock(&mutex_);
    stop_ = true;
  }
  thread_.join();
}

std::shared_ptr<AlertStream> WatchHub::Open(grpc::CallbackServerContext& context,
                                            const v1::WatchAlertsRequest& request) {
  const auto stream = std::make_shared<AlertStream>(
      parts_, context, AlertFilter::Of(request), [this](const std::shared_ptr<AlertStream>& done) {
        absl::MutexLock lock(&mutex_);
        streams_.erase(done);
      });
  bool full = false;
  bool closed = false;
  {
    absl::MutexLock lock(&mutex_);
    full = streams_.size() >= parts_.config.streams_max;
    closed = closed_;
    streams_.insert(stream);
  }
  if (closed) {
    stream->End(rpc::Unavailable("SHUTTING_DOWN", "the server is going down: resume elsewhere"));
  } else if (full) {
    stream->End(
        rpc::ResourceExhausted("TOO_MANY_STREAMS", "too many open watches", absl::Seconds(5)));
  }
  return stream;
}

void WatchHub::Notify() {
  absl::MutexLock lock(&mutex_);
  news_ = true;
}

void WatchHub::EndAll(const grpc::Status& status, bool for_good) {
  {
    absl::MutexLock lock(&mutex_);
    closed_ = closed_ || for_good;
  }
  for (const auto& stream : Copy()) stream->End(status);
}

size_t WatchHub::open() const {
  absl::MutexLock lock(&mutex_);
  return streams_.size();
}

WatchHub::Streams WatchHub::Copy() const {
  absl::MutexLock lock(&mutex_);
  return streams_;
}

void WatchHub::Run() {
  const absl::Duration tick = std::min(parts_.config.heartbeat / 4, absl::Milliseconds(500));
  while (true) {
    {
      absl::MutexLock lock(&mutex_);
      mutex_.AwaitWithTimeout(absl::Condition(this, &WatchHub::NewsOrStop), tick);
      if (stop_) return;
      news_ = false;
    }
    const absl::Time now = absl::Now();
    for (const auto& stream : Copy()) stream->Wake(now);
  }
}

}  // namespace withdrawal::clinician
