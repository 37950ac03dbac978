// A person's plan changes, pauses, goes to another team, ends or is deleted: what becomes of the
// alerts and timers, each with a trace.
#pragma once

#include <optional>

#include "services/alerting/core/alert_book.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

// Pause and end: missed check-ins are resolved, first readings that wait for a second are raised.
// Discharge: shelves end; alerts that do not latch are resolved, the others wait for a human. A
// completed programme raises the tolerance-loss warning. Another team: alerts go along.
void ChangePlan(State& state, const domain::CarePlan& plan, Instant recorded_at,
                const domain::AlertPolicy& policy, Instant now, AlertBook& book);

// The plan record was deleted. What stays: alerts that a human has to resolve, how many episodes
// there were, so that no alert_id is given twice, and what was seen.
void ForgetPerson(State& state, const domain::AlertPolicy& policy, Instant now, AlertBook& book);

// A pause whose end has come is over.
void EndPause(State& state, const domain::AlertPolicy& policy, Instant now, AlertBook& book);
std::optional<Instant> PauseEnd(const State& state);

// Closes only when a human resolves it (AL-05).
bool IsLatched(const OpenAlert& open, const domain::AlertPolicy& policy);

}  // namespace withdrawal::alerting
