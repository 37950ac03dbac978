#include "services/clinician/watch_hub.h"

#include <algorithm>

#include "absl/time/clock.h"
#include "libs/rpc/status.h"

namespace withdrawal::clinician {

template <typename Feed>
WatchHub<Feed>::WatchHub(const WatchParts<Feed>& parts)
    : parts_(parts), thread_([this] { Run(); }) {}

template <typename Feed>
WatchHub<Feed>::~WatchHub() {
  {
    absl::MutexLock lock(&mutex_);
    stop_ = true;
  }
  thread_.join();
}

template <typename Feed>
std::shared_ptr<WatchStream<Feed>> WatchHub<Feed>::Open(grpc::CallbackServerContext& context,
                                                        const typename Feed::Request& request) {
  const auto stream =
      std::make_shared<WatchStream<Feed>>(parts_, context, Feed::Filter::Of(request),
                                          [this](const std::shared_ptr<WatchStream<Feed>>& done) {
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

template <typename Feed>
void WatchHub<Feed>::Notify() {
  absl::MutexLock lock(&mutex_);
  news_ = true;
}

template <typename Feed>
void WatchHub<Feed>::EndAll(const grpc::Status& status, bool for_good) {
  {
    absl::MutexLock lock(&mutex_);
    closed_ = closed_ || for_good;
  }
  for (const auto& stream : Copy()) stream->End(status);
}

template <typename Feed>
size_t WatchHub<Feed>::open() const {
  absl::MutexLock lock(&mutex_);
  return streams_.size();
}

template <typename Feed>
typename WatchHub<Feed>::Streams WatchHub<Feed>::Copy() const {
  absl::MutexLock lock(&mutex_);
  return streams_;
}

template <typename Feed>
void WatchHub<Feed>::Run() {
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

template class WatchHub<AlertFeed>;
template class WatchHub<PatientFeed>;

}  // namespace withdrawal::clinician
