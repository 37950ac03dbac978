// What a dose event says: taken or not, and how it differs from the plan (ME-X01).
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/alerting/core/doses.h"
#include "services/alerting/core/memory.h"

namespace withdrawal::alerting {
namespace {

using domain::DoseStep;
using domain::MedicationOrder;

bool IsPlanned(const domain::CarePlan& plan, const std::string& product, Instant at,
               const domain::AlertPolicy& policy) {
  return std::any_of(plan.medications.begin(), plan.medications.end(), [&](const auto& order) {
    return ProductOf(order.product, policy) == product && Runs(order, at);
  });
}

// How a dose of a planned product differs from what the plan says; each kind with its words.
struct Deviations {
  std::string amount, over_maximum, too_soon;
};

std::string Milligrams(double value) { return absl::StrCat(value, " mg"); }

double TakenIn(const State& state, const std::string& product, Instant from, Instant to) {
  double sum = 0;
  for (const RecentDose& dose : state.doses) {
    if (dose.product == product && dose.taken_at > from && dose.taken_at <= to) {
      sum += dose.milligrams;
    }
  }
  return sum;
}

// Steps that hold at `at`, give or take lateness: a change of dose has no sharp edge.
std::vector<const DoseStep*> StepsNear(const MedicationOrder& order, Instant at,
                                       const domain::DosePolicy& policy) {
  std::vector<const DoseStep*> steps;
  for (size_t i = 0; i < order.steps.size(); ++i) {
    const Duration late = LateAfter(order.steps[i], policy);
    if (at >= order.steps[i].from - late && at < EndOf(order, i) + late) {
      steps.push_back(&order.steps[i]);
    }
  }
  return steps;
}

bool AmountFits(const MedicationOrder& order, double milligrams, Instant at,
                const domain::DosePolicy& policy, std::string& planned) {
  const double share = policy.amount_share;
  if (order.trigger) {
    planned = absl::StrCat("at most ", Milligrams(order.trigger->milligrams));
    return milligrams <= order.trigger->milligrams * (1 + share) + 1e-9;
  }
  for (const DoseStep* step : StepsNear(order, at, policy)) {
    planned = Milligrams(step->milligrams);
    if (std::abs(milligrams - step->milligrams) <= step->milligrams * share + 1e-9) return true;
  }
  return planned.empty();
}

std::optional<Duration> GapMin(const MedicationOrder& order, Instant at,
                               const domain::DosePolicy& policy) {
  if (order.trigger) return order.trigger->interval_min;
  std::optional<Duration> shortest;
  for (const DoseStep* step : StepsNear(order, at, policy)) {
    const Duration gap = ShortestGap(*step) * policy.too_soon_share;
    shortest = std::min(gap, shortest.value_or(gap));
  }
  return shortest;
}

// The day of another dose within this one counts as well: it may have been told of before.
double MostOfADay(const State& state, const std::string& product, double milligrams, Instant at) {
  constexpr Duration kDay = kDeviationReach;
  double most = milligrams + TakenIn(state, product, at - kDay, at);
  for (const RecentDose& dose : state.doses) {
    if (dose.product != product || dose.taken_at <= at || dose.taken_at >= at + kDay) continue;
    const double day = TakenIn(state, product, dose.taken_at - kDay, dose.taken_at);
    most = std::max(most, milligrams + day);
  }
  return most;
}

std::string OverMaximum(const MedicationOrder& order, const State& state,
                        const std::string& product, double milligrams, Instant at) {
  if (order.dose_milligrams_max && milligrams > *order.dose_milligrams_max + 1e-9) {
    return absl::StrCat(Milligrams(milligrams), ", more than the most per dose of ",
                        Milligrams(*order.dose_milligrams_max));
  }
  const double day = MostOfADay(state, product, milligrams, at);
  if (order.daily_milligrams_max && day > *order.daily_milligrams_max + 1e-9) {
    return absl::StrCat(Milligrams(day), " in 24 h, more than the most per day of ",
                        Milligrams(*order.daily_milligrams_max));
  }
  return "";
}

Deviations Compare(const domain::CarePlan& plan, const State& state, const std::string& product,
                   std::optional<double> milligrams, Instant at,
                   const domain::AlertPolicy& policy) {
  Deviations found;
  bool fits = false;
  std::optional<Duration> gap;
  std::string planned;
  for (const MedicationOrder& order : plan.medications) {
    if (ProductOf(order.product, policy) != product || !Runs(order, at)) continue;
    if (milligrams) {
      fits |= AmountFits(order, *milligrams, at, policy.doses, planned);
      if (found.over_maximum.empty()) {
        found.over_maximum = OverMaximum(order, state, product, *milligrams, at);
      }
    }
    if (const auto own = GapMin(order, at, policy.doses)) gap = std::min(*own, gap.value_or(*own));
  }
  if (milligrams && !fits) {
    found.amount = absl::StrCat(Milligrams(*milligrams), ", planned ", planned);
  }
  const auto compare = [&](Instant other) {
    const Duration distance = absl::AbsDuration(other - at);
    if (!gap || distance >= *gap) return;
    found.too_soon = absl::StrCat(absl::ToInt64Minutes(distance), " min from another dose");
  };
  for (const RecentDose& dose : state.doses) {
    if (dose.product == product) compare(dose.taken_at);
  }
  // Kept longer than single doses: a depot is given every four weeks.
  const auto course = state.courses.find(product);
  if (course != state.courses.end() && course->second.last_taken_at.value_or(at) != at) {
    compare(*course->second.last_taken_at);
  }
  return found;
}

// `how` empty: it does not differ in this way.
void AddDeviation(const char* kind, const std::string& product, const std::string& how,
                  Facts& facts) {
  facts.Add(FactCode(domain::Measure::kDoseDeviation, kind), how.empty() ? 0 : 1,
            how.empty() ? "" : absl::StrCat(product, " ", how), product);
}

std::string Taken(const std::string& how) { return how.empty() ? "" : "taken: " + how; }

std::string Outcome(domain::DoseOutcome outcome) {
  switch (outcome) {
    case domain::DoseOutcome::kMissed:
      return "missed";
    case domain::DoseOutcome::kRefused:
      return "refused";
    case domain::DoseOutcome::kVomited:
      return "vomited";
    default:
      return "";
  }
}

}  // namespace

void AddTakenFacts(const domain::DoseEvent& dose, const State& state,
                   const domain::AlertPolicy& policy, Facts& facts) {
  using domain::Measure;
  const std::string product = ProductOf(dose.product, policy);
  const std::string of_class = ClassOf(product, policy);
  const std::string amount = dose.milligrams ? " " + Milligrams(*dose.milligrams) : "";
  for (const std::string& name : {product, of_class}) {
    if (name.empty()) continue;
    facts.Add(FactCode(Measure::kDose, name), dose.milligrams.value_or(0),
              absl::StrCat(product, amount, " taken"));
  }
  const domain::CarePlan* plan = PlanAt(state, facts.observed_at());
  const bool has_orders = plan != nullptr && !plan->medications.empty();
  const auto name = policy.medications.find(product);
  const bool never = name != policy.medications.end() && name->second.never_prescribed;
  if (never || (has_orders && !IsPlanned(*plan, product, facts.observed_at(), policy))) {
    facts.Add(FactCode(Measure::kUse, of_class), 1, absl::StrCat(product, amount, " used"));
  }
}

void AddDoseFacts(const domain::DoseEvent& dose, const State& state,
                  const domain::AlertPolicy& policy, Facts& facts) {
  using domain::Measure;
  const std::string product = ProductOf(dose.product, policy);
  const std::string of_class = ClassOf(product, policy);
  const bool taken = dose.outcome == domain::DoseOutcome::kTaken;
  if (taken) AddTakenFacts(dose, state, policy, facts);
  const bool held = dose.outcome == domain::DoseOutcome::kHeld;
  for (const std::string& name : {product, of_class}) {
    if (!name.empty() && !held) {
      const bool vomited = dose.outcome == domain::DoseOutcome::kVomited;
      facts.Add(FactCode(Measure::kDoseNotTaken, name),
                taken     ? 0
                : vomited ? 2
                          : 1,
                taken ? "" : absl::StrCat(product, vomited ? " vomited" : " not taken"));
    }
  }
  const Instant at = facts.observed_at();
  const domain::CarePlan* plan = PlanAt(state, at);
  const bool has_orders = plan != nullptr && !plan->medications.empty();
  const bool planned = has_orders && IsPlanned(*plan, product, at, policy);
  if (!held && (planned || !has_orders)) {
    AddDeviation("not_taken", product, Outcome(dose.outcome), facts);
  }
  if (!taken) return;
  AddDeviation("not_planned", product, has_orders && !planned ? "taken, not in the plan" : "",
               facts);
  const Deviations found =
      planned ? Compare(*plan, state, product, dose.milligrams, at, policy) : Deviations();
  AddDeviation("amount", product, Taken(found.amount), facts);
  AddDeviation("over_maximum", product, Taken(found.over_maximum), facts);
  AddDeviation("too_soon", product, Taken(found.too_soon), facts);
}

}  // namespace withdrawal::alerting
