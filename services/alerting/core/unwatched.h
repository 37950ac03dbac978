// Nobody notices the silence of a person of whom nothing is asked: monitoring goes on and nothing
// is due any more, or a pause has no end. A clinician is asked what is meant, again and again.
#pragma once

#include <optional>

#include "services/alerting/core/alert_book.h"

namespace withdrawal::alerting {

void RaiseUnwatched(State& state, const domain::AlertPolicy& policy, Instant now, AlertBook& book);
// After a change of the plan.
void ResolveWatched(State& state, const domain::AlertPolicy& policy, AlertBook& book);
// When RaiseUnwatched is next due; absent = never.
std::optional<Instant> NextUnwatched(const State& state, const domain::AlertPolicy& policy);

}  // namespace withdrawal::alerting
