// A ward of invented people: plausible courses, silence, red flags and device faults, with the
// truth about each. Same options and instruments, same output. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/domain/check_in.h"
#include "libs/domain/instrument.h"
#include "services/ctl/core/course.h"

namespace withdrawal::ctl {

using domain::Duration;

struct SimulationOptions {
  int patients = 12;
  double days = 3;  // > 0
  uint64_t seed = 1;
  std::string prefix;  // of patient ids
};

struct SimulatedCheckIn {
  std::string check_in_id;
  Duration at;  // since the simulation began
  domain::Rater rater = domain::Rater::kPatient;
  // Vital signs in the units of domain::Vital; faults are among them, as a device would send them.
  domain::CheckInKind kind;
};

// An alert that must be raised because of this check-in. Others may be: scores and vital signs run
// their own course.
struct ExpectedAlert {
  std::string rule;
  std::string check_in_id;
};

struct SimulatedPatient {
  std::string patient_id;
  const Course* course = nullptr;
  double last_use_hours = 0;  // before the simulation began
  // Nothing comes from then on; 0 = this person never sends anything.
  std::optional<Duration> silent_from;
  std::vector<SimulatedCheckIn> check_ins;  // by time
  std::vector<ExpectedAlert> expected;
};

// `instruments` as in the catalogue; an instrument that is not there is left out of the courses.
std::vector<SimulatedPatient> Simulate(const std::map<std::string, domain::Instrument>& instruments,
                                       const SimulationOptions& options);

}  // namespace withdrawal::ctl
