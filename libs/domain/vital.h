// What a vital sign may be: accepted units, plausible range and the numbers by which a device says
// "no reading" (reference A.19). Filled by libs/catalogue; the judgement here is pure.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/domain/check_in.h"
#include "libs/domain/field_error.h"

namespace withdrawal::domain {

struct VitalDefinition {
  Vital vital = Vital::kPulse;
  std::string title;
  std::string unit;                         // canonical UCUM unit
  std::vector<std::string> accepted_units;  // written forms, the canonical one first
  std::vector<std::string> loinc;           // codes a sender may use for it
  double from = 0;                          // plausible range in the canonical unit, inclusive
  double to = 0;
  std::vector<double> sentinels;       // numbers a device sends instead of a reading, in any unit
  bool zero_is_fault = false;          // 0 means a lead off, or the worst: a human must look
  bool fahrenheit_as_celsius = false;  // 90 to 110 "Cel" is taken for unconverted Fahrenheit
  std::string source;
};
using VitalDefinitions = std::map<Vital, VitalDefinition>;

struct RawReading {
  Vital vital = Vital::kPulse;
  double value = 0;
  std::string unit;  // as sent
};

struct JudgedVitals {
  std::array<std::optional<double>, kVitalCount> values;  // plausible, canonical units
  std::vector<SetAsideReading> set_aside;                 // original value and unit, with reason
  std::vector<FieldError> errors;                         // unknown unit, not a finite number
};

// Sorts readings into usable, set aside and refused. A blood pressure is one act of one cuff: when
// either half is set aside as a device sentinel, zero or implausible, so is the other; likewise
// when systolic is not above diastolic. REQUIRES: each vital at most once.
JudgedVitals JudgeVitals(const VitalDefinitions& definitions,
                         const std::vector<RawReading>& readings);

}  // namespace withdrawal::domain
