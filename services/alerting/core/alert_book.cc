#include "services/alerting/core/alert_book.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace withdrawal::alerting {

using domain::Alert;
using domain::AlertStatus;

template <typename Kind>
void AlertBook::Emit(Alert& alert, Kind kind) {
  ++alert.version;
  events_.push_back({now_, alert, std::move(kind)});
}

OpenAlert* AlertBook::FindByRule(const std::string& rule_id) {
  for (OpenAlert& open : state_.open) {
    if (open.alert.rule_id == rule_id) return &open;
  }
  return nullptr;
}

OpenAlert* AlertBook::FindByEntry(const std::string& entry_id) {
  for (OpenAlert& open : state_.open) {
    if (open.entry_id == entry_id) return &open;
  }
  return nullptr;
}

bool AlertBook::IsLate(const Cause& cause) const {
  return cause.received_at - cause.observed_at > policy_.ladders.late_after;
}

Alert AlertBook::NewAlert(const domain::Rule& rule, const Cause& cause) {
  Alert alert;
  alert.patient_id = patient_id_;
  alert.rule_id = rule.id;
  alert.episode = ++state_.episodes[rule.id];
  alert.alert_id = absl::StrCat(patient_id_, ":", rule.id, ":", alert.episode);
  alert.priority = rule.priority;
  alert.title = rule.title;
  alert.advice = rule.advice;
  alert.evidence = cause.evidence;
  alert.observed_at = cause.observed_at;
  alert.received_at = cause.received_at;
  alert.raised_at = now_;
  alert.last_seen_at = cause.observed_at;
  alert.count = 1;
  alert.catalogue = policy_.version;
  if (state_.plan) alert.team = state_.plan->team;
  alert.late = IsLate(cause);
  alert.check_in_id = cause.check_in_id;
  alert.paging_off = cause.received_at - cause.observed_at > policy_.ladders.paging_off_after;
  alert.technical = rule.technical;
  alert.data_incomplete = cause.data_incomplete;
  return alert;
}

void AlertBook::Raise(const domain::Rule& rule, const Cause& cause) {
  OpenAlert open;
  open.alert = NewAlert(rule, cause);
  open.ladder = rule.ladder;
  open.ladder_start = now_;
  ScheduleNext(open);
  Emit(open.alert, domain::AlertRaised{});
  state_.open.push_back(std::move(open));
}

void AlertBook::RaiseMissed(const std::string& ladder_id, const std::string& entry_id,
                            Instant due_at, const Cause& cause, bool caught_up) {
  OpenAlert open;
  open.alert = NewAlert(policy_.missed.rule, cause);
  open.alert.data_incomplete = !caught_up;
  open.ladder = ladder_id;
  open.ladder_start = due_at;
  open.entry_id = entry_id;
  if (const domain::Ladder* ladder = FindLadder(open); ladder != nullptr) {
    open.alert.rung = RungAt(*ladder, due_at);
    open.alert.priority = ladder->rungs[open.alert.rung].priority;
  }
  ScheduleNext(open);
  Emit(open.alert, domain::AlertRaised{});
  state_.open.push_back(std::move(open));
}

void AlertBook::Repeat(OpenAlert& open, const Cause& cause) {
  ++open.alert.count;
  open.alert.last_seen_at = std::max(open.alert.last_seen_at, cause.observed_at);
  open.clear_streak = 0;
  Emit(open.alert, domain::AlertRepeated{cause.evidence});
}

void AlertBook::Resolve(OpenAlert& open, const std::string& actor, const std::string& command_id,
                        const std::string& reason) {
  Alert& alert = open.alert;
  alert.status = AlertStatus::kResolved;
  alert.resolved_by = actor;
  alert.next_escalation_at.reset();
  Emit(alert, domain::AlertResolved{actor, command_id, reason});
  state_.open.erase(state_.open.begin() + (&open - state_.open.data()));
}

void AlertBook::Acknowledge(OpenAlert& open, const domain::AlertCommand& command,
                            const std::string& note) {
  Alert& alert = open.alert;
  alert.status = AlertStatus::kAcknowledged;
  alert.acknowledged_by = command.actor;
  const auto clock = policy_.ladders.assessment.find(alert.priority);
  open.reassess_at.reset();
  if (clock != policy_.ladders.assessment.end()) open.reassess_at = now_ + clock->second;
  ScheduleNext(open);
  Emit(alert, domain::AlertAcknowledged{command.actor, command.command_id, note});
}

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
  if (const auto* resolve = std::get_if<domain::ResolveAlert>(&command.command)) {
    if (resolve->reason.empty()) return;
    Resolve(*found, command.actor, command.command_id, resolve->reason);
  } else {
    Acknowledge(*found, command, std::get<domain::AcknowledgeAlert>(command.command).note);
  }
}

const domain::Ladder* AlertBook::FindLadder(const OpenAlert& open) const {
  const auto found = policy_.ladders.by_id.find(open.ladder);
  if (found == policy_.ladders.by_id.end() || found->second.rungs.empty()) return nullptr;
  return &found->second;
}

int AlertBook::RungAt(const domain::Ladder& ladder, Instant start) const {
  int rung = 0;
  for (size_t i = 0; i < ladder.rungs.size(); ++i) {
    if (start + ladder.rungs[i].after <= now_) rung = static_cast<int>(i);
  }
  return rung;
}

void AlertBook::ScheduleNext(OpenAlert& open) const {
  Alert& alert = open.alert;
  const bool acknowledged = alert.status == AlertStatus::kAcknowledged;
  alert.next_escalation_at = acknowledged ? open.reassess_at : std::nullopt;
  const domain::Ladder* ladder = FindLadder(open);
  if (ladder == nullptr || alert.paging_off) return;
  if (acknowledged && !ladder->runs_while_acknowledged) return;
  for (size_t i = alert.rung + 1; i < ladder->rungs.size(); ++i) {
    const Instant at = open.ladder_start + ladder->rungs[i].after;
    if (at <= now_) continue;
    // Acknowledged: nobody else is paged for the same, only when it becomes more pressing.
    if (acknowledged && ladder->rungs[i].priority <= alert.priority) continue;
    alert.next_escalation_at = std::min(at, alert.next_escalation_at.value_or(at));
    return;
  }
}

void AlertBook::EscalateOverdue() {
  for (OpenAlert& open : state_.open) {
    if (open.alert.next_escalation_at && *open.alert.next_escalation_at <= now_) Escalate(open);
  }
}

void AlertBook::Escalate(OpenAlert& open) {
  Alert& alert = open.alert;
  const domain::AlertEscalated before{alert.rung, alert.rung, alert.priority, ""};
  const domain::Ladder* ladder = FindLadder(open);
  const bool assessment_overdue = open.reassess_at && *open.reassess_at <= now_;
  int to = alert.rung;
  if (ladder != nullptr) {
    const int last = static_cast<int>(ladder->rungs.size()) - 1;
    const int next = std::min(alert.rung + 1, last);
    // Acknowledged and not assessed: the ladder goes on from where the acknowledge stopped it.
    if (assessment_overdue && !ladder->runs_while_acknowledged) {
      open.ladder_start = *open.reassess_at - ladder->rungs[next].after;
    }
    to = std::max(alert.rung, RungAt(*ladder, open.ladder_start));
    if (assessment_overdue) to = std::max(to, next);
    alert.rung = to;
    alert.priority = std::max(alert.priority, ladder->rungs[to].priority);
  }
  if (assessment_overdue || alert.priority > before.from_priority) {
    alert.status = AlertStatus::kOpen;
    alert.acknowledged_by.clear();
    open.reassess_at.reset();
  }
  ScheduleNext(open);
  domain::AlertEscalated escalated = before;
  escalated.to_rung = to;
  if (ladder != nullptr) escalated.target = ladder->rungs[to].target;
  Emit(alert, escalated);
}

void AlertBook::HaltLadder(OpenAlert& open) {
  open.ladder.clear();
  open.entry_id.clear();
  ScheduleNext(open);
}

}  // namespace withdrawal::alerting
