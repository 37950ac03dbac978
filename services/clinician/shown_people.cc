#include "services/clinician/shown_people.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kEvery = absl::Seconds(1);

identity::AuditEntry Showed(identity::AuditEntry entry) {
  entry.action = identity::Action::kWatchShowed;
  entry.patient_ids.clear();
  return entry;
}

}  // namespace

ShownPeople::ShownPeople(identity::AuditSink& audit, identity::AuditEntry entry)
    : audit_(audit), entry_(Showed(std::move(entry))) {}

void ShownPeople::Add(const std::string& patient_id) {
  absl::MutexLock lock(&mutex_);
  if (seen_.insert(patient_id).second) fresh_.push_back(patient_id);
}

void ShownPeople::Flush(absl::Time now) {
  identity::AuditEntry entry;
  {
    absl::MutexLock lock(&mutex_);
    if (fresh_.empty() || now < next_at_) return;
    next_at_ = now + kEvery;
    entry = entry_;
    entry.patient_ids.swap(fresh_);
  }
  audit_.Record(std::move(entry), [] {});
}

}  // namespace withdrawal::clinician
