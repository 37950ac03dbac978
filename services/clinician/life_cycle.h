// Pause, resume, transfer, discharge, merge and a check-in asked for: each writes a new version of
// the person's plan. What that does to alerts and timers is alerting's to decide.
//
// A version is written even when the newest known already says so: the tables follow the topic, and
// an answer from what they showed a moment ago could leave a person paused whom everybody believes
// watched. Nothing about the rest of the plan stands in the way of pause, transfer and discharge.
#pragma once

#include <string>
#include <vector>

#include "libs/rpc/status.h"
#include "services/clinician/plan_writer.h"

namespace withdrawal::clinician {

// Thread-safe, as PlanWriter is.
class LifeCycle {
 public:
  explicit LifeCycle(PlanWriter& plans) : plans_(plans) {}

  // As PlanWriter::PutCarePlan, and NOT_FOUND PATIENT_NOT_FOUND for a person without a plan,
  // FAILED_PRECONDITION NOT_MONITORED for one whose monitoring has ended. Only Resume can be
  // PLAN_BLOCKED, by what the stored version does not override already.
  void Pause(const QueryContext& context, const v1::PausePatientRequest& request,
             const std::string& trace_parent, v1::PutCarePlanResponse& response, Done done);
  void Resume(const QueryContext& context, const v1::ResumePatientRequest& request,
              const std::string& trace_parent, v1::PutCarePlanResponse& response, Done done);
  void Transfer(const QueryContext& context, const v1::TransferPatientRequest& request,
                const std::string& trace_parent, v1::PutCarePlanResponse& response, Done done);
  void Discharge(const QueryContext& context, const v1::DischargePatientRequest& request,
                 const std::string& trace_parent, v1::PutCarePlanResponse& response, Done done);
  // Ends monitoring with a pointer to the record the person goes on under. Also of a record that
  // has ended; the same merge again is answered like the first.
  //   NOT_FOUND            PATIENT_NOT_FOUND: either of the two has no plan
  //   FAILED_PRECONDITION  MERGE_TARGET_NOT_MONITORED; ALREADY_MERGED into another
  void Merge(const QueryContext& context, const v1::MergePatientRequest& request,
             const std::string& trace_parent, v1::PutCarePlanResponse& response, Done done);
  // Adds an entry to the schedule that is due in a while and satisfied by all that comes from now
  // on; takes out those of older requests that were answered.
  //   FAILED_PRECONDITION  NOT_MONITORED also while monitoring is paused: nothing is due then
  void RequestCheckIn(const QueryContext& context, const v1::RequestCheckInRequest& request,
                      const std::string& trace_parent, v1::PutCarePlanResponse& response,
                      Done done);

 private:
  // `apply(before, next)` changes the next version, or refuses.
  template <typename Request, typename Apply>
  void Write(const QueryContext& context, const Request& request,
             std::vector<rpc::FieldViolation> violations, const std::string& trace_parent,
             v1::PutCarePlanResponse& response, Done done, const Apply& apply);

  PlanWriter& plans_;
};

}  // namespace withdrawal::clinician
