// The life of the alerts of one person: raised, repeated, escalated, acknowledged, resolved.
// Changes the state it is given and keeps the events in order. Knows ladders, not conditions.
#pragma once

#include <string>
#include <vector>

#include "libs/domain/rule.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

inline constexpr char kSystemActor[] = "system";

// What made a rule true.
struct Cause {
  std::string evidence;
  Instant observed_at;
  Instant received_at;
  std::string check_in_id;  // empty: time passed
  bool data_incomplete = false;
};

class AlertBook {
 public:
  AlertBook(State& state, const domain::AlertPolicy& policy, std::string patient_id, Instant now)
      : state_(state), policy_(policy), patient_id_(std::move(patient_id)), now_(now) {}

  OpenAlert* FindByRule(const std::string& rule_id);
  OpenAlert* FindByEntry(const std::string& entry_id);

  void Raise(const domain::Rule& rule, const Cause& cause);
  // On the rung the time since `due_at` says.
  void RaiseMissed(const std::string& ladder_id, const std::string& entry_id, Instant due_at,
                   const Cause& cause, bool caught_up);
  void Repeat(OpenAlert& open, const Cause& cause);
  // Invalidates the reference.
  void Resolve(OpenAlert& open, const std::string& actor, const std::string& command_id,
               const std::string& reason);
  // Nothing for an unknown or closed alert, or a command already carried out.
  void Apply(const domain::AlertCommand& command);
  // Each overdue alert goes once, to the rung the time says.
  void EscalateOverdue();
  // No further rungs: a missed check-in has come, a human still has to close it (MC-07).
  void HaltLadder(OpenAlert& open);
  bool IsLate(const Cause& cause) const;

  std::vector<domain::AlertEvent> TakeEvents() { return std::move(events_); }

 private:
  domain::Alert NewAlert(const domain::Rule& rule, const Cause& cause);
  const domain::Ladder* FindLadder(const OpenAlert& open) const;
  int RungAt(const domain::Ladder& ladder, Instant start) const;
  void Escalate(OpenAlert& open);
  void Acknowledge(OpenAlert& open, const domain::AlertCommand& command, const std::string& note);
  void ScheduleNext(OpenAlert& open) const;
  template <typename Kind>
  void Emit(domain::Alert& alert, Kind kind);

  State& state_;
  const domain::AlertPolicy& policy_;
  const std::string patient_id_;
  const Instant now_;
  std::vector<domain::AlertEvent> events_;
};

}  // namespace withdrawal::alerting
