// SU-G08: is care at home still as suitable as when it was decided? Keeps the answers of the newest
// intake, takes over what care itself answers later (Input.fed_by in the catalogue), judges again
// when something has changed, and raises when the verdict is worse than the one before: a higher
// consequence, a higher level of care, or a further rule that says not suitable. What was worse
// once is the measure of the next comparison, so a worsening is told once.
#pragma once

#include "libs/domain/care_plan.h"
#include "libs/domain/rule.h"
#include "libs/domain/score.h"
#include "services/alerting/core/alert_book.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

// A new intake replaces the one before and what care had answered since. Without an active plan it
// is only kept: the person is not in care yet. The first one is told
// when it says not suitable, unless care began for a reason.
void NoteIntake(State& state, const domain::Intake& intake, const domain::AlertPolicy& policy,
                Instant now, AlertBook& book);

// An accepted check-in. What was observed before the intake changes nothing, and what is older than
// an answer already taken over may raise but never improves (late data).
void FeedIntake(State& state, const domain::ScoredCheckIn& scored,
                const domain::AlertPolicy& policy, AlertBook& book);

// A plan that has been recorded, and is in `state` already. `begins`: care does. If the verdict is
// not suitable and nobody gave a reason, then the review did not know it (PL-02 would have asked
// for one), so it is told here.
void FeedIntakeFromPlan(State& state, Instant recorded_at, bool begins,
                        const domain::AlertPolicy& policy, AlertBook& book);

// Whether the newest answer, of the intake or of care since, is yes.
bool SaysPregnant(const State& state);

}  // namespace withdrawal::alerting
