#include "services/alerting/core/doses.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/domain/substance.h"
#include "services/alerting/core/memory.h"

namespace withdrawal::alerting {
namespace {

using domain::DoseStep;
using domain::MedicationOrder;

constexpr Duration kLookBack = absl::Hours(14 * 24);
// A day is not over before its last dose, also when that is still to come.
constexpr Duration kDayAhead = absl::Hours(25);
constexpr int kPlannedMax = 1000;

// Planned times of one step, ascending, in (after, until].
std::vector<Instant> TimesOf(const DoseStep& step, const absl::TimeZone& zone, Instant after,
                             Instant until) {
  std::vector<Instant> times;
  if (step.every && *step.every > absl::ZeroDuration()) {
    Instant at = step.from;
    Duration rest;
    if (at <= after) at += *step.every * (absl::IDivDuration(after - at, *step.every, &rest) + 1);
    for (; at <= until && times.size() < kPlannedMax; at += *step.every) times.push_back(at);
    return times;
  }
  const absl::CivilDay last = absl::ToCivilDay(until, zone);
  for (absl::CivilDay day = absl::ToCivilDay(after, zone); day <= last; ++day) {
    for (const domain::LocalTime& time : step.daily_at) {
      const Instant at = absl::FromCivil(
          absl::CivilSecond(day.year(), day.month(), day.day(), time.hour, time.minute, 0), zone);
      if (at > after && at <= until && at >= step.from) times.push_back(at);
    }
  }
  std::sort(times.begin(), times.end());
  return times;
}

struct PlannedDose {
  Instant at;
  Duration late;
};

absl::TimeZone ZoneOf(const domain::CarePlan& plan) {
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(plan.time_zone, &zone)) return absl::UTCTimeZone();
  return zone;
}

// Planned doses of an order in (after, until], none from before it was recorded.
void AddPlanned(const MedicationOrder& order, const State& state, const domain::AlertPolicy& policy,
                Instant after, Instant until, std::vector<PlannedDose>& planned) {
  const auto recorded = state.orders.find(order.order_id);
  if (recorded != state.orders.end()) after = std::max(after, recorded->second);
  for (size_t i = 0; i < order.steps.size(); ++i) {
    const Duration late = LateAfter(order.steps[i], policy.doses);
    // A step's last moment belongs to the next one.
    const Instant end = EndOf(order, i) - absl::Nanoseconds(1);
    for (const Instant at :
         TimesOf(order.steps[i], ZoneOf(*state.plan), after, std::min(until, end))) {
      planned.push_back({at, late});
    }
  }
}

using ByProduct = std::map<std::string, std::vector<PlannedDose>>;

ByProduct PlannedUpTo(const domain::MissedDoses& wanted, const State& state,
                      const domain::AlertPolicy& policy, Instant now) {
  ByProduct planned;
  for (const MedicationOrder& order : state.plan->medications) {
    const std::string product = ProductOf(order.product, policy);
    if (!IsNamed(wanted.names, product, policy)) continue;
    AddPlanned(order, state, policy, now - kLookBack, now + kDayAhead, planned[product]);
  }
  for (auto& [product, doses] : planned) {
    std::sort(doses.begin(), doses.end(),
              [](const PlannedDose& a, const PlannedDose& b) { return a.at < b.at; });
  }
  return planned;
}

// Doses that nothing was heard of; each is one of the row.
MissedRow DosesIn(const std::vector<PlannedDose>& planned, const Course& course, int at_least,
                  Instant now) {
  MissedRow row;
  for (const PlannedDose& dose : planned) {
    if (dose.at + dose.late > now) continue;
    if (course.last_reported_at && *course.last_reported_at >= dose.at - dose.late) continue;
    if (row.count++ == 0) row.first = dose.at;
    if (row.count == at_least) row.since = dose.at + dose.late;
  }
  return row;
}

// Planned days without a dose taken; a day is over when its last dose is late.
MissedRow DaysIn(const std::vector<PlannedDose>& planned, const Course& course, int at_least,
                 const absl::TimeZone& zone, Instant now) {
  MissedRow row;
  for (size_t i = 0; i < planned.size();) {
    const absl::CivilDay day = absl::ToCivilDay(planned[i].at, zone);
    const PlannedDose first = planned[i];
    PlannedDose last = first;
    for (; i < planned.size() && absl::ToCivilDay(planned[i].at, zone) == day; ++i) {
      last = planned[i];
    }
    if (last.at + last.late > now) continue;
    if (course.last_taken_at && *course.last_taken_at >= first.at - first.late) continue;
    if (row.count++ == 0) row.first = first.at;
    if (row.count == at_least) row.since = last.at + last.late;
  }
  return row;
}

}  // namespace

bool IsNamed(const std::vector<std::string>& names, const std::string& product,
             const domain::AlertPolicy& policy) {
  if (names.empty()) return true;
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return name == product || name == ClassOf(product, policy) ||
           (domain::IsReportedClass(product) && name == domain::SubstanceFamily(product));
  });
}

bool Runs(const MedicationOrder& order, Instant at) {
  if (order.ends_at && at >= *order.ends_at) return false;
  // The first dose may be taken a little before its time.
  return order.steps.empty() || at >= order.steps.front().from - ShortestGap(order.steps[0]) / 2;
}

bool IsContinued(const MedicationOrder& order, const State& state,
                 const domain::DosePolicy& policy) {
  const auto recorded = state.orders.find(order.order_id);
  return !order.steps.empty() && recorded != state.orders.end() &&
         order.steps.front().from <= recorded->second - policy.continued_from;
}

Instant EndOf(const MedicationOrder& order, size_t step) {
  const Instant end = order.ends_at.value_or(absl::InfiniteFuture());
  return step + 1 < order.steps.size() ? std::min(end, order.steps[step + 1].from) : end;
}

const DoseStep* StepAt(const MedicationOrder& order, Instant at) {
  if (order.ends_at && at >= *order.ends_at) return nullptr;
  const DoseStep* found = nullptr;
  for (const DoseStep& step : order.steps) {
    if (step.from <= at) found = &step;
  }
  return found;
}

double DailyMilligrams(const DoseStep& step) {
  if (!step.every) return step.milligrams * static_cast<double>(step.daily_at.size());
  return step.milligrams * absl::FDivDuration(absl::Hours(24), *step.every);
}

Duration ShortestGap(const DoseStep& step) {
  if (step.every) return *step.every;
  std::vector<Duration> times;
  for (const domain::LocalTime& time : step.daily_at) {
    times.push_back(absl::Hours(time.hour) + absl::Minutes(time.minute));
  }
  std::sort(times.begin(), times.end());
  Duration shortest = absl::Hours(24);
  for (size_t i = 0; i + 1 < times.size(); ++i) {
    shortest = std::min(shortest, times[i + 1] - times[i]);
  }
  if (times.size() > 1) {
    shortest = std::min(shortest, times.front() + absl::Hours(24) - times.back());
  }
  return shortest;
}

Duration LateAfter(const DoseStep& step, const domain::DosePolicy& policy) {
  return std::clamp(ShortestGap(step) * policy.late_share, policy.late_min, policy.late_max);
}

std::optional<MissedRow> FindMissed(const domain::MissedDoses& wanted, const State& state,
                                    const domain::AlertPolicy& policy, Instant now) {
  if (!state.plan || state.plan->status != domain::MonitoringStatus::kActive) return std::nullopt;
  const Course none;
  std::optional<MissedRow> longest;
  for (const auto& [product, planned] : PlannedUpTo(wanted, state, policy, now)) {
    const auto known = state.courses.find(product);
    const Course& course = known == state.courses.end() ? none : known->second;
    MissedRow row = wanted.days ? DaysIn(planned, course, wanted.at_least, ZoneOf(*state.plan), now)
                                : DosesIn(planned, course, wanted.at_least, now);
    row.product = product;
    if (row.count < wanted.at_least || row.count > wanted.at_most) continue;
    if (!longest || row.count > longest->count) longest = row;
  }
  return longest;
}

std::optional<Instant> NextMissable(const domain::MissedDoses& wanted, const State& state,
                                    const domain::AlertPolicy& policy, Instant after) {
  if (!state.plan || state.plan->status != domain::MonitoringStatus::kActive) return std::nullopt;
  std::optional<Instant> next;
  for (const MedicationOrder& order : state.plan->medications) {
    if (!IsNamed(wanted.names, ProductOf(order.product, policy), policy)) continue;
    for (const DoseStep& step : order.steps) {
      std::vector<PlannedDose> planned;
      const Instant from = std::max(after - LateAfter(step, policy.doses), step.from);
      const Instant sure = std::max(from, step.from) + std::max(ShortestGap(step), absl::Hours(25));
      AddPlanned(order, state, policy, from - absl::Nanoseconds(1), sure + absl::Hours(24),
                 planned);
      for (const PlannedDose& dose : planned) {
        const Instant late = dose.at + dose.late;
        if (late > after) next = std::min(late, next.value_or(late));
      }
    }
  }
  return next;
}

}  // namespace withdrawal::alerting
