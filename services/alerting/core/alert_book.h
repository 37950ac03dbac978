// The life of the alerts of one person: raised, repeated, escalated, acknowledged, shelved,
// resolved. Changes the state it is given and keeps the events in order. Knows ladders and
// shelves, not conditions.
#pragma once

#include <set>
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
  // A confirmed reading stands for two (AL-03).
  int count = 1;
  std::optional<Instant> last_seen_at = {};  // absent: observed_at
  bool data_incomplete = false;
  std::set<std::string> parts = {};  // of OpenAlert
};

class AlertBook {
 public:
  AlertBook(State& state, const domain::AlertPolicy& policy, std::string patient_id, Instant now)
      : state_(state), policy_(policy), patient_id_(std::move(patient_id)), now_(now) {}

  OpenAlert* FindByRule(const std::string& rule_id);
  OpenAlert* FindByEntry(const std::string& entry_id);

  // On a shelf of the rule the alert stands, with its reason, and nobody is told (AL-10).
  void Raise(const domain::Rule& rule, const Cause& cause);
  // On the rung the time since `due_at` says.
  void RaiseMissed(const std::string& ladder_id, const std::string& entry_id, Instant due_at,
                   const Cause& cause, bool caught_up);
  void Repeat(OpenAlert& open, const Cause& cause);
  void RaiseOrRepeat(const domain::Rule& rule, const Cause& cause);
  // Climbs another ladder from now on.
  void ChangeLadder(OpenAlert& open, const std::string& ladder_id) const;
  // Invalidates the reference. A human who resolves also ends the shelf of the rule.
  void Resolve(OpenAlert& open, const std::string& actor, const std::string& command_id,
               const std::string& reason,
               domain::AlertOutcome outcome = domain::AlertOutcome::kUnknown);
  // True, but no alert: only a trace with the reason (AL-14).
  void Suppress(const domain::Rule& rule, const Cause& cause, const std::string& reason);
  // Nothing for an unknown or closed alert, or a command already carried out.
  void Apply(const domain::AlertCommand& command);
  // Each overdue alert goes once, to the rung the time says; shelves whose time is over end.
  void EscalateOverdue();
  // A missed check-in has come and a human still has to close the alert: from here on it climbs as
  // any other of its priority (MC-07).
  void EndWait(OpenAlert& open);
  // To the plan's team: what the old team acknowledged or shelved no longer holds.
  void Transfer(OpenAlert& open, const std::string& team);
  // Ends the shelf of every rule; those with an open alert begin their ladder anew.
  void EndShelves(const std::string& reason);
  // After a change of the plan: quiet hours or consents may be others.
  void RescheduleAll();
  bool IsLate(const Cause& cause) const;
  bool IsOld(const Cause& cause) const;  // too old to page for (AL-12)

  std::vector<domain::AlertEvent> TakeEvents() { return std::move(events_); }

 private:
  domain::Alert NewAlert(const domain::Rule& rule, const Cause& cause);
  void NoteClosed(const std::string& rule_id, Instant until);
  // Emits what the alert's coming is: raised, or kept silent on a shelf.
  void Open(OpenAlert open);
  template <typename Kind>
  void Emit(domain::Alert& alert, Kind kind);

  // Commands (alert_commands.cc).
  void Carry(OpenAlert& open, const domain::AlertCommand& command,
             const domain::ResolveAlert& kind);
  void Carry(OpenAlert& open, const domain::AlertCommand& command,
             const domain::AcknowledgeAlert& kind);
  void Carry(OpenAlert& open, const domain::AlertCommand& command, const domain::ShelveAlert& kind);
  void Carry(OpenAlert& open, const domain::AlertCommand& command,
             const domain::UnshelveAlert& kind);
  void Carry(OpenAlert& open, const domain::AlertCommand& command,
             const domain::ReportFailedCall& kind);
  void Carry(OpenAlert& open, const domain::AlertCommand& command,
             const domain::ReassignAlert& kind);
  void Carry(OpenAlert& open, const domain::AlertCommand& command,
             const domain::CommentAlert& kind);
  void Carry(OpenAlert& open, const domain::AlertCommand& command, const domain::ReportPage& kind);
  void Refuse(OpenAlert& open, const domain::AlertCommand& command, const std::string& reason);
  void Unshelve(OpenAlert& open, const std::string& actor, const std::string& command_id,
                const std::string& reason);
  bool LastKnownStateIsModerate() const;

  // Ladders (alert_ladder.cc).
  const domain::Ladder* FindLadder(const OpenAlert& open) const;
  int RungAt(const domain::Ladder& ladder, Instant start) const;
  void Escalate(OpenAlert& open);
  void EscalateTo(OpenAlert& open, const domain::Ladder* ladder, int to, bool reopen,
                  const std::string& reason = "");
  // Nobody was reached on its rung: the next one of the same priority is called now (case C71).
  // The times of the ladder stay.
  void PassOver(OpenAlert& open, const std::string& reason);
  // Back to the first rung of the alert's priority, as of now.
  void BeginLadderAnew(OpenAlert& open) const;
  // A danger that nobody has seen yet under an alert that somebody has taken: paged anew.
  void CallAgain(OpenAlert& open, const std::string& evidence);
  void ScheduleNext(OpenAlert& open) const;
  // Whom a rung calls; empty: nobody may be (MC-03 without a consent).
  std::string TargetOf(const domain::Rung& rung) const;

  State& state_;
  const domain::AlertPolicy& policy_;
  const std::string patient_id_;
  const Instant now_;
  std::vector<domain::AlertEvent> events_;
};

template <typename Kind>
void AlertBook::Emit(domain::Alert& alert, Kind kind) {
  ++alert.version;
  events_.push_back({now_, alert, std::move(kind)});
}

}  // namespace withdrawal::alerting
