// Pause, resume, transfer, discharge: each writes a new version of the person's plan, through the
// same checks as any other plan. What that does to alerts and timers is alerting's to decide.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libs/rpc/status.h"
#include "services/clinician/commands.h"

namespace withdrawal::clinician {

// Thread-safe, as Commands is.
class LifeCycle {
 public:
  explicit LifeCycle(Commands& commands) : commands_(commands) {}

  // As Commands::PutCarePlan, and NOT_FOUND PATIENT_NOT_FOUND for a person without a plan,
  // FAILED_PRECONDITION NOT_MONITORED for one whose monitoring has ended. Nothing is written when
  // the plan already says so.
  void Pause(const QueryContext& context, const v1::PausePatientRequest& request,
             const std::string& trace_parent, v1::PutCarePlanResponse& response,
             Commands::Done done);
  void Resume(const QueryContext& context, const v1::ResumePatientRequest& request,
              const std::string& trace_parent, v1::PutCarePlanResponse& response,
              Commands::Done done);
  void Transfer(const QueryContext& context, const v1::TransferPatientRequest& request,
                const std::string& trace_parent, v1::PutCarePlanResponse& response,
                Commands::Done done);
  void Discharge(const QueryContext& context, const v1::DischargePatientRequest& request,
                 const std::string& trace_parent, v1::PutCarePlanResponse& response,
                 Commands::Done done);

 private:
  // Changes the plan; false = it is so already.
  using Change = std::function<bool(events::v1::CarePlan& plan)>;
  template <typename Request>
  void Write(const QueryContext& context, const Request& request,
             std::vector<rpc::FieldViolation> violations, const std::string& trace_parent,
             v1::PutCarePlanResponse& response, Commands::Done done, const Change& change);
  grpc::Status ReadPlan(const QueryContext& context, const std::string& patient_id,
                        events::v1::CarePlan& plan);

  Commands& commands_;
};

}  // namespace withdrawal::clinician
