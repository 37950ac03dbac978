#include "services/alerting/core/missed_ladder.h"

#include <algorithm>

#include "services/alerting/core/doses.h"
#include "services/alerting/core/leaf_condition.h"

namespace withdrawal::alerting {
namespace {

using domain::DangerWindow;
using domain::ScheduleEntry;

constexpr Duration kFirstDay = absl::Hours(24);

// The entry asks again soon after each check-in. One that has ended or not begun notices nothing.
bool NoticesSilence(const State& state, const ScheduleEntry& entry,
                    const domain::MissedCheckInPolicy& missed) {
  const auto known = state.schedules.find(entry.entry_id);
  if (known == state.schedules.end()) return false;
  const Instant begun = state.monitored_since.value_or(absl::InfinitePast());
  const Instant last = known->second.last_satisfied_at.value_or(begun);
  return known->second.due_at <= std::max(last, begun) + missed.rare_watched_within;
}

// Due seldom, while another entry notices a silence sooner.
bool IsRare(const State& state, const std::string& entry_id,
            const domain::MissedCheckInPolicy& missed) {
  const auto beside = [&missed](const std::string& kind) {
    return std::find(missed.rare_forms.begin(), missed.rare_forms.end(), kind) !=
           missed.rare_forms.end();
  };
  const auto seldom = [&missed, &beside](const ScheduleEntry& entry) {
    const auto& kinds = entry.satisfied_by;
    return (entry.every && *entry.every >= missed.rare_from) ||
           (!kinds.empty() && std::all_of(kinds.begin(), kinds.end(), beside));
  };
  bool rare = false;
  bool watched = false;
  for (const ScheduleEntry& entry : state.plan->schedule) {
    if (entry.entry_id == entry_id) {
      rare = seldom(entry);
    } else {
      watched = watched || (!seldom(entry) && NoticesSilence(state, entry, missed));
    }
  }
  return rare && watched;
}

// Doses taken in the first day of a course.
std::vector<Instant> FirstDoses(const std::string& name, const State& state,
                                const domain::AlertPolicy& policy) {
  std::vector<Instant> first;
  for (const RecentDose& dose : state.doses) {
    const auto course = state.courses.find(dose.product);
    if (!IsNamed({name}, dose.product, policy) || course == state.courses.end()) continue;
    const std::optional<Instant> started_at = course->second.started_at;
    if (started_at && dose.taken_at - *started_at < kFirstDay) first.push_back(dose.taken_at);
  }
  return first;
}

// What the window counts from.
std::vector<Instant> AnchorsOf(const DangerWindow& window, const State& state,
                               const domain::AlertPolicy& policy) {
  const domain::CarePlan& plan = *state.plan;
  const auto& in = window.programmes;
  if (!in.empty() && std::find_first_of(in.begin(), in.end(), plan.programmes.begin(),
                                        plan.programmes.end()) == in.end()) {
    return {};
  }
  if (window.since == DangerWindow::Since::kDoseCut)
    return DoseCuts({window.name}, state, plan, policy);
  if (window.since == DangerWindow::Since::kFirstDose) {
    return FirstDoses(window.name, state, policy);
  }
  std::vector<Instant> uses;
  for (const domain::SubstanceUse& use : plan.substances) {
    if (use.substance_class == window.name) uses.push_back(use.last_use);
  }
  return uses;
}

}  // namespace

const domain::Ladder& MissedLadder(const State& state, const std::string& entry_id, Instant due_at,
                                   const domain::AlertPolicy& policy) {
  const domain::MissedCheckInPolicy& missed = policy.missed;
  if (IsRare(state, entry_id, missed)) return policy.ladders.by_id.at(missed.rare_ladder);
  const domain::Ladder& danger = policy.ladders.by_id.at(missed.danger_ladder);
  // Silence counts as dangerous when a window opens before the fast ladder would have ended.
  const Instant until = due_at + danger.rungs.back().after;
  for (const DangerWindow& window : missed.danger_windows) {
    for (const Instant anchor : AnchorsOf(window, state, policy)) {
      if (anchor + window.from <= until && due_at <= anchor + window.to) return danger;
    }
  }
  return policy.ladders.by_id.at(missed.other_ladder);
}

void LeaveRareLadder(State& state, const domain::AlertPolicy& policy, AlertBook& book) {
  if (!state.plan) return;
  for (OpenAlert& open : state.open) {
    if (open.entry_id.empty() || open.ladder != policy.missed.rare_ladder) continue;
    const auto schedule = state.schedules.find(open.entry_id);
    if (schedule == state.schedules.end()) continue;
    const domain::Ladder& now = MissedLadder(state, open.entry_id, schedule->second.due_at, policy);
    if (now.id != open.ladder) book.ChangeLadder(open, now.id);
  }
}

}  // namespace withdrawal::alerting
