#include "services/alerting/core/alert_book.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/alerting/core/confirmation.h"
#include "services/alerting/core/part_code.h"

namespace withdrawal::alerting {

using domain::Alert;
using domain::AlertStatus;

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

bool AlertBook::IsOld(const Cause& cause) const {
  return cause.received_at - cause.observed_at > policy_.ladders.paging_off_after;
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
  alert.last_seen_at = cause.last_seen_at.value_or(cause.observed_at);
  alert.count = cause.count;
  alert.catalogue = policy_.version;
  if (state_.plan) alert.team = state_.plan->team;
  alert.late = IsLate(cause);
  alert.check_in_id = cause.check_in_id;
  alert.paging_off = IsOld(cause) && RestsOnVitals(rule.when);
  alert.technical = rule.technical;
  alert.data_incomplete = cause.data_incomplete;
  alert.rule_sign_off = rule.sign_off;
  alert.rule_mark = domain::MarkName(rule.mark);
  return alert;
}

void AlertBook::Open(OpenAlert open) {
  Alert& alert = open.alert;
  const auto shelf = state_.shelves.find(alert.rule_id);
  if (shelf != state_.shelves.end() &&
      (shelf->second.until <= now_ || alert.priority > shelf->second.priority)) {
    state_.shelves.erase(shelf);
  } else if (shelf != state_.shelves.end()) {
    alert.shelved_until = shelf->second.until;
  }
  ScheduleNext(open);
  if (alert.shelved_until) {
    Emit(alert, domain::AlertSuppressed{
                    absl::StrCat("shelved by ", shelf->second.actor, ": ", shelf->second.reason)});
  } else {
    Emit(alert, domain::AlertRaised{});
  }
  state_.open.push_back(std::move(open));
}

void AlertBook::Raise(const domain::Rule& rule, const Cause& cause) {
  OpenAlert open;
  open.alert = NewAlert(rule, cause);
  for (const std::string& code : cause.parts) {
    open.parts[code].not_clear_at = open.alert.last_seen_at;
  }
  open.ladder = rule.ladder;
  open.ladder_start = now_;
  Open(std::move(open));
}

void AlertBook::RaiseMissed(const std::string& ladder_id, const std::string& entry_id,
                            Instant due_at, const Cause& cause, bool caught_up) {
  OpenAlert open;
  open.alert = NewAlert(policy_.missed.rule, cause);
  open.alert.data_incomplete = !caught_up;
  open.ladder = ladder_id;
  open.ladder_start = due_at;
  open.entry_id = entry_id;
  bool asks_for_consent = false;
  if (const domain::Ladder* ladder = FindLadder(open); ladder != nullptr) {
    int rung = RungAt(*ladder, due_at);
    asks_for_consent = rung > 0 && ladder->rungs[rung].target == domain::kSupportContact;
    if (asks_for_consent) --rung;
    open.alert.rung = rung;
    open.alert.priority = ladder->rungs[rung].priority;
  }
  Open(std::move(open));
  if (asks_for_consent && !state_.open.back().alert.shelved_until) Escalate(state_.open.back());
}

void AlertBook::Repeat(OpenAlert& open, const Cause& cause) {
  open.alert.count += cause.count;
  const Instant seen_at = cause.last_seen_at.value_or(cause.observed_at);
  open.alert.last_seen_at = std::max(open.alert.last_seen_at, seen_at);
  bool further_symptom = false;  // one rule may stand for several dangers
  for (const std::string& code : cause.parts) {
    const auto [part, added] = open.parts.try_emplace(code);
    further_symptom |= added && IsSymptomPart(code);
    part->second = {0, std::nullopt, false, std::max(part->second.not_clear_at, seen_at)};
  }
  const bool was_old = open.alert.paging_off && !IsOld(cause);
  if (was_old) open.alert.paging_off = false;
  Emit(open.alert, domain::AlertRepeated{cause.evidence});
  if (further_symptom && open.alert.priority >= domain::Priority::kUrgent) {
    CallAgain(open, cause.evidence);
  }
  if (!was_old) return;
  // AL-12 spared people what was a day old; this is now.
  open.ladder_start = now_;
  EscalateTo(open, FindLadder(open), 0, false);
}

void AlertBook::RaiseOrRepeat(const domain::Rule& rule, const Cause& cause) {
  if (OpenAlert* open = FindByRule(rule.id); open != nullptr) {
    Repeat(*open, cause);
  } else {
    Raise(rule, cause);
  }
}

void AlertBook::Resolve(OpenAlert& open, const std::string& actor, const std::string& command_id,
                        const std::string& reason, domain::AlertOutcome outcome) {
  Alert& alert = open.alert;
  alert.status = AlertStatus::kResolved;
  alert.outcome = outcome;
  alert.resolved_by = actor;
  alert.next_escalation_at.reset();
  alert.shelved_until.reset();
  if (actor != kSystemActor) state_.shelves.erase(alert.rule_id);
  NoteClosed(alert.rule_id, actor == kSystemActor ? alert.last_seen_at : now_);
  Emit(alert, domain::AlertResolved{actor, command_id, reason, outcome});
  state_.open.erase(state_.open.begin() + (&open - state_.open.data()));
}

void AlertBook::NoteClosed(const std::string& rule_id, Instant until) {
  std::erase_if(state_.closed,
                [this](const auto& one) { return one.second < now_ - kClosedKeptFor; });
  if (policy_.FindRule(rule_id) == nullptr) return;
  Instant& known = state_.closed.try_emplace(rule_id, until).first->second;
  known = std::max(known, until);
}

void AlertBook::Suppress(const domain::Rule& rule, const Cause& cause, const std::string& reason) {
  Alert trace;
  trace.patient_id = patient_id_;
  trace.rule_id = rule.id;
  trace.alert_id =
      absl::StrCat(patient_id_, ":", rule.id, ":suppressed-", absl::ToUnixMicros(now_));
  trace.priority = rule.priority;
  trace.status = AlertStatus::kResolved;
  trace.title = rule.title;
  trace.evidence = cause.evidence;
  trace.observed_at = cause.observed_at;
  trace.received_at = cause.received_at;
  trace.raised_at = absl::InfinitePast();
  trace.last_seen_at = cause.observed_at;
  trace.catalogue = policy_.version;
  if (state_.plan) trace.team = state_.plan->team;
  trace.check_in_id = cause.check_in_id;
  Emit(trace, domain::AlertSuppressed{reason});
}

void AlertBook::Transfer(OpenAlert& open, const std::string& team) {
  Alert& alert = open.alert;
  const domain::AlertTransferred transferred{alert.team, team, alert.acknowledged_by};
  alert.team = team;
  alert.assigned_to.clear();
  alert.status = AlertStatus::kOpen;
  alert.acknowledged_by.clear();
  alert.shelved_until.reset();
  state_.shelves.erase(alert.rule_id);
  open.reassess_at.reset();
  BeginLadderAnew(open);
  Emit(alert, transferred);
}

void AlertBook::RescheduleAll() {
  for (OpenAlert& open : state_.open) ScheduleNext(open);
}

}  // namespace withdrawal::alerting
