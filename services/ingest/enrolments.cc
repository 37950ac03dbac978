#include "services/ingest/enrolments.h"

namespace withdrawal::ingest {

void Enrolments::Apply(const events::v1::CarePlan& plan) {
  absl::MutexLock lock(&mutex_);
  enrolments_[plan.patient_id()] = {plan.team(), plan.merged_into()};
}

Enrolments::Enrolment Enrolments::Find(const std::string& patient_id) const {
  absl::MutexLock lock(&mutex_);
  const auto found = enrolments_.find(patient_id);
  return found == enrolments_.end() ? Enrolment() : found->second;
}

}  // namespace withdrawal::ingest
