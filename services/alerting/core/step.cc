#include "services/alerting/core/step.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/ascii.h"
#include "services/alerting/core/alert_book.h"
#include "services/alerting/core/condition.h"
#include "services/alerting/core/facts.h"
#include "services/alerting/core/schedule.h"

namespace withdrawal::alerting {
namespace {

constexpr Duration kDosesKeptFor = absl::Hours(72);  // the longest `used` window of the rules

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

void RememberDose(State& state, const domain::CheckIn& check_in,
                  const domain::AlertPolicy& policy) {
  const auto* dose = std::get_if<domain::DoseEvent>(&check_in.kind);
  if (dose == nullptr || dose->outcome != domain::DoseOutcome::kTaken) return;
  const auto name = policy.medications.find(absl::AsciiStrToLower(dose->product));
  state.doses.push_back({name == policy.medications.end() ? dose->product : name->second.product,
                         check_in.observed_at, dose->milligrams.value_or(0)});
  std::stable_sort(state.doses.begin(), state.doses.end(),
                   [](const auto& a, const auto& b) { return a.taken_at < b.taken_at; });
  const Instant oldest = state.doses.back().taken_at - kDosesKeptFor;
  std::erase_if(state.doses, [&](const RecentDose& d) { return d.taken_at < oldest; });
  while (state.doses.size() > kRecentDosesMax) state.doses.erase(state.doses.begin());
}

void RememberReadings(State& state, const Facts& facts, const domain::AlertPolicy& policy) {
  for (RecentReading& reading : Memorable(facts, policy)) {
    state.readings.push_back(std::move(reading));
  }
  if (state.readings.empty()) return;
  std::stable_sort(state.readings.begin(), state.readings.end(),
                   [](const auto& a, const auto& b) { return a.observed_at < b.observed_at; });
  const Instant oldest = state.readings.back().observed_at - MemoryNeeded(policy);
  std::erase_if(state.readings,
                [&](const RecentReading& reading) { return reading.observed_at < oldest; });
  while (state.readings.size() > kRecentReadingsMax) state.readings.erase(state.readings.begin());
}

// AL-02 and AL-05. Data that is late or older than what raised the alert never clears it, nor does
// what is known to the day only.
void NoteNotTrue(OpenAlert& open, const domain::Rule& rule, const Verdict& verdict,
                 const Cause& cause, const domain::AlertPolicy& policy, AlertBook& book) {
  if (book.IsLate(cause) || cause.observed_at <= open.alert.last_seen_at) return;
  if (verdict.truth == Truth::kNear) open.clear_streak = 0;
  if (verdict.truth != Truth::kClear) return;
  ++open.clear_streak;
  const bool latched = rule.latch || open.alert.priority == domain::Priority::kEmergency;
  if (latched || open.clear_streak < policy.ladders.clear_readings) return;
  book.Resolve(open, kSystemActor, "", "the condition has ended");
}

void JudgeRule(State& state, const domain::Rule& rule, const Facts& facts,
               const domain::AlertPolicy& policy, AlertBook& book) {
  const Verdict verdict = Evaluate(rule.when, facts, state, policy);
  if (!verdict.fresh) return;
  const domain::CheckIn& check_in = facts.scored().check_in;
  const Cause cause{verdict.evidence, check_in.observed_at, check_in.received_at,
                    check_in.check_in_id};
  OpenAlert* open = book.FindByRule(rule.id);
  if (verdict.truth == Truth::kTrue) {
    if (open == nullptr) {
      book.Raise(rule, cause);
    } else {
      book.Repeat(*open, cause);
    }
  } else if (open != nullptr && !facts.to_the_day() &&
             facts.scored().disposition == domain::Disposition::kAccepted) {
    NoteNotTrue(*open, rule, verdict, cause, policy, book);
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
    // repeat like new ones, and are no further check-in either.
    const Facts facts(scored);
    if (scored.disposition == domain::Disposition::kAccepted) {
      RememberDose(state_, scored.check_in, policy_);
      RememberReadings(state_, facts, policy_);
      NoteReceived(state_, scored.check_in, policy_, book);
    }
    for (const domain::Priority priority :
         {domain::Priority::kEmergency, domain::Priority::kUrgent, domain::Priority::kRoutine}) {
      for (const domain::Rule& rule : policy_.rules) {
        if (rule.priority == priority) JudgeRule(state_, rule, facts, policy_, book);
      }
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
    ApplyPlan(state_, recorded.plan, recorded.recorded_at, policy_, book);
    return book.TakeEvents();
  }

  std::vector<domain::AlertEvent> operator()(const PlanRemoved&) {
    AlertBook book(state_, policy_, PatientId(), now_);
    RemovePlan(state_, book);
    return book.TakeEvents();
  }

  std::vector<domain::AlertEvent> operator()(const Tick& tick) {
    AlertBook book(state_, policy_, PatientId(), now_);
    book.EscalateOverdue();
    RaiseOverdue(state_, policy_, now_, tick.caught_up, book);
    return book.TakeEvents();
  }

 private:
  std::string PatientId() const {
    if (state_.plan) return state_.plan->patient_id;
    return state_.open.empty() ? "" : state_.open.front().alert.patient_id;
  }

  State& state_;
  const domain::AlertPolicy& policy_;
  const Instant now_;
};

}  // namespace

Outcome Step(State state, const Input& input, const domain::AlertPolicy& policy, Instant now) {
  Outcome outcome{std::move(state), {}};
  outcome.events = std::visit(Stepper(outcome.state, policy, now), input);
  return outcome;
}

std::optional<Instant> NextDeadline(const State& state, const domain::AlertPolicy& policy) {
  std::optional<Instant> next;
  const auto consider = [&next](Instant at) { next = std::min(at, next.value_or(at)); };
  for (const OpenAlert& open : state.open) {
    if (open.alert.next_escalation_at) consider(*open.alert.next_escalation_at);
  }
  if (!state.plan) return next;
  for (const auto& [entry_id, schedule] : state.schedules) {
    const bool missed = std::any_of(state.open.begin(), state.open.end(),
                                    [&id = entry_id](const auto& o) { return o.entry_id == id; });
    if (!missed) consider(FirstReminder(state, schedule, policy));
  }
  return next;
}

}  // namespace withdrawal::alerting
