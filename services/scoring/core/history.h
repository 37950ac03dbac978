// Totals over time: change against earlier ones, in order of observation, not of arrival.
#pragma once

#include "libs/domain/score.h"
#include "services/scoring/core/state.h"

namespace withdrawal::scoring {

// Fills change_from_previous, change_from_baseline, prior_totals and out_of_order from what is
// known, then adds a complete total to its history. "Earlier" is strictly earlier.
void Compare(PatientState& state, domain::Instant observed_at, domain::Score& score);

}  // namespace withdrawal::scoring
