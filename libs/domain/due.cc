#include "libs/domain/due.h"

#include <algorithm>

#include "libs/domain/schedule.h"

namespace withdrawal::domain {
namespace {

std::string_view KindName(const CheckIn& check_in) {
  struct Name {
    std::string_view operator()(const InstrumentResponse& r) { return r.instrument; }
    std::string_view operator()(const VitalSigns&) { return "vital-signs"; }
    std::string_view operator()(const DoseEvent&) { return "dose"; }
    std::string_view operator()(const Craving&) { return "craving"; }
    std::string_view operator()(const SessionAttendance&) { return "session"; }
    std::string_view operator()(const RedFlagReport&) { return "red-flags"; }
    std::string_view operator()(const LapseReport&) { return "lapse"; }
    std::string_view operator()(const TriggerLog&) { return "triggers"; }
    std::string_view operator()(const TargetBehaviour&) { return "target-behaviour"; }
  };
  return std::visit(Name(), check_in.kind);
}

// A pulse alone says nothing of how awake somebody is.
bool ShowsSedation(const CheckIn& check_in) {
  const auto* vitals = std::get_if<VitalSigns>(&check_in.kind);
  return vitals != nullptr && (vitals->consciousness || vitals->rass);
}

const ScheduleEntry* Find(const CarePlan* plan, const std::string& entry_id) {
  if (plan == nullptr) return nullptr;
  const auto found =
      std::find_if(plan->schedule.begin(), plan->schedule.end(),
                   [&](const ScheduleEntry& entry) { return entry.entry_id == entry_id; });
  return found == plan->schedule.end() ? nullptr : &*found;
}

// What has happened to somebody's schedule up to some version of the plan.
class Course {
 public:
  Course(const DueFacts& facts, Duration early) : facts_(facts), early_(early) {}

  void Apply(const CarePlan* plan, Instant recorded_at) {
    if (plan == nullptr || plan->status != MonitoringStatus::kActive) {
      entries_.clear();
      monitored_since_.reset();
    } else {
      if (!monitored_since_) {
        monitored_since_ = std::max(recorded_at, plan->monitoring_started_at);
      }
      const PlanChange change{plan_, *plan, recorded_at, *monitored_since_, early_};
      std::map<std::string, EntryDue> entries;
      for (const ScheduleEntry& entry : plan->schedule) {
        const auto known = entries_.find(entry.entry_id);
        entries[entry.entry_id] =
            DueUnder(change, entry, known == entries_.end() ? nullptr : &known->second, false);
      }
      entries_ = std::move(entries);
    }
    plan_ = plan;
    since_ = recorded_at;
  }

  // What came while the version was in force. Later receipts alone say all that earlier ones did.
  void Receive(Instant until) {
    for (auto& [entry_id, due] : entries_) {
      const ScheduleEntry& entry = *Find(plan_, entry_id);
      for (const auto& [kind, at] : facts_.received) {
        if (at >= since_ && at < until && IsSatisfiedBy(entry, {kind})) {
          NoteReceipt(*plan_, entry, at, early_, due);
        }
      }
      Restart(entry, until, due);
    }
  }

  std::map<std::string, EntryDue> Take() { return std::move(entries_); }

 private:
  // A missed check-in was closed by a human, as often as that happened. One that had been received,
  // or was due at another time by a new plan, is waited for no more.
  void Restart(const ScheduleEntry& entry, Instant until, EntryDue& due) const {
    while (true) {
      const auto found = facts_.restarted.find({entry.entry_id, absl::ToUnixMicros(due.due_at)});
      if (found == facts_.restarted.end()) return;
      const Instant at = found->second;
      if (at < since_ || at >= until || at < due.last_satisfied_at.value_or(at)) return;
      const Instant next = NextDue(entry, *plan_, at, early_);
      if (next <= due.due_at) return;
      due.due_at = next;
    }
  }

  const DueFacts& facts_;
  const Duration early_;
  const CarePlan* plan_ = nullptr;
  Instant since_ = absl::InfinitePast();
  std::optional<Instant> monitored_since_;
  std::map<std::string, EntryDue> entries_;
};

}  // namespace

bool NothingUsable(const CheckIn& check_in) {
  const auto* vitals = std::get_if<VitalSigns>(&check_in.kind);
  if (vitals == nullptr || check_in.set_aside.empty()) return false;
  return !vitals->consciousness && !vitals->rass &&
         std::none_of(vitals->values.begin(), vitals->values.end(),
                      [](const auto& value) { return value.has_value(); });
}

bool ShowsThePerson(const CheckIn& check_in) {
  if (check_in.rater == Rater::kPatient) return true;
  if (const auto* session = std::get_if<SessionAttendance>(&check_in.kind)) {
    return session->attended_minutes.value_or(0) > 0;
  }
  if (const auto* dose = std::get_if<DoseEvent>(&check_in.kind)) {
    return dose->outcome != DoseOutcome::kMissed && dose->outcome != DoseOutcome::kHeld;
  }
  if (const auto* target = std::get_if<TargetBehaviour>(&check_in.kind)) return target->met;
  return true;
}

std::vector<std::string_view> ReceiptKinds(const CheckIn& check_in) {
  if (NothingUsable(check_in) || !ShowsThePerson(check_in)) return {};
  std::vector<std::string_view> kinds = {KindName(check_in)};
  if (ShowsSedation(check_in)) kinds.emplace_back("sedation");
  return kinds;
}

bool IsSatisfiedBy(const ScheduleEntry& entry, const std::vector<std::string_view>& kinds) {
  if (entry.satisfied_by.empty()) return !kinds.empty();
  return std::any_of(kinds.begin(), kinds.end(), [&entry](std::string_view kind) {
    const auto& waited_for = entry.satisfied_by;
    return std::find(waited_for.begin(), waited_for.end(), kind) != waited_for.end();
  });
}

EntryDue DueUnder(const PlanChange& change, const ScheduleEntry& entry, const EntryDue* known,
                  bool waiting) {
  EntryDue next = known == nullptr ? EntryDue{} : *known;
  const ScheduleEntry* old = Find(change.before, entry.entry_id);
  const bool same = known != nullptr && old != nullptr && SameTimes(*old, entry) &&
                    change.before->time_zone == change.plan.time_zone &&
                    change.before->quiet_hours == change.plan.quiet_hours;
  const bool overdue = known != nullptr && known->due_at <= change.recorded_at;
  if (same || waiting || overdue) return next;
  const Instant since = next.last_satisfied_at.value_or(change.monitored_since);
  next.due_at = NextDueSince(entry, change.plan, since,
                             next.last_satisfied_at ? change.early : absl::ZeroDuration(),
                             change.recorded_at);
  return next;
}

void NoteReceipt(const CarePlan& plan, const ScheduleEntry& entry, Instant received_at,
                 Duration early, EntryDue& due) {
  due.last_satisfied_at =
      std::max(due.last_satisfied_at.value_or(absl::InfinitePast()), received_at);
  due.due_at = std::max(due.due_at, NextDue(entry, plan, *due.last_satisfied_at, early));
}

std::map<std::string, EntryDue> DueTimes(const std::vector<PlanVersion>& versions,
                                         const DueFacts& facts, Duration early) {
  Course course(facts, early);
  std::optional<CarePlan> resumed;
  for (size_t i = 0; i < versions.size(); ++i) {
    const std::optional<CarePlan>& plan = versions[i].plan;
    const Instant until =
        i + 1 < versions.size() ? versions[i + 1].recorded_at : absl::InfiniteFuture();
    course.Apply(plan ? &*plan : nullptr, versions[i].recorded_at);
    course.Receive(until);
    const bool ends = plan && plan->status == MonitoringStatus::kPaused && plan->paused_until &&
                      *plan->paused_until < until;
    if (!ends) continue;
    resumed = *plan;
    resumed->status = MonitoringStatus::kActive;
    course.Apply(&*resumed, *plan->paused_until);
    course.Receive(until);
  }
  return course.Take();
}

Instant FirstDue(const std::map<std::string, EntryDue>& entries) {
  Instant first = absl::InfiniteFuture();
  for (const auto& [entry_id, due] : entries) first = std::min(first, due.due_at);
  return first;
}

}  // namespace withdrawal::domain
