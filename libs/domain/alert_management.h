// How alerts are managed beyond their rules and ladders, as data (reference H: AL-03, AL-04, AL-10,
// AL-11, AL-13; B: tolerance loss). Filled by libs/catalogue from alert-management.yaml.
#pragma once

#include <map>

#include "libs/domain/alert.h"
#include "libs/domain/time.h"

namespace withdrawal::domain {

// More new alerts than a position can take in (AL-11).
struct FloodLimits {
  int above = 0;  // more than this many within `within`: a flood begins
  Duration within;
  int ends_below = 0;
};

struct AlertManagement {
  // An urgent rule true of one home reading waits this long for a second one (AL-03).
  Duration confirm_within;
  // Vital signs must be back inside for this long before an alert closes by itself (AL-04).
  Duration clear_vitals_for;
  // The longest a clinician may shelve; a priority that is absent is never shelved (AL-10).
  std::map<Priority, Duration> shelve_max;
  FloodLimits flood;
  // Scoring or alerting this far behind: monitoring is degraded (AL-13).
  Duration degraded_after;
};

}  // namespace withdrawal::domain
