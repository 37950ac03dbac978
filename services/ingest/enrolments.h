// Whose each person with a care plan is, and which records were merged into another: what ingest
// has to know of the plans. Thread-safe.
#pragma once

#include <atomic>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::ingest {

class Enrolments {
 public:
  struct Enrolment {
    std::string team;
    std::string merged_into;  // the record that goes on in place of this one
  };

  // A later version takes the place of an earlier one.
  void Apply(const events::v1::CarePlan& plan) ABSL_LOCKS_EXCLUDED(mutex_);
  // An empty one when nothing is known of the person.
  Enrolment Find(const std::string& patient_id) const ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether every plan there was at the start has been applied.
  void SetComplete() { complete_ = true; }
  bool complete() const { return complete_; }

 private:
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Enrolment> enrolments_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> complete_ = false;
};

}  // namespace withdrawal::ingest
