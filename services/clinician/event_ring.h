// The newest events of all partitions, in memory: what watch streams read from. One writer (a tail
// of the topics), many readers; each event is held once, however many streams there are.
//
// Events have a sequence number of this process in order of arrival; a reader's cursor is the next
// one it wants. Per partition the ring knows from which offset it is complete, so a reader who
// has everything before given offsets either goes on without a gap or is told that it cannot.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/clinician/token.h"

namespace withdrawal::clinician {

template <typename Event>
struct HeldEvent {
  int32_t partition = 0;
  int64_t offset = 0;
  std::shared_ptr<const Event> event;  // why: shared by every stream's queue
};

// Thread-safe.
template <typename Event>
class EventRing {
 public:
  explicit EventRing(size_t events_max) : events_max_(events_max) {}

  // The offsets the writer starts from, of every partition. Once, before Append.
  void Start(const Positions& positions) {
    absl::MutexLock lock(&mutex_);
    complete_from_ = positions;
    next_ = positions;
    started_ = true;
  }
  void Append(HeldEvent<Event> event) {
    absl::MutexLock lock(&mutex_);
    int64_t& next = next_[event.partition];
    if (event.offset < next) return;  // read again after a reconnection
    next = event.offset + 1;
    events_.push_back(std::move(event));
    if (events_.size() <= events_max_) return;
    const HeldEvent<Event>& oldest = events_.front();
    complete_from_[oldest.partition] = oldest.offset + 1;
    events_.pop_front();
    ++first_;
  }
  // There is nothing to hold before `next`: a record that could not be read was passed over.
  void Skip(int32_t partition, int64_t next) {
    absl::MutexLock lock(&mutex_);
    next_[partition] = std::max(next_[partition], next);
  }

  // Where a reader goes on who has all before `positions` (a partition that is not named: nothing).
  //   Unavailable   Start has not been called
  //   OutOfRange    an event the reader lacks may have left the ring
  absl::StatusOr<uint64_t> CursorFor(const Positions& positions) const {
    absl::MutexLock lock(&mutex_);
    if (!started_) return absl::UnavailableError("the topics are not being read yet");
    for (const auto& [partition, from] : complete_from_) {
      const auto position = positions.find(partition);
      if ((position == positions.end() ? 0 : position->second) < from) {
        return absl::OutOfRangeError("older than the events held");
      }
    }
    return first_;
  }

  // At most `events_max` events from `cursor` on, and moves it. Absent when the reader was so slow
  // that the event at `cursor` has left the ring.
  std::optional<std::vector<HeldEvent<Event>>> Read(uint64_t& cursor, size_t events_max) const {
    absl::MutexLock lock(&mutex_);
    if (cursor < first_) return std::nullopt;
    const size_t begin = std::min<size_t>(cursor - first_, events_.size());
    const size_t end = begin + std::min(events_max, events_.size() - begin);
    std::vector<HeldEvent<Event>> events(events_.begin() + static_cast<ptrdiff_t>(begin),
                                         events_.begin() + static_cast<ptrdiff_t>(end));
    cursor += events.size();
    return events;
  }

  // The offsets of the next events to come; empty before Start.
  Positions positions() const {
    absl::MutexLock lock(&mutex_);
    return next_;
  }

  // Those held that `matches(event)`, oldest first.
  template <typename Matches>
  std::vector<HeldEvent<Event>> Select(Matches matches) const {
    absl::MutexLock lock(&mutex_);
    std::vector<HeldEvent<Event>> selected;
    for (const HeldEvent<Event>& held : events_) {
      if (matches(*held.event)) selected.push_back(held);
    }
    return selected;
  }

 private:
  const size_t events_max_;
  mutable absl::Mutex mutex_;
  std::deque<HeldEvent<Event>> events_ ABSL_GUARDED_BY(mutex_);
  uint64_t first_ ABSL_GUARDED_BY(mutex_) = 0;  // sequence number of events_.front()
  Positions complete_from_ ABSL_GUARDED_BY(mutex_);
  Positions next_ ABSL_GUARDED_BY(mutex_);
  bool started_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace withdrawal::clinician
