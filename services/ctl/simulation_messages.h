// A simulated ward as messages to send and as the truth written beside. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/ctl/batch_sender.h"
#include "services/ctl/core/simulation.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::ctl {

// Where simulated time lies: it ends at `ends_at` and is sent `speed` times faster than life, or at
// once (0). Nothing is ever observed in the future.
struct SimulatedClock {
  absl::Time ends_at;
  absl::Duration length;  // of simulated time
  double speed = 0;

  absl::Time ObservedAt(absl::Duration at) const { return ends_at - (length - at); }
  absl::Time SendAt(absl::Duration at) const {
    return speed > 0 ? ends_at - (length - at) / speed : absl::InfinitePast();
  }
};

// In order of sending, and of observation per person.
std::vector<Outgoing> SimulationMessages(const std::vector<SimulatedPatient>& patients,
                                         const SimulatedClock& clock);

// A check-in is due as often as the course sends one. Monitored from `now`: alerting waits for
// nobody before the plan was recorded.
epb::CarePlan SimulationPlan(const SimulatedPatient& patient, const SimulatedClock& clock,
                             const std::string& team, absl::Time now);

// One line of JSON: patient, course, substance_class, last_use_at, silent_from (null, or when),
// never_sends, check_ins, expected_alerts [{rule, check_in_id, observed_at}].
std::string TruthLine(const SimulatedPatient& patient, const SimulatedClock& clock);

}  // namespace withdrawal::ctl
