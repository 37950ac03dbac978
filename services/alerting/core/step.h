// Alerting as a function: what a check-in, a command, a plan or the passing of time does to the
// alerts of one person. Pure: no clock, no I/O, no protobuf. Thread-safe, as it shares nothing.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "libs/domain/alert.h"
#include "libs/domain/rule.h"
#include "libs/domain/score.h"
#include "libs/domain/suitability.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

struct PlanRecorded {
  domain::CarePlan plan;
  Instant recorded_at;
  bool overridden = false;  // recorded for a reason although a finding of the review blocks it
};
// The plan record was deleted: the person is no longer ours to monitor.
struct PlanRemoved {
  std::string patient_id;
};
struct Tick {
  std::string patient_id;
  bool caught_up = true;  // false: input of before the deadline may still be unread
};
using Input = std::variant<domain::ScoredCheckIn, domain::AlertCommand, PlanRecorded, PlanRemoved,
                           domain::Intake, Tick>;

struct Outcome {
  State state;
  std::vector<domain::AlertEvent> events;  // in order; emergencies of a check-in first
};

// Judged by the policy of the plan's programmes (AlertPolicy::For).
// `now` is processing time and never goes back for one person: the clock of alert ladders. Clinical
// conditions use the time of observation, missed check-ins the time of receipt.
Outcome Step(State state, const Input& input, const domain::AlertPolicy& policies, Instant now);

// When the state next wants a Tick; absent = never. After Step(state, Tick, now) it is > now.
std::optional<Instant> NextDeadline(const State& state, const domain::AlertPolicy& policies);

}  // namespace withdrawal::alerting
