// What the check-ins this instance has lately stored are about: an amendment amends answers, and
// nothing else. A first door only, bounded and gone with the process: scoring has the last word.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "libs/domain/field_error.h"
#include "withdrawal/events/v1/check_in.pb.h"

namespace withdrawal::ingest {

// Thread-safe.
class Amendments {
 public:
  explicit Amendments(size_t entries_max) : entries_max_(entries_max) {}

  // The fields in which a revision above 0 is about something else than what was stored under its
  // id.
  std::vector<domain::FieldError> Check(const events::v1::CheckIn& check_in) const;
  void NoteStored(const events::v1::CheckIn& check_in);

 private:
  const size_t entries_max_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, events::v1::CheckIn> subjects_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> order_ ABSL_GUARDED_BY(mutex_);  // oldest first
};

}  // namespace withdrawal::ingest
