// From CSV files to the check-ins a replay sends. Pure: no clock, no file, no network.
//
// Two shapes of file are known, told apart by their header:
//   vitals  hospitalization_id,recorded_dttm,vital_category,vital_value   (CLIF)
//           categories heart_rate, respiratory_rate, spo2, sbp, dbp, temp_c, weight_kg; `map` is
//           derived from sbp and dbp and is left out (DERIVED_VALUE; a second one of the same
//           instant is a DUPLICATE_READING like any other)
//   items   patient_id,observed_at,instrument,item,value[,unit]
//           one answer of an instrument a row; instrument `vital-signs` with item pulse,
//           respiratory_rate, spo2, systolic, diastolic, temperature, weight or breath_alcohol is a
//           reading in `unit` (UCUM; the unit VitalSigns names first when empty)
// Rows of one person and one instant (and one instrument) become one check-in. A second row for the
// same value is refused as DUPLICATE_READING; the first in the file stands.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/domain/time.h"

namespace withdrawal::ctl {

using domain::Duration;
using domain::Instant;

inline constexpr std::string_view kVitalSigns = "vital-signs";

struct PlannedValue {
  std::string code;  // field of VitalSigns, or item code
  double value = 0;
  std::string unit;  // readings only
};

struct PlannedCheckIn {
  std::string person;  // as in the file
  std::string check_in_id;
  Instant recorded_at;     // as in the file
  std::string instrument;  // or kVitalSigns
  std::vector<PlannedValue> values;
};

struct ReplayPlan {
  int rows_read = 0;
  // Rows that became part of no check-in, by reason: DUPLICATE_READING, DERIVED_VALUE, BLANK_VALUE,
  // NOT_A_NUMBER, UNKNOWN_CATEGORY, BAD_TIME, MISSING_PATIENT.
  std::map<std::string, int> rows_refused;
  std::vector<PlannedCheckIn> check_ins;  // by instant, then person, then instrument
};

// Adds the rows of one file. `content_id` names the file by its content; check-in ids are made of
// it and the line of the first row, so the same file gives the same ids. InvalidArgument: not CSV,
// or a header that is neither of the two shapes.
absl::Status AddFile(std::string_view text, const std::string& content_id, ReplayPlan& plan);

// When each check-in is said to be observed, and when it is sent.
//
// Intervals of one person are kept; each person is shifted so that the last observation falls on
// `ends_at`, the moment the replay ends. Nothing is ever observed in the future: sending is `speed`
// >= 1 times faster than life, so an observation is sent at or after its own time.
struct TimedCheckIn {
  const PlannedCheckIn* planned = nullptr;
  Instant observed_at;
  Instant send_at;
};

// `speed` 0: everything is sent at `starts_at`, which is then also the end.
// Ordered by send_at, then observed_at, then as in the plan.
// REQUIRES: speed == 0 or speed >= 1.
std::vector<TimedCheckIn> Schedule(const ReplayPlan& plan, Instant starts_at, double speed);

// How long a replay at `speed` takes: the longest person's time divided by it.
Duration ReplayLength(const ReplayPlan& plan, double speed);

}  // namespace withdrawal::ctl
