// Which ladder a silence climbs (reference B danger windows, D MC-*).
#pragma once

#include <string>

#include "services/alerting/core/alert_book.h"

namespace withdrawal::alerting {

// REQUIRES: there is a plan.
const domain::Ladder& MissedLadder(const State& state, const std::string& entry_id, Instant due_at,
                                   const domain::AlertPolicy& policy);
// A form that is due seldom was left out, and what would have noticed a silence is no longer due:
// its alert climbs as any other.
void LeaveRareLadder(State& state, const domain::AlertPolicy& policy, AlertBook& book);

}  // namespace withdrawal::alerting
