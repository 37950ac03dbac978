// Whom a stream showed, for the audit trail: each person once, some at a time.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/identity/audit.h"

namespace withdrawal::clinician {

// Thread-safe.
class ShownPeople {
 public:
  // `entry`: that of the opening. `audit` outlives it.
  ShownPeople(identity::AuditSink& audit, identity::AuditEntry entry);
  ~ShownPeople() { Flush(absl::InfiniteFuture()); }
  ShownPeople(const ShownPeople&) = delete;
  ShownPeople& operator=(const ShownPeople&) = delete;

  void Add(const std::string& patient_id);
  // Records those not yet in the trail, at most every second. Never blocks.
  void Flush(absl::Time now);

 private:
  identity::AuditSink& audit_;
  const identity::AuditEntry entry_;
  absl::Mutex mutex_;
  std::set<std::string> seen_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> fresh_ ABSL_GUARDED_BY(mutex_);
  absl::Time next_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace withdrawal::clinician
