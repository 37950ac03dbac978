// Care plans, the write side: checks a version, reviews it, appends it to Kafka, and answers when
// the brokers have it.
//
// Two versions written at the same moment in two processes with the same etag can both pass the
// check, because the read model follows the topic: the later record stands. Within one process the
// versions the tables do not show yet are known, so there the second is refused, and what changes
// a stored version changes the newest.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/support/status.h"
#include "libs/rpc/status.h"
#include "services/clinician/care_plan_check.h"
#include "services/clinician/config.h"
#include "services/clinician/metrics.h"
#include "services/clinician/outbox.h"
#include "services/clinician/plan_reviewer.h"
#include "services/clinician/queries.h"
#include "withdrawal/clinician/v1/clinician.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::clinician {

// Thread-safe.
class PlanWriter {
 public:
  PlanWriter(const Config& config, PlanBounds bounds, const PlanReviewer& reviewer, Outbox& outbox,
             Metrics& metrics)
      : config_(config),
        bounds_(std::move(bounds)),
        reviewer_(reviewer),
        outbox_(outbox),
        metrics_(metrics) {}

  // `response` is complete when `done` says OK, and lives until then. INVALID_ARGUMENT with the
  // field; ABORTED ETAG_MISMATCH when the plan was changed since it was read; FAILED_PRECONDITION
  // PLAN_BLOCKED when the review blocks a plan that does not end monitoring and no override_reason
  // is given; UNAVAILABLE when database or brokers do not answer. `trace_parent` may be empty.
  void PutCarePlan(const QueryContext& context, const v1::PutCarePlanRequest& request,
                   const std::string& trace_parent, v1::PutCarePlanResponse& response, Done done);

  const PlanBounds& bounds() const { return bounds_; }

  // The newest version this process knows of, in the tables or on its way there. NOT_FOUND
  // PATIENT_NOT_FOUND for a person without a plan.
  grpc::Status ReadNewest(const QueryContext& context, const std::string& patient_id,
                          events::v1::CarePlanRecorded& newest);
  // Judges the plan and writes what was found into `recorded`. PLAN_BLOCKED without a reason to
  // override, unless `before` was recorded in spite of the very same findings: that reason stands.
  grpc::Status Review(const QueryContext& context, const events::v1::CarePlanRecorded& before,
                      const std::string& override_reason, events::v1::CarePlanRecorded& recorded);
  // Records `next`, made of the stored version `before`. What that left as it was is not checked
  // again: a catalogue that changed since must not keep anybody in a programme or a pause.
  void Change(const QueryContext& context, const events::v1::CarePlanRecorded& before,
              events::v1::CarePlanRecorded next, const std::string& trace_parent,
              v1::PutCarePlanResponse& response, Done done);

  // The team of the version lately recorded here, when it stands above the one with `etag_shown`.
  std::optional<std::string> TeamAhead(const std::string& patient_id,
                                       const std::string& etag_shown);

 private:
  // A version lately recorded, and the etags it stands above, which the tables may still show.
  struct Pending {
    events::v1::CarePlanRecorded recorded;
    std::vector<std::string> superseded;
    absl::Time at;
  };
  static const std::string& EtagOf(const Pending& pending) {
    return pending.recorded.care_plan().etag();
  }
  static bool IsAhead(const Pending& pending, const std::string& etag_shown);

  void Record(const QueryContext& context, events::v1::CarePlanRecorded recorded,
              const std::string& trace_parent, v1::PutCarePlanResponse& response, Done done);
  // Gives the plan its new etag and makes it the newest known.
  grpc::Status TakeEtag(const QueryContext& context, events::v1::CarePlanRecorded& recorded);
  // The version lately recorded here; null when there is none.
  Pending* FindKnown(const std::string& patient_id, absl::Time now)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropPending(const std::string& patient_id, const std::string& etag);

  const Config& config_;
  const PlanBounds bounds_;
  const PlanReviewer& reviewer_;
  Outbox& outbox_;
  Metrics& metrics_;
  absl::Mutex mutex_;
  std::map<std::string, Pending> pending_ ABSL_GUARDED_BY(mutex_);  // by patient, bounded
};

}  // namespace withdrawal::clinician
