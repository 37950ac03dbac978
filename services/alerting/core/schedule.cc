#include "services/alerting/core/schedule.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/domain/schedule.h"
#include "services/alerting/core/missed_ladder.h"
#include "services/alerting/core/quiet_hours.h"

namespace withdrawal::alerting {
namespace {

using domain::NextDue;
using domain::ScheduleEntry;

// Resolves, with a trace, what nobody waits for any more.
// MC-07: once a clinician was called in a danger window, a human closes it; AL-05: so it is
// everywhere once it is an emergency.
bool NeedsAHuman(const OpenAlert& open, const domain::AlertPolicy& policy) {
  const domain::Priority priority = open.alert.priority;
  return priority == domain::Priority::kEmergency ||
         (open.ladder == policy.missed.danger_ladder && priority == domain::Priority::kUrgent);
}

// Nobody waits for these check-ins any more. Who has been silent for so long that somebody has to
// look is not heard of by a change of the plan.
void EndWaits(State& state, const std::string& reason, const domain::AlertPolicy& policy,
              AlertBook& book) {
  for (size_t i = state.open.size(); i-- > 0;) {
    OpenAlert& open = state.open[i];
    if (open.entry_id.empty() || state.schedules.contains(open.entry_id)) continue;
    if (NeedsAHuman(open, policy)) {
      book.EndWait(open);
    } else {
      book.Resolve(open, kSystemActor, "", reason);
    }
  }
}

const ScheduleEntry* FindEntry(const State& state, const std::string& entry_id) {
  if (!state.plan) return nullptr;
  for (const ScheduleEntry& entry : state.plan->schedule) {
    if (entry.entry_id == entry_id) return &entry;
  }
  return nullptr;
}

bool IsForDevice(const ScheduleEntry& entry) {
  return entry.satisfied_by == std::vector<std::string>{"vital-signs"};
}

// MC-06 instead of MC-01: the device is silent, but the person has been heard of since. The wait
// begins anew, so that a person who falls silent as well is missed.
bool RaiseDeviceSilent(State& state, const std::string& entry_id, ScheduleState& schedule,
                       const domain::AlertPolicy& policy, Instant now, AlertBook& book) {
  const ScheduleEntry* entry = FindEntry(state, entry_id);
  if (entry == nullptr || !IsForDevice(*entry) || !state.last_active_at ||
      *state.last_active_at < schedule.due_at) {
    return false;
  }
  const Cause cause{
      absl::StrCat("readings for \"", entry_id, "\" were due ",
                   absl::FormatTime(absl::RFC3339_sec, schedule.due_at, absl::UTCTimeZone()),
                   "; other check-ins came"),
      schedule.due_at,
      schedule.due_at,
      "",
      1,
      std::nullopt};
  book.RaiseOrRepeat(policy.missed.device_silent, cause);
  schedule.due_at = NextDue(*entry, *state.plan, now, policy.missed.early);
  return true;
}

}  // namespace

void ApplyPlan(State& state, const domain::CarePlan& plan, Instant recorded_at,
               const domain::AlertPolicy& policy, AlertBook& book) {
  const std::optional<domain::CarePlan> before = std::move(state.plan);
  state.plan = plan;
  if (plan.status != domain::MonitoringStatus::kActive) {
    state.schedules.clear();
    state.monitored_since.reset();
    EndWaits(
        state,
        plan.status == domain::MonitoringStatus::kPaused ? "monitoring paused" : "monitoring ended",
        policy, book);
    return;
  }
  // A plan that starts in the past owes nothing from before it was recorded.
  if (!state.monitored_since) {
    state.monitored_since = std::max(recorded_at, plan.monitoring_started_at);
  }
  const domain::PlanChange change{before ? &*before : nullptr, plan, recorded_at,
                                  *state.monitored_since, policy.missed.early};
  std::map<std::string, ScheduleState> schedules;
  for (const ScheduleEntry& entry : plan.schedule) {
    const auto known = state.schedules.find(entry.entry_id);
    schedules[entry.entry_id] =
        DueUnder(change, entry, known == state.schedules.end() ? nullptr : &known->second,
                 book.FindByEntry(entry.entry_id) != nullptr);
  }
  state.schedules = std::move(schedules);
  EndWaits(state, "no longer in the plan", policy, book);
}

void RemovePlan(State& state, const domain::AlertPolicy& policy, AlertBook& book) {
  state.plan.reset();
  state.monitored_since.reset();
  state.schedules.clear();
  EndWaits(state, "monitoring ended", policy, book);
}

void NoteReceived(State& state, const domain::CheckIn& check_in, const domain::AlertPolicy& policy,
                  AlertBook& book) {
  state.last_received_at =
      std::max(state.last_received_at.value_or(absl::InfinitePast()), check_in.received_at);
  if (!domain::ShowsThePerson(check_in)) return;
  if (!domain::NothingUsable(check_in) && check_in.rater != domain::Rater::kDevice &&
      !std::holds_alternative<domain::VitalSigns>(check_in.kind)) {
    state.last_active_at =
        std::max(state.last_active_at.value_or(absl::InfinitePast()), check_in.received_at);
  }
  if (!state.plan) return;
  const std::vector<std::string_view> kinds = domain::ReceiptKinds(check_in);
  for (const ScheduleEntry& entry : state.plan->schedule) {
    const auto known = state.schedules.find(entry.entry_id);
    if (known == state.schedules.end() || !domain::IsSatisfiedBy(entry, kinds)) continue;
    NoteReceipt(*state.plan, entry, check_in.received_at, policy.missed.early, known->second);
    OpenAlert* open = book.FindByEntry(entry.entry_id);
    if (open == nullptr) continue;
    if (NeedsAHuman(*open, policy)) {
      book.EndWait(*open);
    } else {
      book.Resolve(*open, kSystemActor, "", "check-in received");
    }
  }
}

void Restart(State& state, const std::string& entry_id, const domain::AlertPolicy& policy,
             Instant now) {
  const auto known = state.schedules.find(entry_id);
  const ScheduleEntry* entry = FindEntry(state, entry_id);
  if (known == state.schedules.end() || entry == nullptr) return;
  known->second.due_at = NextDue(*entry, *state.plan, now, policy.missed.early);
}

Instant FirstReminder(const State& state, const std::string& entry_id, const ScheduleState& entry,
                      const domain::AlertPolicy& policy) {
  Instant first = absl::InfiniteFuture();
  if (entry.due_at == absl::InfiniteFuture()) return first;
  const domain::Ladder& ladder = MissedLadder(state, entry_id, entry.due_at, policy);
  for (size_t i = 0; i < ladder.rungs.size(); ++i) {
    first = std::min(first, RungTime(ladder, i, entry.due_at, state.plan));
  }
  return first;
}

void RaiseOverdue(State& state, const domain::AlertPolicy& policy, Instant now, bool caught_up,
                  AlertBook& book) {
  if (!state.plan) return;
  for (auto& [entry_id, schedule] : state.schedules) {
    if (book.FindByEntry(entry_id) != nullptr) continue;
    const Instant due = schedule.due_at;
    if (FirstReminder(state, entry_id, schedule, policy) > now) continue;
    if (RaiseDeviceSilent(state, entry_id, schedule, policy, now, book)) continue;
    const std::string last =
        schedule.last_satisfied_at
            ? absl::StrCat("last received ",
                           absl::FormatTime(absl::RFC3339_sec, *schedule.last_satisfied_at,
                                            absl::UTCTimeZone()))
            : "nothing received since monitoring began";
    Cause cause;
    cause.evidence =
        absl::StrCat("check-in \"", entry_id, "\" was due ",
                     absl::FormatTime(absl::RFC3339_sec, due, absl::UTCTimeZone()), "; ", last);
    // The due time is when it happened; a silence has no transmission delay.
    cause.observed_at = due;
    cause.received_at = due;
    book.RaiseMissed(MissedLadder(state, entry_id, due, policy).id, entry_id, due, cause,
                     caught_up);
  }
}

}  // namespace withdrawal::alerting
