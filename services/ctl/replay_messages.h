// A planned replay as messages to send. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/catalogue/catalogue.h"
#include "services/ctl/batch_sender.h"
#include "services/ctl/core/replay_plan.h"

namespace withdrawal::ctl {

// What the files do not say and the user chose to take for granted in every vital-signs check-in.
struct Assumptions {
  std::optional<events::v1::Consciousness> consciousness;
  std::optional<bool> on_oxygen;
};

// "consciousness=alert", "oxygen=air", "oxygen=supplemental".
absl::StatusOr<Assumptions> ParseAssumptions(const std::vector<std::string>& words);

// Patient id of a person of the file: prefix, the person, and for copies after the first "-2", ....
std::string PatientId(const std::string& prefix, const std::string& person, int copy);

// The check-ins in order of sending, `copies` times with people of their own. Vital signs are a
// device's; answers a clinician's where the instrument needs one, else the patient's.
std::vector<Outgoing> ReplayMessages(const catalogue::Catalogue& catalogue,
                                     const std::vector<TimedCheckIn>& timed,
                                     const Assumptions& assumptions, const std::string& prefix,
                                     int copies);

}  // namespace withdrawal::ctl
