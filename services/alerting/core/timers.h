// Rules that become true because time passes: nothing taken, nothing reported, nothing better for
// too long. Judged on ticks only, so that a backlog of our own never looks like a silent person.
#pragma once

#include <optional>

#include "services/alerting/core/alert_book.h"
#include "services/alerting/core/condition.h"

namespace withdrawal::alerting {

// Raises the timed rules that are true now, each once for what it counts from, and what has lasted
// long enough. `caught_up` false: input of before `now` may be unread, and the alert says so.
void JudgeTimed(State& state, const domain::AlertPolicy& policy, Instant now, bool caught_up,
                AlertBook& book);
// Resolves alerts about missed doses that the plan, as it is now, does not ask for.
void ResolveUnplanned(State& state, const domain::AlertPolicy& policy, Instant now,
                      AlertBook& book);
// When JudgeTimed is next due; in the past when it is overdue. Absent = never.
std::optional<Instant> NextTimed(const State& state, const domain::AlertPolicy& policy);

// A rule with `lasting` is true of a check-in.
void NoteLasting(State& state, const domain::Rule& rule, const Cause& cause);
// It is clear again. Data older than what was seen last says nothing.
void EndLasting(State& state, const domain::Rule& rule, Instant observed_at);
// What had lasted long enough when this was observed, if nothing ended it before. Call before the
// check-in is judged: then a backlog gives what ticks between its check-ins would have given.
void RaiseLastingBefore(State& state, const domain::AlertPolicy& policy, Instant observed_at,
                        AlertBook& book);

}  // namespace withdrawal::alerting
