// Last-known vital signs: what may stand in for a parameter that a set of vital signs lacks.
#pragma once

#include "libs/domain/check_in.h"
#include "libs/domain/news2.h"
#include "services/scoring/core/state.h"

namespace withdrawal::scoring {

// The NEWS2 parameters of the check-in itself, then those last known within their window, with
// their age. A parameter set aside in this check-in, or whose newest reading was set aside, stays
// missing. A reading observed later than this check-in never stands in for it, nor any for a
// check-in of which only the day is known.
domain::News2Input CompleteFromLastKnown(const PatientState& state, const domain::CheckIn& check_in,
                                         const domain::VitalSigns& vitals,
                                         const domain::News2& news2);

// Remembers the readings, and the set-aside ones as unknown, unless something newer is known. Not
// those of which only the day is known.
void RememberVitals(PatientState& state, const domain::CheckIn& check_in,
                    const domain::VitalSigns& vitals);

// Whether the check-in says anything about NEWS2, if only that a reading was set aside.
bool ConcernsNews2(const domain::CheckIn& check_in, const domain::VitalSigns& vitals);

}  // namespace withdrawal::scoring
