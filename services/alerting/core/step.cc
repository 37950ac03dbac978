#include "services/alerting/core/step.h"

#include <algorithm>
#include <string_view>

#include "services/alerting/core/alert_book.h"
#include "services/alerting/core/alert_parts.h"
#include "services/alerting/core/condition.h"
#include "services/alerting/core/confirmation.h"
#include "services/alerting/core/doses.h"
#include "services/alerting/core/engagement.h"
#include "services/alerting/core/facts.h"
#include "services/alerting/core/hindsight.h"
#include "services/alerting/core/intake.h"
#include "services/alerting/core/life_cycle.h"
#include "services/alerting/core/memory.h"
#include "services/alerting/core/missed_ladder.h"
#include "services/alerting/core/schedule.h"
#include "services/alerting/core/timers.h"
#include "services/alerting/core/unwatched.h"

namespace withdrawal::alerting {
namespace {

// FNV-1a: stable across builds, unlike absl::Hash.
uint64_t Print(std::string_view text) {
  uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

// Scoring already drops repeats; this keeps a replayed tail from counting twice.
bool SeenBefore(State& state, const domain::ScoredCheckIn& scored) {
  // A conflict shares its id with the original and is not the same thing.
  const bool conflict = scored.disposition == domain::Disposition::kConflict;
  std::string id = scored.check_in.check_in_id + (conflict ? "/conflict" : "");
  if (scored.check_in.revision > 0) id += "/" + std::to_string(scored.check_in.revision);
  const uint64_t print = Print(id);
  auto& seen = state.check_in_prints;
  if (std::find(seen.begin(), seen.end(), print) != seen.end()) return !conflict;
  seen.push_back(print);
  if (seen.size() > kRecentCheckInsMax) seen.erase(seen.begin());
  return false;
}

// MC-05 asks how the person last was.
void RememberScores(State& state, const domain::ScoredCheckIn& scored,
                    const domain::AlertPolicy& policy) {
  for (const domain::Score& score : scored.scores) {
    if (!policy.missed.moderate_from.contains(score.instrument)) continue;
    const LastState now{score.total.value_or(score.partial_sum), scored.check_in.observed_at};
    const auto [last, fresh] = state.last_states.try_emplace(score.instrument, now);
    // The sum of some answers is a lower bound: it does not say that the person is better.
    const bool says_more = score.complete() || now.total > last->second.total;
    if (!fresh && says_more && last->second.observed_at <= now.observed_at) last->second = now;
  }
}

// AL-02, AL-04 and AL-05. Data that is late or older than what raised the alert never clears it,
// nor does what is known to the day only.
void NoteNotTrue(OpenAlert& open, const domain::Rule& rule, const Cause& cause,
                 const domain::AlertPolicy& policy, AlertBook& book) {
  if (book.IsLate(cause) || IsLatched(open, policy) || !HasEnded(open, rule)) return;
  book.Resolve(open, kSystemActor, "", "the condition has ended");
}

void JudgeRule(State& state, const domain::Rule& rule, const Facts& facts,
               const domain::AlertPolicy& policy, AlertBook& book, Confirmations& confirmations) {
  const Verdict verdict = Evaluate(rule, facts, state, policy);
  const domain::CheckIn& check_in = facts.scored().check_in;
  Cause cause{verdict.evidence, check_in.observed_at, check_in.received_at, check_in.check_in_id};
  cause.parts = verdict.parts;
  OpenAlert* open = book.FindByRule(rule.id);
  const bool can_clear =
      !facts.to_the_day() && facts.scored().disposition == domain::Disposition::kAccepted;
  if (open != nullptr && can_clear && !book.IsLate(cause)) {
    NoteParts(*open, rule, facts, state, policy);
  }
  if (!verdict.fresh) return;
  if (verdict.truth == Truth::kTrue) {
    // What time made true is raised by ticks, once.
    if (rule.timed && verdict.anchor != absl::InfinitePast()) return;
    if (open != nullptr) {
      book.Repeat(*open, cause);
    } else if (rule.lasting > absl::ZeroDuration()) {
      if (!facts.to_the_day()) NoteLasting(state, rule, cause);
    } else {
      confirmations.NoteTrue(rule, facts, cause);
    }
  } else if (!can_clear) {
    return;
  } else if (open != nullptr) {
    NoteNotTrue(*open, rule, cause, policy, book);
  } else {
    if (verdict.truth == Truth::kClear) EndLasting(state, rule, cause.observed_at);
    confirmations.NoteNotTrue(rule, facts, cause);
  }
}

class Stepper {
 public:
  Stepper(State& state, const domain::AlertPolicy& policy, Instant now)
      : state_(state), policy_(policy), now_(now) {}

  std::vector<domain::AlertEvent> operator()(const domain::ScoredCheckIn& scored) {
    if (SeenBefore(state_, scored)) return {};
    AlertBook book(state_, policy_, scored.check_in.patient_id, now_);
    // What a conflicting check-in reports may raise (a seizure under a reused id is a seizure), but
    // it is not remembered, clears nothing and satisfies no due check-in. Amended answers raise or
    // repeat like new ones and replace what was remembered, but are no further check-in.
    Facts facts(scored);
    if (const auto* dose = facts.CheckIn<domain::DoseEvent>()) {
      AddDoseFacts(*dose, state_, policy_, facts);
    }
    AddEngagementFacts(scored, state_, facts);
    const Hindsight hindsight(facts, state_, policy_);
    Confirmations confirmations(state_, policy_, now_, book);
    if (!facts.to_the_day()) {
      confirmations.RaiseOlderThan(scored.check_in);
      RaiseLastingBefore(state_, policy_, facts.observed_at(), book);
    }
    if (scored.disposition == domain::Disposition::kAmended) {
      RememberReadings(state_, facts, policy_);
    }
    if (scored.disposition == domain::Disposition::kAccepted) {
      RememberDose(state_, scored.check_in, policy_);
      RememberReadings(state_, facts, policy_);
      RememberScores(state_, scored, policy_);
      NoteReceived(state_, scored.check_in, policy_, book);
    }
    for (const domain::Priority priority :
         {domain::Priority::kEmergency, domain::Priority::kUrgent, domain::Priority::kRoutine}) {
      for (const domain::Rule& rule : policy_.rules) {
        if (rule.priority != priority) continue;
        JudgeRule(state_, rule, facts, policy_, book, confirmations);
      }
    }
    if (scored.disposition == domain::Disposition::kAccepted) RememberEngagement(state_, scored);
    if (scored.disposition != domain::Disposition::kConflict) {
      hindsight.Raise(state_, confirmations, book);
    }
    if (scored.disposition == domain::Disposition::kAccepted) {
      FeedIntake(state_, scored, policy_, book);
      LeaveRareLadder(state_, policy_, book);
    }
    return book.TakeEvents();
  }

  std::vector<domain::AlertEvent> operator()(const domain::AlertCommand& command) {
    AlertBook book(state_, policy_, command.patient_id, now_);
    std::string entry_id;
    for (const OpenAlert& open : state_.open) {
      if (open.alert.alert_id == command.alert_id) entry_id = open.entry_id;
    }
    book.Apply(command);
    if (!entry_id.empty() && book.FindByEntry(entry_id) == nullptr) {
      Restart(state_, entry_id, policy_, now_);
    }
    return book.TakeEvents();
  }

  std::vector<domain::AlertEvent> operator()(const PlanRecorded& recorded) {
    AlertBook book(state_, policy_, recorded.plan.patient_id, now_);
    const bool begins = !state_.plan || state_.plan->status == domain::MonitoringStatus::kEnded;
    state_.begun_for_a_reason = recorded.overridden || (!begins && state_.begun_for_a_reason);
    RememberPlan(state_, &recorded.plan, recorded.recorded_at);
    if (state_.judged_at == absl::InfinitePast()) state_.judged_at = now_;
    ChangePlan(state_, recorded.plan, recorded.recorded_at, policy_, now_, book);
    NoteEngagementPlan(state_, recorded.recorded_at, policy_, book);
    ResolveUnplanned(state_, policy_, now_, book);
    ResolveWatched(state_, policy_, book);
    LeaveRareLadder(state_, policy_, book);
    FeedIntakeFromPlan(state_, recorded.recorded_at, begins, policy_, book);
    return book.TakeEvents();
  }

  std::vector<domain::AlertEvent> operator()(const PlanRemoved& removed) {
    AlertBook book(state_, policy_, removed.patient_id, now_);
    RememberPlan(state_, nullptr, now_);
    RemovePlan(state_, policy_, book);
    NoteEngagementPlan(state_, now_, policy_, book);
    ResolveUnplanned(state_, policy_, now_, book);
    ForgetPerson(state_, policy_, now_, book);
    return book.TakeEvents();
  }

  std::vector<domain::AlertEvent> operator()(const domain::Intake& intake) {
    AlertBook book(state_, policy_, intake.patient_id, now_);
    NoteIntake(state_, intake, policy_, now_, book);
    return book.TakeEvents();
  }

  std::vector<domain::AlertEvent> operator()(const Tick& tick) {
    AlertBook book(state_, policy_, tick.patient_id, now_);
    EndPause(state_, policy_, now_, book);
    ResolveWatched(state_, policy_, book);
    NoteEngagementPlan(state_, now_, policy_, book);
    Confirmations(state_, policy_, now_, book).RaiseDue();
    book.EscalateOverdue();
    RaiseOverdue(state_, policy_, now_, tick.caught_up, book);
    JudgeTimed(state_, policy_, now_, tick.caught_up, book);
    CloseWeeks(state_, policy_, now_, tick.caught_up, book);
    RaiseUnwatched(state_, policy_, now_, book);
    return book.TakeEvents();
  }

 private:
  State& state_;
  const domain::AlertPolicy& policy_;
  const Instant now_;
};

}  // namespace

Outcome Step(State state, const Input& input, const domain::AlertPolicy& policies, Instant now) {
  Outcome outcome{std::move(state), {}};
  const auto* recorded = std::get_if<PlanRecorded>(&input);
  const domain::AlertPolicy& policy =
      recorded == nullptr ? policies.For(outcome.state.plan) : policies.For(recorded->plan);
  outcome.events = std::visit(Stepper(outcome.state, policy, now), input);
  return outcome;
}

std::optional<Instant> NextDeadline(const State& state, const domain::AlertPolicy& policies) {
  const domain::AlertPolicy& policy = policies.For(state.plan);
  std::optional<Instant> next;
  const auto consider = [&next](Instant at) { next = std::min(at, next.value_or(at)); };
  for (const OpenAlert& open : state.open) {
    if (open.alert.next_escalation_at) consider(*open.alert.next_escalation_at);
  }
  if (const auto at = NextTimed(state, policy)) consider(*at);
  if (const auto at = NextConfirmation(state)) consider(*at);
  if (const auto at = NextWeekClose(state)) consider(*at);
  if (!state.plan) return next;
  if (const auto at = PauseEnd(state)) consider(*at);
  if (const auto at = NextUnwatched(state, policy)) consider(*at);
  for (const auto& [entry_id, schedule] : state.schedules) {
    const bool missed = std::any_of(state.open.begin(), state.open.end(),
                                    [&id = entry_id](const auto& o) { return o.entry_id == id; });
    if (!missed) consider(FirstReminder(state, entry_id, schedule, policy));
  }
  if (next == absl::InfiniteFuture()) return std::nullopt;
  return next;
}

}  // namespace withdrawal::alerting
