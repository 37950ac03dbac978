#include "services/alerting/core/memory.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "services/alerting/core/condition.h"
#include "services/alerting/core/doses.h"

namespace withdrawal::alerting {
namespace {

void NoteCourse(State& state, const std::string& product, const domain::DoseEvent& dose, Instant at,
                Duration gap) {
  Course& course = state.courses[product];
  course.last_reported_at = std::max(course.last_reported_at.value_or(at), at);
  if (dose.outcome != domain::DoseOutcome::kTaken) return;
  if (!course.started_at || at - *course.last_taken_at >= gap) {
    course.started_at = at;
  } else if (at < *course.started_at && *course.started_at - at < gap) {
    course.started_at = at;
    // What came before this one, and was too far from the others without it.
    for (auto before = state.doses.rbegin(); before != state.doses.rend(); ++before) {
      const Duration earlier = *course.started_at - before->taken_at;
      if (before->product != product || earlier < absl::ZeroDuration()) continue;
      if (earlier >= gap) break;
      course.started_at = before->taken_at;
    }
  }
  course.last_taken_at = std::max(course.last_taken_at.value_or(at), at);
}

void AddDose(State& state, RecentDose dose, const domain::AlertPolicy& policy) {
  state.doses.push_back(std::move(dose));
  std::stable_sort(state.doses.begin(), state.doses.end(),
                   [](const auto& a, const auto& b) { return a.taken_at < b.taken_at; });
  const Instant oldest = state.doses.back().taken_at - DosesNeeded(policy);
  std::erase_if(state.doses, [&](const RecentDose& d) { return d.taken_at < oldest; });
  while (state.doses.size() > kRecentDosesMax) state.doses.erase(state.doses.begin());
}

// A dose told of late may be what makes later ones differ from the plan: too soon, too much.
void RememberDeviations(State& state, const RecentDose& added, const domain::AlertPolicy& policy) {
  const std::vector<RecentDose> doses = state.doses;
  for (size_t i = 0; i < doses.size(); ++i) {
    const Duration later = doses[i].taken_at - added.taken_at;
    if (doses[i].product != added.product || later <= absl::ZeroDuration() ||
        later >= kDeviationReach) {
      continue;
    }
    domain::ScoredCheckIn scored;
    scored.check_in.observed_at = doses[i].taken_at;
    const domain::DoseEvent dose{added.product, doses[i].milligrams, domain::DoseOutcome::kTaken,
                                 "", ""};
    scored.check_in.kind = dose;
    Facts facts(scored);
    state.doses.erase(state.doses.begin() + static_cast<std::ptrdiff_t>(i));
    AddDoseFacts(dose, state, policy, facts);
    state.doses = doses;
    for (RecentReading& reading : Memorable(facts, policy)) {
      const auto& known = state.readings;
      if (std::find(known.begin(), known.end(), reading) == known.end()) {
        state.readings.push_back(std::move(reading));
      }
    }
  }
}

void ForgetOldestCourse(State& state) {
  if (state.courses.size() <= kCoursesMax) return;
  const auto oldest = std::min_element(
      state.courses.begin(), state.courses.end(), [](const auto& a, const auto& b) {
        return a.second.last_reported_at < b.second.last_reported_at;
      });
  state.courses.erase(oldest);
}

// An amended form replaces the value of its moment.
void AddPoint(Series& series, Instant at, const Fact& fact, Duration kept_for) {
  auto& points = series.points;
  const auto after =
      std::lower_bound(points.begin(), points.end(), at,
                       [](const Series::Point& point, Instant t) { return point.observed_at < t; });
  if (after != points.end() && after->observed_at == at) {
    *after = {at, fact.value, fact.lower_bound};
  } else {
    points.insert(after, {at, fact.value, fact.lower_bound});
  }
  const Instant oldest = points.back().observed_at - kept_for;
  std::erase_if(points, [&](const Series::Point& point) { return point.observed_at < oldest; });
  while (points.size() > kSeriesMax) points.erase(points.begin());
}

}  // namespace

std::string ProductOf(const std::string& product, const domain::AlertPolicy& policy) {
  const auto name = policy.medications.find(absl::AsciiStrToLower(product));
  return name == policy.medications.end() ? product : name->second.product;
}

std::string ClassOf(const std::string& product, const domain::AlertPolicy& policy) {
  const auto found = policy.medications.find(absl::AsciiStrToLower(product));
  return found == policy.medications.end() ? "" : found->second.medication_class;
}

void RememberDose(State& state, const domain::CheckIn& check_in,
                  const domain::AlertPolicy& policy) {
  if (const auto* dose = std::get_if<domain::DoseEvent>(&check_in.kind)) {
    const std::string product = ProductOf(dose->product, policy);
    NoteCourse(state, product, *dose, check_in.observed_at, policy.doses.course_gap);
    ForgetOldestCourse(state);
    if (dose->outcome != domain::DoseOutcome::kTaken) return;
    const RecentDose taken{product, check_in.observed_at, dose->milligrams.value_or(0)};
    AddDose(state, taken, policy);
    RememberDeviations(state, taken, policy);
  }
  if (const auto* lapse = std::get_if<domain::LapseReport>(&check_in.kind)) {
    AddDose(state, {lapse->substance_class, check_in.observed_at, 0}, policy);
  }
}

void RememberReadings(State& state, const Facts& facts, const domain::AlertPolicy& policy) {
  if (facts.to_the_day()) return;
  for (RecentReading& reading : Memorable(facts, policy)) {
    state.readings.push_back(std::move(reading));
  }
  for (const auto& [code, kept_for] : SeriesNeeded(policy)) {
    const Fact* fact = facts.FindCode(code);
    if (fact == nullptr || !facts.comparable(code)) continue;
    AddPoint(state.series[code], facts.observed_at(), *fact, kept_for);
  }
  if (state.readings.empty()) return;
  std::stable_sort(state.readings.begin(), state.readings.end(),
                   [](const auto& a, const auto& b) { return a.observed_at < b.observed_at; });
  const Instant oldest = state.readings.back().observed_at - MemoryNeeded(policy);
  std::erase_if(state.readings,
                [&](const RecentReading& reading) { return reading.observed_at < oldest; });
  while (state.readings.size() > kRecentReadingsMax) state.readings.erase(state.readings.begin());
}

void RememberPlan(State& state, const domain::CarePlan* next, Instant recorded_at) {
  if (state.plan && next != nullptr) {
    PastPlan past{*state.plan, state.plan_since};
    past.plan.schedule.clear();
    past.plan.sessions.clear();
    past.plan.goals.clear();
    past.plan.support_contacts.clear();
    state.past_plans.push_back(std::move(past));
  }
  if (next == nullptr) state.past_plans.clear();
  // A version is of use as long as the one after it began recently.
  while (!state.past_plans.empty()) {
    const Instant ended = state.past_plans.size() > 1 ? state.past_plans[1].from : recorded_at;
    if (state.past_plans.size() <= kPastPlansMax && recorded_at - ended <= kPastPlansKeptFor) break;
    state.past_plans.erase(state.past_plans.begin());
  }
  state.plan_since = recorded_at;
  std::map<std::string, Instant> orders;
  if (next != nullptr) {
    for (const domain::MedicationOrder& order : next->medications) {
      const auto known = state.orders.find(order.order_id);
      orders[order.order_id] = known == state.orders.end() ? recorded_at : known->second;
    }
  }
  state.orders = std::move(orders);
}

const domain::CarePlan* PlanAt(const State& state, Instant at) {
  if (!state.plan) return nullptr;
  if (at >= state.plan_since || state.past_plans.empty()) return &*state.plan;
  for (auto past = state.past_plans.rbegin(); past != state.past_plans.rend(); ++past) {
    if (at >= past->from) return &past->plan;
  }
  return &state.past_plans.front().plan;
}

}  // namespace withdrawal::alerting
