// Is a rule's condition true of a check-in, given what is known about the person?
#pragma once

#include <map>
#include <optional>
#include <set>
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
  // kNear for no other reason than that a form is incomplete: what is there is clear.
  bool incomplete = false;
  // Timed conditions: what they count from (each such moment raises once), and since when they are
  // true.
  Instant anchor = absl::InfinitePast();
  Instant since = absl::InfinitePast();
  std::string about = {};            // of Fact
  std::set<std::string> parts = {};  // codes (PartCode) of what makes it true
};

// By the plan in force when it was observed, with the edge that plan moved, if it did.
Verdict Evaluate(const domain::Rule& rule, const Facts& facts, const State& state,
                 const domain::AlertPolicy& policy);

// What the check-in says of each part of the condition that it says anything of, by code.
std::map<std::string, Verdict> PartsNow(const domain::Rule& rule, const Facts& facts,
                                        const State& state, const domain::AlertPolicy& policy);

// Whether some part of it counts missed doses: then a new plan may end it.
bool CountsMissedDoses(const domain::Condition& condition);

// The earliest moment after `after` at which some part of the condition may change because time
// passes; absent = never. May come early, never late.
std::optional<Instant> NextChange(const domain::Condition& condition, const State& state,
                                  const domain::AlertPolicy& policy, Instant after);

// The observations of this check-in that conditions with a window must remember, and for how long
// any of them is needed.
std::vector<RecentReading> Memorable(const Facts& facts, const domain::AlertPolicy& policy);
Duration MemoryNeeded(const domain::AlertPolicy& policy);
// How long before an observation a dose still matters to some rule.
Duration DosesNeeded(const domain::AlertPolicy& policy);
// Codes of the numbers that are compared with earlier ones, and how far back.
std::map<std::string, Duration> SeriesNeeded(const domain::AlertPolicy& policy);

}  // namespace withdrawal::alerting
