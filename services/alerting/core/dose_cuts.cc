#include <algorithm>
#include <map>

#include "services/alerting/core/doses.h"
#include "services/alerting/core/leaf_condition.h"
#include "services/alerting/core/memory.h"

namespace withdrawal::alerting {
namespace {

using domain::MedicationOrder;

// Milligrams a day of each product that orders of these give.
std::map<std::string, double> DailyDoses(const std::vector<std::string>& names,
                                         const domain::CarePlan& plan,
                                         const domain::AlertPolicy& policy, Instant at) {
  std::map<std::string, double> doses;
  for (const MedicationOrder& order : plan.medications) {
    const std::string product = ProductOf(order.product, policy);
    const domain::DoseStep* step = Runs(order, at) ? StepAt(order, at) : nullptr;
    if (step != nullptr && IsNamed(names, product, policy)) {
      doses[product] += DailyMilligrams(*step);
    }
  }
  return doses;
}

// A new version of the plan gives less of one product, and not more of another instead of it. Its
// orders have a day to begin.
bool IsCut(const std::vector<std::string>& names, const domain::CarePlan& before,
           const domain::CarePlan& after, const domain::AlertPolicy& policy, Instant at) {
  std::map<std::string, double> doses = DailyDoses(names, after, policy, at);
  for (const auto& [product, dose] : DailyDoses(names, after, policy, at + absl::Hours(24))) {
    doses[product] = std::max(doses[product], dose);
  }
  const auto earlier = DailyDoses(names, before, policy, at);
  const bool less = std::any_of(earlier.begin(), earlier.end(), [&](const auto& one) {
    return doses[one.first] < one.second - 1e-9;
  });
  return less && std::none_of(doses.begin(), doses.end(), [&](const auto& one) {
           const auto known = earlier.find(one.first);
           return one.second > (known == earlier.end() ? 0 : known->second) + 1e-9;
         });
}

void AddCutsByVersion(const std::vector<std::string>& names, const State& state,
                      const domain::AlertPolicy& policy, std::vector<Instant>& cuts) {
  for (size_t i = 0; i < state.past_plans.size(); ++i) {
    const bool newest = i + 1 == state.past_plans.size();
    if (newest && !state.plan) return;
    const domain::CarePlan& after = newest ? *state.plan : state.past_plans[i + 1].plan;
    const Instant at = newest ? state.plan_since : state.past_plans[i + 1].from;
    if (IsCut(names, state.past_plans[i].plan, after, policy, at)) cuts.push_back(at);
  }
}

}  // namespace

std::vector<Instant> DoseCuts(const std::vector<std::string>& names, const State& state,
                              const domain::CarePlan& plan, const domain::AlertPolicy& policy) {
  std::vector<Instant> cuts;
  AddCutsByVersion(names, state, policy, cuts);
  std::vector<const MedicationOrder*> orders;
  for (const MedicationOrder& order : plan.medications) {
    if (IsNamed(names, ProductOf(order.product, policy), policy)) orders.push_back(&order);
  }
  for (const MedicationOrder* order : orders) {
    const auto& steps = order->steps;
    for (size_t i = 1; i < steps.size(); ++i) {
      const bool less = DailyMilligrams(steps[i]) < DailyMilligrams(steps[i - 1]) - 1e-9;
      if (less) cuts.push_back(steps[i].from);
    }
    if (order->purpose != domain::MedicationPurpose::kTaper || !order->ends_at) continue;
    const Instant end = *order->ends_at;
    const bool goes_on = std::any_of(orders.begin(), orders.end(),
                                     [end](const auto* other) { return Runs(*other, end); });
    if (!goes_on) cuts.push_back(end);
  }
  return cuts;
}

}  // namespace withdrawal::alerting
