#include <map>

#include "libs/domain/plan_fact_parts.h"

namespace withdrawal::domain {
namespace {

constexpr Duration kDay = absl::Hours(24);

// The shortest time between two doses of the step, the night included.
double IntervalHours(const DoseStep& step) {
  if (step.every) return absl::ToDoubleHours(*step.every);
  std::vector<int> minutes;
  for (const LocalTime time : step.daily_at) minutes.push_back(time.hour * 60 + time.minute);
  std::sort(minutes.begin(), minutes.end());
  int shortest = minutes.empty() ? 24 * 60 : minutes.front() + 24 * 60 - minutes.back();
  for (size_t i = 1; i < minutes.size(); ++i) {
    shortest = std::min(shortest, minutes[i] - minutes[i - 1]);
  }
  return (minutes.size() < 2 ? 24 * 60 : shortest) / 60.0;
}

// What several orders give together: in the day after each step begins, and from the first dose to
// the last end.
void AddLofexidineOrders(FactBuilder& facts, const std::vector<const MedicationOrder*>& orders) {
  std::vector<Instant> begins;
  for (const MedicationOrder* order : orders) {
    for (const DoseStep& step : order->steps) begins.push_back(step.from);
  }
  for (const Instant from : begins) {
    std::map<Instant, double> doses;
    for (const MedicationOrder* order : orders) {
      for (const auto& dose : PlannedDoses(*order, facts.plan().time_zone, from, from + 2 * kDay)) {
        doses[dose.at] += dose.milligrams;
      }
    }
    for (auto dose = doses.begin(); dose != doses.end(); ++dose) {
      facts.Raise("lofexidine_dose_mg", dose->second);
      double day = 0;
      for (auto in = dose; in != doses.end() && in->first < dose->first + kDosingDay; ++in) {
        day += in->second;
      }
      facts.Raise("lofexidine_day_mg", day);
      if (const auto next = std::next(dose); next != doses.end()) {
        facts.Lower("lofexidine_interval_hours", absl::ToDoubleHours(next->first - dose->first));
      }
    }
  }
}

void AddLofexidineDays(FactBuilder& facts, std::vector<const MedicationOrder*> orders) {
  std::stable_sort(orders.begin(), orders.end(), [&](const auto* a, const auto* b) {
    return facts.FirstDoseAt(*a) < facts.FirstDoseAt(*b);
  });
  std::optional<Instant> begin, end;
  for (const MedicationOrder* order : orders) {
    const auto first = facts.FirstDoseAt(*order);
    if (!order->ends_at || !first) continue;
    // A day without is no end of the course.
    if (!end || *first > *end + kDay) begin = first;
    end = std::max(*order->ends_at, end.value_or(*order->ends_at));
    facts.Raise("lofexidine_days", absl::ToDoubleHours(*end - *begin) / 24);
  }
}

void AddLofexidine(FactBuilder& facts) {
  const auto orders = facts.Of("lofexidine");
  facts.Set("lofexidine_planned", !orders.empty());
  if (orders.size() > 1) AddLofexidineOrders(facts, orders);
  AddLofexidineDays(facts, orders);
  for (const MedicationOrder* order : orders) {
    for (const DoseStep& step : order->steps) {
      facts.Raise("lofexidine_dose_mg", step.milligrams);
      facts.Raise("lofexidine_day_mg", DailyMilligrams(step));
      facts.Lower("lofexidine_interval_hours", IntervalHours(step));
    }
  }
}

void AddClonidine(FactBuilder& facts) {
  const auto orders = facts.Of("clonidine");
  facts.Set("clonidine_planned", !orders.empty());
  for (const MedicationOrder* order : orders) {
    if (!order->steps.empty()) facts.Raise("clonidine_first_dose_mg", facts.FirstDose(*order));
  }
}

bool ThiamineByDayOne(const FactBuilder& facts) {
  const Instant start = facts.plan().monitoring_started_at;
  for (const MedicationOrder* order : facts.Of("thiamine")) {
    const auto first = facts.FirstDoseAt(*order);
    if (first && (start == absl::InfinitePast() || *first <= start + kDay)) return true;
  }
  return false;
}

// A programme whose danger windows count from a last use, and the active plan names none. A taper's
// clock is its cuts.
bool LastUseMissing(const FactBuilder& facts) {
  static const std::map<Programme, std::vector<std::string>> classes = {
      {Programme::kAlcohol, {"alcohol"}},
      {Programme::kOpioid, {"opioid-short-acting", "opioid-long-acting", "fentanyl"}},
      {Programme::kBenzodiazepine, {"benzodiazepine-short", "benzodiazepine-long"}},
      {Programme::kStimulant, {"stimulant"}}};
  if (facts.plan().status != MonitoringStatus::kActive) return false;
  for (const Programme programme : facts.plan().programmes) {
    const auto found = classes.find(programme);
    if (found == classes.end() || facts.Uses(found->second)) continue;
    const auto orders = facts.OfClass("benzodiazepine");
    const bool taper = std::any_of(orders.begin(), orders.end(), [](const auto* order) {
      return order->purpose == MedicationPurpose::kTaper;
    });
    if (programme != Programme::kBenzodiazepine || !taper) return true;
  }
  return false;
}

}  // namespace

void AddOtherFacts(FactBuilder& facts) {
  const CarePlan& plan = facts.plan();
  facts.Set("last_use_missing", LastUseMissing(facts));
  facts.Set("thiamine_by_day_1", ThiamineByDayOne(facts));
  facts.Set("gabapentinoid_planned", !facts.OfClass("gabapentinoid").empty());
  facts.Set("alcohol_alternative_planned", !facts.Of("carbamazepine").empty() ||
                                               !facts.Of("gabapentin").empty() ||
                                               !facts.Of("clonidine").empty());
  AddLofexidine(facts);
  AddClonidine(facts);
  for (const auto& [vital, fact] : {std::pair(Vital::kSystolic, "baseline_systolic"),
                                    std::pair(Vital::kDiastolic, "baseline_diastolic"),
                                    std::pair(Vital::kPulse, "baseline_pulse")}) {
    const auto baseline = plan.baseline_vitals.find(vital);
    if (baseline != plan.baseline_vitals.end()) facts.Set(fact, baseline->second);
  }
  for (const MedicationOrder* order : facts.Of("nicotine")) {
    if (order->route == "transdermal" && !order->steps.empty()) {
      facts.Raise("nicotine_patch_mg", facts.FirstDose(*order));
    }
  }
  facts.Set("contingency_management_planned",
            std::any_of(plan.sessions.begin(), plan.sessions.end(), [](const auto& session) {
              return session.session_type == "contingency-management";
            }));
}

}  // namespace withdrawal::domain
