// Is a rule's condition true of a check-in, given what is known about the person?
#pragma once

#include <string>
#include <vector>

#include "libs/domain/rule.h"
#include "services/alerting/core/facts.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

enum class Truth {
  kUnknown,  // the check-in does not say
  kClear,    // false, and by more than the margin (AL-02)
  kNear,     // false, but within the margin, or only a lower bound
  kTrue,
};

struct Verdict {
  Truth truth = Truth::kUnknown;
  // This check-in itself carries the reason; old observations alone never raise or clear.
  bool fresh = false;
  std::string evidence;
};

Verdict Evaluate(const domain::Condition& condition, const Facts& facts, const State& state,
                 const domain::AlertPolicy& policy);

// The observations of this check-in that conditions with a window must remember, and for how long
// any of them is needed.
std::vector<RecentReading> Memorable(const Facts& facts, const domain::AlertPolicy& policy);
Duration MemoryNeeded(const domain::AlertPolicy& policy);

}  // namespace withdrawal::alerting
