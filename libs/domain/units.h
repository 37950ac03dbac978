// Units of measure: UCUM codes and the written forms we read as one of them. Pure physics; which
// units a reading may have is catalogue data (vitals.yaml, medications.yaml).
#pragma once

#include <optional>
#include <string_view>

#include "libs/domain/check_in.h"

namespace withdrawal::domain {

// The unit every Vital has inside the system: "/min", "%", "mm[Hg]", "Cel", "kg", "g/L".
std::string_view CanonicalUnit(Vital vital);

// `value` in `unit` as the canonical unit of `vital`; absent when the unit does not measure it.
// Reads UCUM codes and the written forms of units.cc ("mmHg", "mm/Hg", "bpm", ...).
std::optional<double> ToCanonical(Vital vital, double value, std::string_view unit);

// mg, ug, mcg and g to mg; absent for any other unit.
std::optional<double> ToMilligrams(double value, std::string_view unit);

}  // namespace withdrawal::domain
