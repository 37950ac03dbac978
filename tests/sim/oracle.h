// What must hold at the end of a simulation, whatever happened on the way. Knows nothing of loops
// and transactions: only what was sent, and what a read_committed reader finds.
#pragma once

#include "tests/sim/load.h"
#include "tests/sim/simulation.h"

namespace withdrawal::sim {

//   - every check-in is scored exactly once, each person's in the order they were sent
//   - every record nobody could read is set aside exactly once
//   - each alert's events are numbered 1, 2, 3, ... without gap or repetition
//   - every urgent check-in and every seizure counts in an alert exactly once, and nothing else
//   does
//   - an alert nobody acknowledged has gone up its ladder to the end, no rung early; one that was
//     acknowledged was acknowledged once and has not been escalated within the time for assessment
//   - each person's silence is one alert, raised after it began and not by a backlog of ours
Outcome Judge(const Brokers& brokers, const Load& load);

}  // namespace withdrawal::sim
