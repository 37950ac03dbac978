// The newest alert events of all partitions, in memory: what watch streams read from. One writer
// (the tail of the alerts topic), many readers; each event is held once, however many streams there
// are.
//
// Events have a sequence number of this process in order of arrival; a reader's cursor is the next
// one it wants. Per partition the ring knows from which offset it is complete, so a reader who
// has everything before given offsets either goes on without a gap or is told that it cannot.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "services/clinician/token.h"
#include "withdrawal/events/v1/alert.pb.h"

namespace withdrawal::clinician {

struct RingEvent {
  int32_t partition = 0;
  int64_t offset = 0;
  std::shared_ptr<const events::v1::AlertEvent> event;  // why: shared by every stream's queue
};

// Thread-safe.
class AlertRing {
 public:
  explicit AlertRing(size_t events_max) : events_max_(events_max) {}

  // The offsets the writer starts from, of every partition of the topic. Once, before Append.
  void Start(const Positions& positions);
  void Append(RingEvent event);
  // There is nothing to hold before `next`: a record that could not be read was passed over.
  void Skip(int32_t partition, int64_t next);

  // Where a reader goes on who has all before `positions` (a partition that is not named: nothing).
  //   Unavailable   Start has not been called
  //   OutOfRange    an event the reader lacks may have left the ring
  absl::StatusOr<uint64_t> CursorFor(const Positions& positions) const;

  // At most `events_max` events from `cursor` on, and moves it. Absent when the reader was so slow
  // that the event at `cursor` has left the ring.
  std::optional<std::vector<RingEvent>> Read(uint64_t& cursor, size_t events_max) const;

  // The offsets of the next events to come; empty before Start.
  Positions positions() const;
  // The newest state of an alert among the events held.
  std::optional<events::v1::Alert> Find(const std::string& alert_id) const;

 private:
  const size_t events_max_;
  mutable absl::Mutex mutex_;
  std::deque<RingEvent> events_ ABSL_GUARDED_BY(mutex_);
  uint64_t first_ ABSL_GUARDED_BY(mutex_) = 0;  // sequence number of events_.front()
  Positions complete_from_ ABSL_GUARDED_BY(mutex_);
  Positions next_ ABSL_GUARDED_BY(mutex_);
  bool started_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace withdrawal::clinician
