// How an alert climbs its ladder (AL-06 to AL-09, MC-01 to MC-05).
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/alerting/core/alert_book.h"
#include "services/alerting/core/quiet_hours.h"

namespace withdrawal::alerting {
namespace {

using domain::Alert;
using domain::AlertStatus;
using domain::Ladder;
using domain::Rung;

constexpr char kNoConsent[] = "support contact not told: no consent covers missed check-ins";

// PR-04: covers missed check-ins, signed, running, not revoked.
bool MayBeTold(const domain::SupportContact& contact, Instant now) {
  const auto& scopes = contact.consented_to;
  return std::find(scopes.begin(), scopes.end(), domain::ContactScope::kMissedCheckIn) !=
             scopes.end() &&
         contact.consent_signed_at && *contact.consent_signed_at <= now &&
         (!contact.consent_expires_at || now < *contact.consent_expires_at) &&
         (!contact.consent_revoked_at || now < *contact.consent_revoked_at);
}

}  // namespace

const Ladder* AlertBook::FindLadder(const OpenAlert& open) const {
  const auto found = policy_.ladders.by_id.find(open.ladder);
  if (found == policy_.ladders.by_id.end() || found->second.rungs.empty()) return nullptr;
  return &found->second;
}

int AlertBook::RungAt(const Ladder& ladder, Instant start) const {
  int rung = 0;
  for (size_t i = 0; i < ladder.rungs.size(); ++i) {
    if (RungTime(ladder, i, start, state_.plan) <= now_) rung = static_cast<int>(i);
  }
  return rung;
}

void AlertBook::ScheduleNext(OpenAlert& open) const {
  Alert& alert = open.alert;
  const bool acknowledged = alert.status == AlertStatus::kAcknowledged;
  const bool shelved = alert.shelved_until.has_value();
  alert.next_escalation_at = shelved        ? alert.shelved_until
                             : acknowledged ? open.reassess_at
                                            : std::nullopt;
  const Ladder* ladder = FindLadder(open);
  alert.target = ladder == nullptr ? "" : TargetOf(ladder->rungs[alert.rung]);
  if (ladder == nullptr || alert.paging_off) return;
  if ((acknowledged || shelved) && !ladder->runs_while_acknowledged) return;
  for (size_t i = 1; i < ladder->rungs.size(); ++i) {
    // Called before its time because nobody was reached: when that comes, it is called again.
    const bool was_called = static_cast<int>(i) <= alert.rung;
    if (was_called && ladder->rungs[i].priority != alert.priority) continue;
    const Instant at = RungTime(*ladder, i, open.ladder_start, state_.plan);
    if (at <= now_) continue;
    // Acknowledged or shelved: nobody else is paged for the same, only when it becomes more
    // pressing.
    if ((acknowledged || shelved) && ladder->rungs[i].priority <= alert.priority) continue;
    alert.next_escalation_at = std::min(at, alert.next_escalation_at.value_or(at));
  }
  const size_t last = ladder->rungs.size() - 1;
  const Duration every = ladder->repeat_last_every;
  if (acknowledged || shelved || every == absl::ZeroDuration()) return;
  if (alert.rung < static_cast<int>(last)) return;
  const Instant paged = RungTime(*ladder, last, open.ladder_start, state_.plan);
  const Instant again = paged + every * (std::max<int64_t>((now_ - paged) / every, 0) + 1);
  alert.next_escalation_at = std::min(again, alert.next_escalation_at.value_or(again));
}

void AlertBook::EscalateOverdue() {
  std::erase_if(state_.shelves, [this](const auto& shelf) {
    return shelf.second.until <= now_ && FindByRule(shelf.first) == nullptr;
  });
  for (OpenAlert& open : state_.open) {
    const Alert& alert = open.alert;
    if (!alert.next_escalation_at || *alert.next_escalation_at > now_) continue;
    if (alert.shelved_until && *alert.shelved_until <= now_) {
      Unshelve(open, kSystemActor, "", "the time is over");
    } else {
      Escalate(open);
    }
  }
}

void AlertBook::Escalate(OpenAlert& open) {
  const Ladder* ladder = FindLadder(open);
  const bool assessment_overdue = open.reassess_at && *open.reassess_at <= now_;
  int to = open.alert.rung;
  if (ladder != nullptr) {
    const int last = static_cast<int>(ladder->rungs.size()) - 1;
    const int next = std::min(open.alert.rung + 1, last);
    // Acknowledged and not assessed: the ladder goes on from where the acknowledge stopped it.
    if (assessment_overdue && !ladder->runs_while_acknowledged) {
      open.ladder_start = *open.reassess_at - ladder->rungs[next].after;
    }
    to = std::max(to, RungAt(*ladder, open.ladder_start));
    if (assessment_overdue) to = std::max(to, next);
  }
  EscalateTo(open, ladder, to, assessment_overdue);
}

void AlertBook::PassOver(OpenAlert& open, const std::string& reason) {
  const Alert& alert = open.alert;
  const Ladder* ladder = FindLadder(open);
  if (ladder == nullptr || alert.status != AlertStatus::kOpen || alert.shelved_until) return;
  const size_t next = static_cast<size_t>(alert.rung) + 1;
  // Only time makes an alert more pressing, not that nobody answers the telephone; and nobody
  // outside the service hears of a person before the time that was agreed.
  if (next >= ladder->rungs.size() || ladder->rungs[next].priority > alert.priority ||
      ladder->rungs[next].target == domain::kSupportContact) {
    return;
  }
  EscalateTo(open, ladder, static_cast<int>(next), false, reason);
}

void AlertBook::EscalateTo(OpenAlert& open, const Ladder* ladder, int to, bool reopen,
                           const std::string& reason) {
  Alert& alert = open.alert;
  domain::AlertEscalated escalated{alert.rung, to, alert.priority, "", reason};
  if (ladder != nullptr) {
    alert.rung = to;
    alert.priority = std::max(alert.priority, ladder->rungs[to].priority);
    escalated.target = TargetOf(ladder->rungs[to]);
  }
  const bool rises = alert.priority > escalated.from_priority;
  if (reopen || rises) {
    alert.status = AlertStatus::kOpen;
    alert.acknowledged_by.clear();
    open.reassess_at.reset();
  }
  const bool shelved = alert.shelved_until.has_value();
  if (rises) {
    alert.shelved_until.reset();
    state_.shelves.erase(alert.rule_id);
  }
  ScheduleNext(open);
  if (ladder != nullptr && escalated.target.empty()) {
    Emit(alert, domain::AlertSuppressed{kNoConsent});
  } else {
    Emit(alert, escalated);
  }
  if (shelved && !alert.shelved_until) {
    Emit(alert, domain::AlertUnshelved{kSystemActor, "", "the priority rose"});
  }
}

void AlertBook::BeginLadderAnew(OpenAlert& open) const {
  const Ladder* ladder = FindLadder(open);
  if (ladder != nullptr && !ladder->runs_while_acknowledged) {
    int rung = 0;
    while (ladder->rungs[rung].priority < open.alert.priority &&
           rung + 1 < static_cast<int>(ladder->rungs.size())) {
      ++rung;
    }
    open.alert.rung = rung;
    open.ladder_start = now_ - ladder->rungs[rung].after;
  }
  ScheduleNext(open);
}

void AlertBook::CallAgain(OpenAlert& open, const std::string& evidence) {
  if (open.alert.shelved_until) {
    return Unshelve(open, kSystemActor, "", absl::StrCat("not seen before: ", evidence));
  }
  if (open.alert.status != AlertStatus::kAcknowledged) return;
  const int from = open.alert.rung;
  BeginLadderAnew(open);
  const int to = std::exchange(open.alert.rung, from);
  EscalateTo(open, FindLadder(open), to, true);
}

void AlertBook::ChangeLadder(OpenAlert& open, const std::string& ladder_id) const {
  open.ladder = ladder_id;
  open.ladder_start = now_;
  open.alert.rung = 0;
  ScheduleNext(open);
}

std::string AlertBook::TargetOf(const Rung& rung) const {
  if (rung.target != domain::kSupportContact) return rung.target;
  if (!state_.plan) return "";
  for (const domain::SupportContact& contact : state_.plan->support_contacts) {
    if (MayBeTold(contact, now_)) return absl::StrCat(rung.target, ":", contact.contact_id);
  }
  return "";
}

void AlertBook::EndWait(OpenAlert& open) {
  open.entry_id.clear();
  ChangeLadder(open, open.alert.priority == domain::Priority::kEmergency ? "emergency" : "urgent");
}

}  // namespace withdrawal::alerting
