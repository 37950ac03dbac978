// Which alerts a watcher wants. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "services/clinician/request_check.h"
#include "services/clinician/token.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

struct AlertFilter {
  std::string team;        // empty = all
  std::string patient_id;  // empty = all
  events::v1::Priority priority_at_least = events::v1::PRIORITY_UNSPECIFIED;

  static AlertFilter Of(const v1::WatchAlertsRequest& request) {
    return {request.team(), request.patient_id(), request.priority_at_least()};
  }
  std::vector<rpc::FieldViolation> Check() const {
    std::vector<rpc::FieldViolation> violations;
    CheckFilter("team", team, violations);
    CheckFilter("patient_id", patient_id, violations);
    CheckFilter("priority_at_least", priority_at_least, violations);
    return violations;
  }
  bool Matches(const events::v1::Alert& alert) const {
    return (team.empty() || alert.team() == team) &&
           (patient_id.empty() || alert.patient_id() == patient_id) &&
           alert.priority() >= priority_at_least;
  }
  // The team an alert leaves has to hear of it.
  bool Matches(const events::v1::AlertEvent& event) const {
    if (Matches(event.alert())) return true;
    return event.has_transferred() && event.transferred().from_team() == team &&
           (patient_id.empty() || event.alert().patient_id() == patient_id) &&
           event.alert().priority() >= priority_at_least;
  }
  uint32_t fingerprint() const {
    return Fingerprint(
        {"watch", team, patient_id, std::to_string(static_cast<int>(priority_at_least))});
  }
};

}  // namespace withdrawal::clinician
