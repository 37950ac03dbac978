#include "libs/domain/plan_facts.h"

#include <cmath>

#include "libs/domain/plan_fact_parts.h"

namespace withdrawal::domain {
namespace {

using assessment::InputType;

// No first dose is looked for further ahead than this.
constexpr Duration kSearch = absl::Hours(24 * 100);

// The largest of `measure(before, after)` over steps that begin less than `window` apart.
template <typename Measure>
double LargestChange(const std::vector<DailyDose>& doses, Duration window, Measure measure) {
  double largest = 0;
  for (size_t first = 1; first < doses.size(); ++first) {
    for (size_t last = first; last < doses.size(); ++last) {
      if (doses[last].from - doses[first].from >= window) break;
      largest = std::max(largest, measure(doses[first - 1].milligrams, doses[last].milligrams));
    }
  }
  return largest;
}

}  // namespace

double Rounded(double number) { return std::round(number * 1e6) / 1e6; }

void FactBuilder::Raise(const std::string& id, double number) {
  const auto [known, fresh] = facts_.values.try_emplace(id, Rounded(number));
  if (!fresh) known->second = std::max(std::get<double>(known->second), Rounded(number));
}

void FactBuilder::Lower(const std::string& id, double number) {
  const auto [known, fresh] = facts_.values.try_emplace(id, Rounded(number));
  if (!fresh) known->second = std::min(std::get<double>(known->second), Rounded(number));
}

std::string FactBuilder::ClassOf(const MedicationOrder& order) const {
  const auto found = policy_.medication_classes.find(order.product);
  return found == policy_.medication_classes.end() ? "" : found->second;
}

std::vector<const MedicationOrder*> FactBuilder::Of(const std::string& product) const {
  std::vector<const MedicationOrder*> orders;
  for (const MedicationOrder& order : plan_.medications) {
    if (order.product == product) orders.push_back(&order);
  }
  return orders;
}

std::vector<const MedicationOrder*> FactBuilder::OfClass(
    const std::string& medication_class) const {
  std::vector<const MedicationOrder*> orders;
  for (const MedicationOrder& order : plan_.medications) {
    if (ClassOf(order) == medication_class) orders.push_back(&order);
  }
  return orders;
}

bool FactBuilder::Uses(const std::vector<std::string>& substance_classes) const {
  return std::any_of(plan_.substances.begin(), plan_.substances.end(), [&](const auto& use) {
    return std::find(substance_classes.begin(), substance_classes.end(), use.substance_class) !=
           substance_classes.end();
  });
}

std::optional<Instant> FactBuilder::FirstDoseAt(const MedicationOrder& order) const {
  if (order.steps.empty()) return std::nullopt;
  const Instant from = order.steps.front().from;
  const auto doses = PlannedDoses(order, plan_.time_zone, from, from + kSearch);
  if (doses.empty()) return std::nullopt;
  return doses.front().at;
}

double FactBuilder::FirstDose(const MedicationOrder& order) const {
  return order.steps.empty() ? 0 : order.steps.front().milligrams;
}

double FactBuilder::FirstDay(const MedicationOrder& order) const {
  const auto first = FirstDoseAt(order);
  if (!first) return 0;
  double sum = 0;
  for (const auto& dose : PlannedDoses(order, plan_.time_zone, *first, *first + kDosingDay)) {
    sum += dose.milligrams;
  }
  return sum;
}

std::vector<DailyDose> FactBuilder::DailyDoses(
    const std::vector<const MedicationOrder*>& orders) const {
  std::vector<DailyDose> doses;
  for (const MedicationOrder* order : orders) {
    for (const DoseStep& step : order->steps) doses.push_back({step.from, DailyMilligrams(step)});
  }
  std::stable_sort(doses.begin(), doses.end(),
                   [](const DailyDose& a, const DailyDose& b) { return a.from < b.from; });
  return doses;
}

double LargestRise(const std::vector<DailyDose>& doses, Duration window) {
  return LargestChange(doses, window,
                       [](double before, double after) { return std::max(0.0, after - before); });
}

double LargestCutPercent(const std::vector<DailyDose>& doses, Duration window) {
  return LargestChange(doses, window, [](double before, double after) {
    return before > 0 ? std::max(0.0, before - after) * 100 / before : 0;
  });
}

const std::map<std::string, InputType>& PlanFactTypes() {
  static const std::map<std::string, InputType> types = {
      {"bup_planned", InputType::kYesNo},
      {"bup_induction_planned", InputType::kYesNo},
      {"bup_low_dose_planned", InputType::kYesNo},
      {"bup_clinician_present", InputType::kYesNo},
      {"full_opioid_planned", InputType::kYesNo},
      {"fentanyl_use", InputType::kYesNo},
      {"opioid_in_plan", InputType::kYesNo},
      {"sedative_in_plan", InputType::kYesNo},
      {"bup_min_cows", InputType::kNumber},
      {"bup_first_dose_mg", InputType::kNumber},
      {"bup_day1_mg", InputType::kNumber},
      {"bup_daily_mg", InputType::kNumber},
      {"bup_low_dose_mg", InputType::kNumber},
      {"hours_since_short_opioid", InputType::kNumber},
      {"hours_since_long_opioid", InputType::kNumber},
      {"hours_since_fentanyl", InputType::kNumber},
      {"methadone_planned", InputType::kYesNo},
      {"methadone_first_dose_mg", InputType::kNumber},
      {"methadone_day1_mg", InputType::kNumber},
      {"methadone_begun_dose_mg", InputType::kNumber},
      {"methadone_begun_day_mg", InputType::kNumber},
      {"methadone_rise_5d_mg", InputType::kNumber},
      {"methadone_rise_interval_days", InputType::kNumber},
      {"naltrexone_planned", InputType::kYesNo},
      {"opioid_free_days", InputType::kNumber},
      {"agonist_free_days", InputType::kNumber},
      {"naltrexone_depot_interval_days", InputType::kNumber},
      {"benzodiazepine_planned", InputType::kYesNo},
      {"long_acting_bzd_planned", InputType::kYesNo},
      {"bzd_days_dispensed", InputType::kNumber},
      {"bzd_daily_rise_mg", InputType::kNumber},
      {"taper_planned", InputType::kYesNo},
      {"taper_scheme", InputType::kChoice},
      {"taper_without_equivalent", InputType::kYesNo},
      {"taper_start_diazepam_mg", InputType::kNumber},
      {"taper_cut_percent_14d", InputType::kNumber},
      {"taper_cut_percent_10d", InputType::kNumber},
      {"taper_cut_interval_days", InputType::kNumber},
      {"bzd_end_percent", InputType::kNumber},
      {"last_use_missing", InputType::kYesNo},
      {"thiamine_by_day_1", InputType::kYesNo},
      {"gabapentinoid_planned", InputType::kYesNo},
      {"alcohol_alternative_planned", InputType::kYesNo},
      {"lofexidine_planned", InputType::kYesNo},
      {"lofexidine_dose_mg", InputType::kNumber},
      {"lofexidine_day_mg", InputType::kNumber},
      {"lofexidine_days", InputType::kNumber},
      {"lofexidine_interval_hours", InputType::kNumber},
      {"clonidine_planned", InputType::kYesNo},
      {"clonidine_first_dose_mg", InputType::kNumber},
      {"baseline_systolic", InputType::kNumber},
      {"baseline_diastolic", InputType::kNumber},
      {"baseline_pulse", InputType::kNumber},
      {"nicotine_patch_mg", InputType::kNumber},
      {"contingency_management_planned", InputType::kYesNo},
      // Not of the plan: whoever has the intake adds what it came to.
      {"intake_not_suitable", InputType::kYesNo},
  };
  return types;
}

assessment::Assessment PlanFacts(const PlanReviewPolicy& policy, const CarePlan& plan) {
  FactBuilder facts(policy, plan);
  AddOpioidFacts(facts);
  AddSedativeFacts(facts);
  AddOtherFacts(facts);
  assessment::Assessment taken = facts.Take();
  taken.programmes = plan.programmes;
  if (plan.age_years) taken.values["age_years"] = static_cast<double>(*plan.age_years);
  if (plan.pregnant) taken.values["pregnant"] = *plan.pregnant;
  return taken;
}

}  // namespace withdrawal::domain
