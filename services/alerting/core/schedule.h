// When check-ins are due, and what happens when none comes (reference D, MC-*).
// Due times are kept by time of receipt; each entry of the plan's schedule stands for itself.
#pragma once

#include <optional>
#include <string>

#include "libs/domain/rule.h"
#include "services/alerting/core/alert_book.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

// Missed check-ins of entries that are gone, and all of them when monitoring stops, are resolved.
void ApplyPlan(State& state, const domain::CarePlan& plan, Instant recorded_at,
               const domain::AlertPolicy& policy, AlertBook& book);
void RemovePlan(State& state, const domain::AlertPolicy& policy, AlertBook& book);

void NoteReceived(State& state, const domain::CheckIn& check_in, const domain::AlertPolicy& policy,
                  AlertBook& book);

// A human closed the alert: the wait for the entry starts anew.
void Restart(State& state, const std::string& entry_id, const domain::AlertPolicy& policy,
             Instant now);

void RaiseOverdue(State& state, const domain::AlertPolicy& policy, Instant now, bool caught_up,
                  AlertBook& book);

// When the entry is first reminded of if nothing comes.
Instant FirstReminder(const State& state, const std::string& entry_id, const ScheduleState& entry,
                      const domain::AlertPolicy& policy);

}  // namespace withdrawal::alerting
