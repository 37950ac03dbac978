// Lapses, sessions and support as alerting sees them (reference EN-03 to EN-07): numbers for
// the `engagement` conditions of rules, and the weeks of therapy that time closes. Pure.
#pragma once

#include <optional>

#include "libs/domain/rule.h"
#include "services/alerting/core/alert_book.h"
#include "services/alerting/core/facts.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

// Adds what the check-in says, seen against what was known before it.
void AddEngagementFacts(const domain::ScoredCheckIn& scored, const State& state, Facts& facts);

// Of an accepted check-in, after the rules were judged: a use moves the plan's last use of its
// class, as alerting keeps it, and the danger windows count from the later of both.
void RememberEngagement(State& state, const domain::ScoredCheckIn& scored);
void MoveLastUse(const ReportedUse& use, domain::CarePlan& plan);

// Call whenever a plan has taken its place in the state. A week counts when the plan asked for
// hours during all of it.
void NoteEngagementPlan(State& state, Instant recorded_at, const domain::AlertPolicy& policy,
                        AlertBook& book);

// Judges each ISO week of the plan's zone that is over, once. `caught_up` false: sessions of that
// week may be unread, and an alert says so. Sessions that are reported later change no verdict.
void CloseWeeks(State& state, const domain::AlertPolicy& policy, Instant now, bool caught_up,
                AlertBook& book);
// The end of the week that is judged next; absent = none.
std::optional<Instant> NextWeekClose(const State& state);

}  // namespace withdrawal::alerting
