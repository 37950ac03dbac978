#include "services/clinician/watch_stream.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "libs/rpc/status.h"

namespace withdrawal::clinician {
namespace {

constexpr int kPageAlerts = 256;

grpc::Status ResumeTokenExpired() {
  return rpc::Error(grpc::StatusCode::OUT_OF_RANGE, "RESUME_TOKEN_EXPIRED",
                    "events after this token are no longer held: start again without a token");
}

}  // namespace

template <typename Feed>
WatchStream<Feed>::WatchStream(const WatchParts<Feed>& parts, grpc::CallbackServerContext& context,
                               Filter filter,
                               std::function<void(const std::shared_ptr<WatchStream>&)> on_done)
    : parts_(parts),
      context_(context),
      filter_(std::move(filter)),
      on_done_(std::move(on_done)),
      last_write_(absl::Now()) {}

template <typename Feed>
void WatchStream<Feed>::Begin(const std::string& resume_token, const WatchGrant& grant) {
  if (!grant.status.ok()) return End(grant.status);
  {
    absl::MutexLock lock(&mutex_);
    shown_ = grant.shown;
  }
  if (const auto wrong = filter_.Check(); !wrong.empty()) return End(rpc::InvalidFields(wrong));
  filter_.teams = grant.teams;
  if (!resume_token.empty()) {
    const std::optional<Positions> positions =
        DecodeResumeToken(resume_token, filter_.fingerprint());
    if (positions) return Resume(*positions, grant.valid_until);
    // Perhaps the caller's teams have changed: what is open in a new one was never shown.
    if (filter_.teams) return End(ResumeTokenExpired());
    return End(rpc::InvalidFields(
        {{"resume_token", "INVALID_RESUME_TOKEN", "not a token of this call with these filters"}}));
  }
  if (!Feed::kHasSnapshot) return Join(grant.valid_until);
  {
    absl::MutexLock lock(&mutex_);
    valid_until_ = grant.valid_until;
    begun_ = true;
  }
  Wake(absl::Now());
}

template <typename Feed>
void WatchStream<Feed>::Join(absl::Time valid_until) {
  const Positions now = parts_.ring.positions();
  if (now.empty()) return End(rpc::Unavailable("NOT_READY", "the topics are not being read yet"));
  {
    absl::MutexLock lock(&mutex_);
    last_write_ = absl::InfinitePast();  // a heartbeat is due
  }
  Resume(now, valid_until);
}

template <typename Feed>
void WatchStream<Feed>::Resume(const Positions& positions, absl::Time valid_until) {
  const absl::StatusOr<uint64_t> cursor = parts_.ring.CursorFor(positions);
  if (absl::IsOutOfRange(cursor.status())) return End(ResumeTokenExpired());
  if (!cursor.ok()) {
    return End(rpc::Unavailable("ALERTS_NOT_READY", std::string(cursor.status().message())));
  }
  {
    absl::MutexLock lock(&mutex_);
    cursor_ = *cursor;
    scanned_ = positions;
    sent_ = positions;
    phase_ = Phase::kEvents;
    valid_until_ = valid_until;
    begun_ = true;
  }
  Wake(absl::Now());
}

template <typename Feed>
void WatchStream<Feed>::Wake(absl::Time now) {
  Action action;
  bool stuck = false;
  std::shared_ptr<ShownPeople> shown;
  {
    absl::MutexLock lock(&mutex_);
    const bool stalled = writing_ && now - last_write_ > parts_.config.stall_max;
    stuck = stalled && end_.has_value();
    if (stalled && !end_) EndSlow();
    cancelling_ = cancelling_ || stuck;
    if (now >= valid_until_ && !end_) end_ = identity::TokenExpired();
    action = NextAction(now);
    shown = shown_;
  }
  Perform(action);
  if (stuck) CancelCall();
  if (shown) shown->Flush(now);
}

// The reader does not even take the end of the call. `cancelling_` keeps the call from finishing,
// and its context from going away, meanwhile.
template <typename Feed>
void WatchStream<Feed>::CancelCall() {
  context_.TryCancel();
  Action action;
  {
    absl::MutexLock lock(&mutex_);
    cancelling_ = false;
    action = NextAction(absl::Now());
  }
  Perform(action);
}

template <typename Feed>
void WatchStream<Feed>::End(const grpc::Status& status) {
  Action action;
  {
    absl::MutexLock lock(&mutex_);
    if (!end_) end_ = status;
    action = NextAction(absl::Now());
  }
  Perform(action);
}

template <typename Feed>
void WatchStream<Feed>::OnWriteDone(bool ok) {
  Action action;
  {
    absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok && !end_) end_ = grpc::Status::CANCELLED;
    action = NextAction(absl::Now());
  }
  Perform(action);
}

template <typename Feed>
void WatchStream<Feed>::OnCancel() {
  End(grpc::Status::CANCELLED);
}

template <typename Feed>
void WatchStream<Feed>::OnDone() {
  on_done_(this->shared_from_this());
}

template <typename Feed>
typename WatchStream<Feed>::Action WatchStream<Feed>::NextAction(absl::Time now) {
  if (finished_ || (!begun_ && !end_)) return Action::kNone;
  // Also while a write is in flight: so it is seen when the reader falls behind.
  if (phase_ == Phase::kEvents && !end_) FillQueue();
  if (writing_ || cancelling_) return Action::kNone;
  if (end_) {
    finished_ = true;
    return Action::kFinish;
  }
  const bool prepared =
      PrepareHealth(now) || (phase_ == Phase::kSnapshot ? PrepareSnapshotMessage()
                                                        : PrepareEvent() || PrepareHeartbeat(now));
  if (prepared) {
    writing_ = true;
    last_write_ = now;
    NoteShown();
    return Action::kWrite;
  }
  if (end_) {
    finished_ = true;
    return Action::kFinish;
  }
  if (phase_ == Phase::kSnapshot && !page_pending_) {
    page_pending_ = true;
    return Action::kReadPage;
  }
  return Action::kNone;
}

template <typename Feed>
void WatchStream<Feed>::NoteShown() {
  const std::string& patient = Feed::PatientOf(message_);
  if (shown_ && !patient.empty()) shown_->Add(patient);
}

template <typename Feed>
bool WatchStream<Feed>::PrepareSnapshotMessage() {
  if constexpr (Feed::kHasSnapshot) {
    message_.Clear();
    if (!snapshot_.empty()) {
      *message_.mutable_snapshot_alert() = std::move(snapshot_.front());
      snapshot_.pop_front();
      return true;
    }
    if (!pages_done_) return false;
    message_.mutable_snapshot_end();
    message_.set_resume_token(EncodeResumeToken(filter_.fingerprint(), sent_));
    phase_ = Phase::kEvents;
    return true;
  }
  return false;
}

template <typename Feed>
bool WatchStream<Feed>::PrepareEvent() {
  if (queue_.empty()) return false;
  const HeldEvent<typename Feed::Event> event = std::move(queue_.front());
  queue_.pop_front();
  // Those the filter left out are behind us too, once everything scanned is sent.
  sent_[event.partition] = event.offset + 1;
  if (queue_.empty()) sent_ = scanned_;
  message_.Clear();
  Feed::SetEvent(*event.event, message_);
  message_.set_resume_token(EncodeResumeToken(filter_.fingerprint(), sent_));
  return true;
}

template <typename Feed>
bool WatchStream<Feed>::PrepareHealth(absl::Time now) {
  const uint64_t version = parts_.health.version();
  if (version == health_version_) return false;
  health_version_ = version;
  message_.Clear();
  Feed::SetHealth(parts_.health.Read(), now, message_);
  return true;
}

template <typename Feed>
bool WatchStream<Feed>::PrepareHeartbeat(absl::Time now) {
  if (now - last_write_ < parts_.config.heartbeat) return false;
  if (IsAheadOfTopic()) {
    end_ = ResumeTokenExpired();
    return false;
  }
  sent_ = scanned_;
  message_.Clear();
  *message_.mutable_heartbeat()->mutable_server_time() = ToTimestamp(now);
  *message_.mutable_heartbeat()->mutable_health() = parts_.health.Read();
  message_.set_resume_token(EncodeResumeToken(filter_.fingerprint(), sent_));
  return true;
}

// A token may be a moment ahead of our reading, since another process may have issued it; if it
// still is after a heartbeat's time, its topic is not ours (made anew, another installation).
template <typename Feed>
bool WatchStream<Feed>::IsAheadOfTopic() const {
  const Positions topic = parts_.ring.positions();
  return std::any_of(scanned_.begin(), scanned_.end(), [&](const auto& position) {
    const auto next = topic.find(position.first);
    return next == topic.end() || position.second > next->second;
  });
}

template <typename Feed>
void WatchStream<Feed>::FillQueue() {
  while (true) {
    if (queue_.size() >= parts_.config.queue_max) {
      // While catching up, waiting for the reader is fine: the ring keeps the rest.
      uint64_t ahead = cursor_;
      const auto more = parts_.ring.Read(ahead, 1);
      if (!more || (caught_up_ && !more->empty())) EndSlow();
      return;
    }
    const size_t room = parts_.config.queue_max - queue_.size();
    std::optional<std::vector<HeldEvent<typename Feed::Event>>> events =
        parts_.ring.Read(cursor_, room);
    if (!events) return EndSlow();
    if (events->empty()) {
      caught_up_ = true;
      return;
    }
    for (HeldEvent<typename Feed::Event>& event : *events) {
      int64_t& next = scanned_[event.partition];
      if (event.offset < next) continue;
      next = event.offset + 1;
      if (filter_.Matches(*event.event)) queue_.push_back(std::move(event));
    }
  }
}

template <typename Feed>
void WatchStream<Feed>::EndSlow() {
  if (end_) return;
  end_ = rpc::Error(grpc::StatusCode::ABORTED, "SLOW_READER",
                    "the reader fell behind: resume with the newest token received");
}

template <typename Feed>
void WatchStream<Feed>::Perform(Action action) {
  switch (action) {
    case Action::kNone:
      return;
    case Action::kWrite:
      return this->StartWrite(&message_);
    case Action::kReadPage:
      return ReadPage();
    case Action::kFinish: {
      grpc::Status status;
      {
        absl::MutexLock lock(&mutex_);
        status = *end_;
        queue_.clear();
        snapshot_.clear();
      }
      return this->Finish(status);
    }
  }
}

template <typename Feed>
void WatchStream<Feed>::ReadPage() {
  const bool taken =
      parts_.workers.Submit([self = this->shared_from_this()](Connection& connection) {
        self->ReadPageWith(connection);
      });
  if (!taken) {
    End(rpc::ResourceExhausted("SERVER_BUSY", "too many queries are waiting", absl::Seconds(1)));
  }
}

template <typename Feed>
void WatchStream<Feed>::ReadPageWith(Connection& connection) {
  if constexpr (Feed::kHasSnapshot) {
    PageKey after;
    bool offsets_known = false;
    {
      absl::MutexLock lock(&mutex_);
      if (end_ || finished_) return;
      after = next_page_;
      offsets_known = offsets_known_;
    }
    if (!offsets_known) {
      // The offsets before the rows, and a place in the ring that goes on from them.
      const auto offsets = ReadOffsets(connection, parts_.config.topic, parts_.config.query_max);
      if (!offsets.ok()) return End(rpc::FromAbsl(offsets.status()));
      const absl::StatusOr<uint64_t> cursor = parts_.ring.CursorFor(*offsets);
      if (!cursor.ok()) {
        return End(rpc::Unavailable("ALERTS_NOT_READY", "the read model is too far behind"));
      }
      absl::MutexLock lock(&mutex_);
      cursor_ = *cursor;
      scanned_ = *offsets;
      sent_ = *offsets;
      offsets_known_ = true;
    }
    absl::StatusOr<SnapshotPage> page =
        ReadSnapshotPage(connection, filter_, after, kPageAlerts, parts_.config.query_max);
    if (!page.ok()) return End(rpc::FromAbsl(page.status()));
    {
      absl::MutexLock lock(&mutex_);
      std::move(page->alerts.begin(), page->alerts.end(), std::back_inserter(snapshot_));
      next_page_ = page->next;
      pages_done_ = page->next.empty();
      page_pending_ = false;
    }
    Wake(absl::Now());
  }
}

template class WatchStream<AlertFeed>;
template class WatchStream<PatientFeed>;

}  // namespace withdrawal::clinician
