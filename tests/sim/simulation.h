// A deployment in one thread: scoring and alerting, two instances each, real loops and real cores
// over simulated brokers, with faults. One seed decides everything; the same seed gives the same
// run. Simulated, with their chances: kills at any point of a round, processes stopped for longer
// than their session (and coming back, also beside their own replacement), failed calls, aborted
// transactions, rebalances, clocks that differ, records sent twice, nonsense.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/sim/load.h"
#include "tests/sim/process.h"

namespace withdrawal::sim {

struct Outcome {
  std::vector<std::string> violations;  // what the oracle found; empty = the promises held
  std::map<std::string, int> faults;    // by kind
  int check_ins = 0;
  int alerts = 0;
  int escalations = 0;
  uint64_t digest = 0;  // of everything the topics hold at the end
};

Outcome Simulate(uint64_t seed, Plant plant = Plant::kNone);

}  // namespace withdrawal::sim
