// Pause, resume, transfer, discharge: each writes a new version of the person's plan. What that
// does to alerts and timers is alerting's to decide.
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

 private:
  // `apply(before, next)` changes the next version, or refuses.
  template <typename Request, typename Apply>
  void Write(const QueryContext& context, const Request& request,
             std::vector<rpc::FieldViolation> violations, const std::string& trace_parent,
             v1::PutCarePlanResponse& response, Done done, const Apply& apply);

  PlanWriter& plans_;
};

}  // namespace withdrawal::clinician
