// That somebody's record changed, and who wants to hear of it. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/clinician/event_ring.h"
#include "services/clinician/request_check.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

struct PatientChange {
  std::string patient_id;
  absl::Time at;
  v1::TimelineKind what = v1::TIMELINE_KIND_UNSPECIFIED;
  // The person's team, "" when there is none yet, and the one left by this change.
  std::vector<std::string> teams;
};

using PatientRing = EventRing<PatientChange>;

struct PatientFilter {
  std::string team;        // empty = all
  std::string patient_id;  // empty = all
  // Of these teams only, "" = people no team has yet; absent = all. What the caller may see.
  std::optional<std::vector<std::string>> teams;

  static PatientFilter Of(const v1::WatchPatientsRequest& request) {
    return {request.team(), request.patient_id(), {}};
  }
  std::vector<rpc::FieldViolation> Check() const {
    std::vector<rpc::FieldViolation> violations;
    CheckFilter("team", team, violations);
    CheckFilter("patient_id", patient_id, violations);
    return violations;
  }
  bool Matches(const PatientChange& change) const {
    return (patient_id.empty() || change.patient_id == patient_id) &&
           std::any_of(change.teams.begin(), change.teams.end(), [this](const std::string& of) {
             return (team.empty() || of == team) && MayShow(of);
           });
  }
  uint32_t fingerprint() const {
    std::vector<std::string> parts = {"watch-patients", team, patient_id};
    if (teams) parts.insert(parts.end(), teams->begin(), teams->end());
    return Fingerprint(parts);
  }

 private:
  bool MayShow(const std::string& of_team) const {
    return !teams || std::find(teams->begin(), teams->end(), of_team) != teams->end();
  }
};

}  // namespace withdrawal::clinician
