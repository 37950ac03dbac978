// Totals over time: change against earlier ones, in order of observation, not of arrival.
#pragma once

#include "libs/domain/score.h"
#include "services/scoring/core/state.h"

namespace withdrawal::scoring {

// Fills change_from_previous, change_from_baseline, prior_totals and out_of_order from what is
// known, then adds a complete total to its history under the check-in's hash. "Earlier" is strictly
// earlier. What is known to the day only is compared with the baseline alone and not added: it has
// no place between the hours (case C53).
void Compare(PatientState& state, const domain::CheckIn& check_in, uint64_t id,
             domain::Score& score);

// Takes the total of that check-in out of every history: it was amended.
void Retract(PatientState& state, uint64_t id);

}  // namespace withdrawal::scoring
