// Which alerts a watcher wants. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
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
  // Of these teams only, "" = people no team has yet; absent = all. What the caller may see.
  std::optional<std::vector<std::string>> teams;

  static AlertFilter Of(const v1::WatchAlertsRequest& request) {
    return {request.team(), request.patient_id(), request.priority_at_least(), {}};
  }
  std::vector<rpc::FieldViolation> Check() const {
    std::vector<rpc::FieldViolation> violations;
    CheckFilter("team", team, violations);
    CheckFilter("patient_id", patient_id, violations);
    CheckFilter("priority_at_least", priority_at_least, violations);
    return violations;
  }
  bool Matches(const events::v1::Alert& alert) const {
    return (team.empty() || alert.team() == team) && MayShow(alert.team()) &&
           (patient_id.empty() || alert.patient_id() == patient_id) &&
           alert.priority() >= priority_at_least;
  }
  // The team an alert leaves has to hear of it.
  bool Matches(const events::v1::AlertEvent& event) const {
    if (Matches(event.alert())) return true;
    if (!event.has_transferred()) return false;
    const std::string& from = event.transferred().from_team();
    return (team.empty() || from == team) && MayShow(from) &&
           (patient_id.empty() || event.alert().patient_id() == patient_id) &&
           event.alert().priority() >= priority_at_least;
  }
  uint32_t fingerprint() const {
    std::vector<std::string> parts = {"watch", team, patient_id,
                                      std::to_string(static_cast<int>(priority_at_least))};
    // Whoever may see more than before needs a snapshot of it first.
    if (teams) parts.insert(parts.end(), teams->begin(), teams->end());
    return Fingerprint(parts);
  }

 private:
  bool MayShow(const std::string& of_team) const {
    return !teams || std::find(teams->begin(), teams->end(), of_team) != teams->end();
  }
};

}  // namespace withdrawal::clinician
