// What clinicians do to alerts (AL-06, AL-10, MC-04).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/alerting/core/alert_book.h"

namespace withdrawal::alerting {

using domain::Alert;
using domain::AlertStatus;

void AlertBook::Apply(const domain::AlertCommand& command) {
  // A command id is unique per alert, not per person.
  const std::string id = absl::StrCat(command.alert_id, "/", command.command_id);
  auto& seen = state_.command_ids;
  if (std::find(seen.begin(), seen.end(), id) != seen.end()) return;
  seen.push_back(id);
  if (seen.size() > kRecentCommandsMax) seen.erase(seen.begin());
  const auto found =
      std::find_if(state_.open.begin(), state_.open.end(),
                   [&](const OpenAlert& open) { return open.alert.alert_id == command.alert_id; });
  if (found == state_.open.end()) return;
  std::visit([&](const auto& kind) { Carry(*found, command, kind); }, command.command);
}

void AlertBook::Carry(OpenAlert& open, const domain::AlertCommand& command,
                      const domain::ResolveAlert& kind) {
  if (kind.reason.empty()) return;
  Resolve(open, command.actor, command.command_id, kind.reason, kind.outcome);
}

void AlertBook::Carry(OpenAlert& open, const domain::AlertCommand& command,
                      const domain::AcknowledgeAlert& kind) {
  Alert& alert = open.alert;
  alert.status = AlertStatus::kAcknowledged;
  alert.acknowledged_by = command.actor;
  const auto clock = policy_.ladders.assessment.find(alert.priority);
  open.reassess_at.reset();
  if (clock != policy_.ladders.assessment.end()) open.reassess_at = now_ + clock->second;
  ScheduleNext(open);
  Emit(alert, domain::AlertAcknowledged{command.actor, command.command_id, kind.note});
}

void AlertBook::Carry(OpenAlert& open, const domain::AlertCommand& command,
                      const domain::ShelveAlert& kind) {
  Alert& alert = open.alert;
  const auto longest = policy_.management.shelve_max.find(alert.priority);
  if (longest == policy_.management.shelve_max.end()) {
    return Refuse(open, command, "an emergency is never shelved");
  }
  if (kind.reason.empty()) return Refuse(open, command, "no reason given");
  if (kind.until - command.issued_at > longest->second) {
    return Refuse(open, command, "longer than its priority allows");
  }
  if (kind.until <= now_) return Refuse(open, command, "the time was over already");
  state_.shelves[alert.rule_id] = {kind.until, command.actor, kind.reason, alert.priority};
  alert.shelved_until = kind.until;
  ScheduleNext(open);
  Emit(alert, domain::AlertShelved{command.actor, command.command_id, kind.reason, kind.until});
}

void AlertBook::Carry(OpenAlert& open, const domain::AlertCommand& command,
                      const domain::UnshelveAlert& kind) {
  if (!open.alert.shelved_until) return Refuse(open, command, "it was not shelved any more");
  Unshelve(open, command.actor, command.command_id, kind.note);
}

// MC-05: called, not reached, and the last known state is at least moderate.
void AlertBook::Carry(OpenAlert& open, const domain::AlertCommand& command,
                      const domain::ReportFailedCall& kind) {
  Alert& alert = open.alert;
  if (alert.rule_id != policy_.missed.rule.id) {
    return Refuse(open, command, "not a missed check-in");
  }
  Emit(alert, domain::AlertNoted{command.actor, command.command_id, kind.note, true});
  const domain::Ladder* ladder = FindLadder(open);
  if (ladder == nullptr || alert.priority != domain::Priority::kUrgent ||
      !LastKnownStateIsModerate()) {
    return;
  }
  for (int i = alert.rung + 1; i < static_cast<int>(ladder->rungs.size()); ++i) {
    if (ladder->rungs[i].priority < domain::Priority::kEmergency) continue;
    open.ladder_start = now_ - ladder->rungs[i].after;
    return EscalateTo(open, ladder, i, true);
  }
}

void AlertBook::Carry(OpenAlert& open, const domain::AlertCommand& command,
                      const domain::ReassignAlert& kind) {
  open.alert.assigned_to = kind.to_actor;
  Emit(open.alert,
       domain::AlertReassigned{command.actor, command.command_id, kind.note, kind.to_actor});
}

void AlertBook::Carry(OpenAlert& open, const domain::AlertCommand& command,
                      const domain::CommentAlert& kind) {
  Emit(open.alert, domain::AlertNoted{command.actor, command.command_id, kind.note});
}

void AlertBook::Carry(OpenAlert& open, const domain::AlertCommand&,
                      const domain::ReportPage& kind) {
  Emit(open.alert, kind.report);
  const domain::PageOutcome outcome = kind.report.outcome;
  const bool nobody = outcome == domain::PageOutcome::kUndeliverable ||
                      outcome == domain::PageOutcome::kNobodyOnCall;
  // A rung that was left meanwhile calls nobody any more.
  const bool current =
      kind.report.rung == open.alert.rung && kind.report.target == open.alert.target;
  if (nobody && current) PassOver(open, kind.report.reason);
}

bool AlertBook::LastKnownStateIsModerate() const {
  return std::any_of(state_.last_states.begin(), state_.last_states.end(),
                     [this](const auto& last) {
                       const auto moderate = policy_.missed.moderate_from.find(last.first);
                       return moderate != policy_.missed.moderate_from.end() &&
                              last.second.total >= moderate->second;
                     });
}

void AlertBook::Refuse(OpenAlert& open, const domain::AlertCommand& command,
                       const std::string& reason) {
  Emit(open.alert, domain::AlertCommandRefused{command.actor, command.command_id, reason});
}

void AlertBook::Unshelve(OpenAlert& open, const std::string& actor, const std::string& command_id,
                         const std::string& reason) {
  Alert& alert = open.alert;
  alert.shelved_until.reset();
  state_.shelves.erase(alert.rule_id);
  alert.status = AlertStatus::kOpen;
  alert.acknowledged_by.clear();
  open.reassess_at.reset();
  BeginLadderAnew(open);
  Emit(alert, domain::AlertUnshelved{actor, command_id, reason});
}

void AlertBook::EndShelves(const std::string& reason) {
  for (OpenAlert& open : state_.open) {
    if (open.alert.shelved_until) Unshelve(open, kSystemActor, "", reason);
  }
  state_.shelves.clear();
}

}  // namespace withdrawal::alerting
