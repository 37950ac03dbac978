#include "libs/domain/plan_template.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/domain/planned_doses.h"
#include "libs/domain/schedule.h"

namespace withdrawal::domain {
namespace {

constexpr int kMinutesOfDay = 24 * 60;
constexpr Duration kSearch = absl::Hours(24 * 100);

int MinuteOf(LocalTime time) { return time.hour * 60 + time.minute; }

LocalTime TimeOf(int minute) {
  const int inside = ((minute % kMinutesOfDay) + kMinutesOfDay) % kMinutesOfDay;
  return {inside / 60, inside % 60};
}

int Minutes(Duration duration) { return static_cast<int>(absl::ToInt64Minutes(duration)); }

// From waking every `every`, and at bedtime; what comes less than an hour before it is left to it.
std::vector<LocalTime> AwakeTimes(const PlanTemplate& plan_template, Duration every) {
  std::vector<LocalTime> times;
  const int wake = MinuteOf(plan_template.wake);
  int bed = MinuteOf(plan_template.bed);
  if (bed <= wake) bed += kMinutesOfDay;
  for (int at = wake; at <= bed - 60; at += Minutes(every)) times.push_back(TimeOf(at));
  times.push_back(TimeOf(bed));
  return times;
}

std::vector<LocalTime> AfterDoses(const TemplateEntry& entry, const CarePlan& plan) {
  std::vector<LocalTime> times;
  for (const MedicationOrder& order : plan.medications) {
    if (order.product != entry.product || order.steps.empty()) continue;
    for (const LocalTime dose : order.steps.front().daily_at) {
      const LocalTime after = TimeOf(MinuteOf(dose) + Minutes(*entry.after_doses));
      if (std::find(times.begin(), times.end(), after) == times.end()) times.push_back(after);
    }
  }
  return times.empty() ? entry.daily_at : times;
}

Instant LastUse(const PlanTemplate& plan_template, const CarePlan& plan, Instant start) {
  Instant last = absl::InfinitePast();
  for (const SubstanceUse& use : plan.substances) {
    const auto& classes = plan_template.classes;
    if (std::find(classes.begin(), classes.end(), use.substance_class) != classes.end()) {
      last = std::max(last, use.last_use);
    }
  }
  return last == absl::InfinitePast() ? start : last;
}

Instant FirstDose(const CarePlan& plan, Instant start) {
  Instant first = absl::InfiniteFuture();
  bool of_induction = false;
  for (const MedicationOrder& order : plan.medications) {
    const bool induction = order.purpose == MedicationPurpose::kInduction ||
                           order.purpose == MedicationPurpose::kLowDoseInduction;
    if (order.steps.empty() || (of_induction && !induction)) continue;
    const Instant from = order.steps.front().from;
    const auto doses = PlannedDoses(order, plan.time_zone, from, from + kSearch);
    if (doses.empty()) continue;
    first = induction && !of_induction ? doses.front().at : std::min(first, doses.front().at);
    of_induction = of_induction || induction;
  }
  return first == absl::InfiniteFuture() ? start : first;
}

std::vector<Instant> DoseCuts(const CarePlan& plan) {
  std::vector<Instant> cuts;
  for (const MedicationOrder& order : plan.medications) {
    if (order.purpose != MedicationPurpose::kTaper) continue;
    for (size_t i = 1; i < order.steps.size(); ++i) {
      if (DailyMilligrams(order.steps[i]) < DailyMilligrams(order.steps[i - 1])) {
        cuts.push_back(order.steps[i].from);
      }
    }
  }
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  return cuts;
}

class Instantiation {
 public:
  Instantiation(const PlanTemplate& plan_template, Instant start, CarePlan& plan)
      : template_(plan_template), start_(start), plan_(plan) {}

  void Add(const TemplateEntry& entry) {
    if (entry.since != TemplateAnchor::kDoseCut) return AddFrom(entry, AnchorOf(entry), "");
    size_t added = 0;
    for (const Instant cut : DoseCuts(plan_)) {
      if (added == kCutEntriesMax) break;
      if (entry.until && cut + *entry.until <= start_) continue;
      AddFrom(entry, cut, absl::StrCat("-", ++added));
    }
  }

 private:
  Instant AnchorOf(const TemplateEntry& entry) const {
    if (entry.since == TemplateAnchor::kLastUse) return LastUse(template_, plan_, start_);
    if (entry.since == TemplateAnchor::kFirstDose) return FirstDose(plan_, start_);
    return start_;
  }

  void AddFrom(const TemplateEntry& entry, Instant anchor, const std::string& suffix) {
    ScheduleEntry made;
    made.entry_id = entry.entry_id + suffix;
    made.satisfied_by = entry.satisfied_by;
    if (entry.until) made.until = anchor + *entry.until;
    if (made.until && *made.until <= start_) return;
    if (anchor + entry.from > start_) made.from = anchor + entry.from;
    if (entry.every) {
      made.every = entry.every;
    } else if (entry.awake_every) {
      made.daily_at = AwakeTimes(template_, *entry.awake_every);
    } else if (!entry.at.empty()) {
      made.from.reset();
      for (const Duration after : entry.at) {
        if (anchor + after >= start_) made.at.push_back(anchor + after);
      }
      if (made.at.empty()) return;
    } else {
      made.daily_at = entry.after_doses ? AfterDoses(entry, plan_) : entry.daily_at;
    }
    plan_.schedule.push_back(std::move(made));
  }

  const PlanTemplate& template_;
  const Instant start_;
  CarePlan& plan_;
};

}  // namespace

CarePlan Instantiate(const PlanTemplate& plan_template, const CarePlan& base, Instant start) {
  CarePlan plan = base;
  plan.template_id = plan_template.id;
  for (const Programme programme : plan_template.programmes) {
    if (std::find(plan.programmes.begin(), plan.programmes.end(), programme) ==
        plan.programmes.end()) {
      plan.programmes.push_back(programme);
    }
  }
  if (plan.monitoring_started_at == absl::InfinitePast()) plan.monitoring_started_at = start;
  if (!plan.quiet_hours) plan.quiet_hours = {plan_template.bed, plan_template.wake};
  if (plan.schedule.empty()) {
    Instantiation instantiation(plan_template, start, plan);
    for (const TemplateEntry& entry : plan_template.entries) instantiation.Add(entry);
  }
  if (plan.sessions.empty()) {
    plan.sessions = plan_template.sessions;
    for (SessionPlan& session : plan.sessions) session.from = start;
  }
  return plan;
}

}  // namespace withdrawal::domain
