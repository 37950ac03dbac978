#include "services/clinician/alert_ring.h"

#include <algorithm>

namespace withdrawal::clinician {

void AlertRing::Start(const Positions& positions) {
  absl::MutexLock lock(&mutex_);
  complete_from_ = positions;
  next_ = positions;
  started_ = true;
}

void AlertRing::Append(RingEvent event) {
  absl::MutexLock lock(&mutex_);
  int64_t& next = next_[event.partition];
  if (event.offset < next) return;  // read again after a reconnection
  next = event.offset + 1;
  events_.push_back(std::move(event));
  if (events_.size() <= events_max_) return;
  const RingEvent& oldest = events_.front();
  complete_from_[oldest.partition] = oldest.offset + 1;
  events_.pop_front();
  ++first_;
}

void AlertRing::Skip(int32_t partition, int64_t next) {
  absl::MutexLock lock(&mutex_);
  next_[partition] = std::max(next_[partition], next);
}

absl::StatusOr<uint64_t> AlertRing::CursorFor(const Positions& positions) const {
  absl::MutexLock lock(&mutex_);
  if (!started_) return absl::UnavailableError("the alerts topic is not being read yet");
  for (const auto& [partition, from] : complete_from_) {
    const auto position = positions.find(partition);
    if ((position == positions.end() ? 0 : position->second) < from) {
      return absl::OutOfRangeError("older than the events held");
    }
  }
  return first_;
}

std::optional<std::vector<RingEvent>> AlertRing::Read(uint64_t& cursor, size_t events_max) const {
  absl::MutexLock lock(&mutex_);
  if (cursor < first_) return std::nullopt;
  const size_t begin = std::min<size_t>(cursor - first_, events_.size());
  const size_t end = begin + std::min(events_max, events_.size() - begin);
  std::vector<RingEvent> events(events_.begin() + static_cast<ptrdiff_t>(begin),
                                events_.begin() + static_cast<ptrdiff_t>(end));
  cursor += events.size();
  return events;
}

Positions AlertRing::positions() const {
  absl::MutexLock lock(&mutex_);
  return next_;
}

std::optional<events::v1::Alert> AlertRing::Find(const std::string& alert_id) const {
  absl::MutexLock lock(&mutex_);
  const auto found = std::find_if(events_.rbegin(), events_.rend(), [&](const RingEvent& held) {
    return held.event->alert().alert_id() == alert_id;
  });
  if (found == events_.rend()) return std::nullopt;
  return found->event->alert();
}

}  // namespace withdrawal::clinician
