#include "libs/domain/plan_fact_parts.h"

namespace withdrawal::domain {
namespace {

constexpr char kBuprenorphine[] = "buprenorphine";
constexpr char kMethadone[] = "methadone";
constexpr char kNaltrexone[] = "naltrexone";
constexpr Duration kDay = absl::Hours(24);

bool Has(const std::vector<const MedicationOrder*>& orders, MedicationPurpose purpose) {
  return std::any_of(orders.begin(), orders.end(),
                     [&](const MedicationOrder* order) { return order->purpose == purpose; });
}

double HoursBetween(Instant from, Instant to) { return absl::ToDoubleHours(to - from); }

std::optional<Instant> LastUse(const CarePlan& plan, const std::string& substance_class) {
  for (const SubstanceUse& use : plan.substances) {
    if (use.substance_class == substance_class) return use.last_use;
  }
  return std::nullopt;
}

void AddInduction(FactBuilder& facts, const MedicationOrder& order) {
  facts.Raise("bup_first_dose_mg", facts.FirstDose(order));
  facts.Raise("bup_day1_mg", facts.FirstDay(order));
  const auto first = facts.FirstDoseAt(order);
  if (!first) return;
  for (const auto& [substance_class, fact] :
       {std::pair("opioid-short-acting", "hours_since_short_opioid"),
        std::pair("opioid-long-acting", "hours_since_long_opioid"),
        std::pair("fentanyl", "hours_since_fentanyl")}) {
    const auto last_use = LastUse(facts.plan(), substance_class);
    if (last_use) facts.Lower(fact, std::max(0.0, HoursBetween(*last_use, *first)));
  }
}

void AddBuprenorphine(FactBuilder& facts) {
  const auto orders = facts.Of(kBuprenorphine);
  facts.Set("bup_planned", !orders.empty());
  facts.Set("bup_induction_planned", Has(orders, MedicationPurpose::kInduction));
  facts.Set("bup_low_dose_planned", Has(orders, MedicationPurpose::kLowDoseInduction));
  bool present = true;
  for (const MedicationOrder* order : orders) {
    if (order->purpose == MedicationPurpose::kLowDoseInduction) {
      facts.Raise("bup_low_dose_mg", facts.FirstDose(*order));
      continue;
    }
    for (const DoseStep& step : order->steps) facts.Raise("bup_daily_mg", DailyMilligrams(step));
    if (order->purpose != MedicationPurpose::kInduction) continue;
    AddInduction(facts, *order);
    present = present && order->clinician_present_at_start;
  }
  if (Has(orders, MedicationPurpose::kInduction)) facts.Set("bup_clinician_present", present);
  const auto min_cows = facts.plan().thresholds.find("ME-B01");
  if (min_cows != facts.plan().thresholds.end()) facts.Set("bup_min_cows", min_cows->second);
}

// An order that is no induction and begins with the monitoring, within a day: whoever has not taken
// methadone before is on their first day all the same.
bool BeginsWithCare(const MedicationOrder& order, const CarePlan& plan) {
  if (order.purpose == MedicationPurpose::kInduction || order.steps.empty()) return false;
  const Duration after = order.steps.front().from - plan.monitoring_started_at;
  return after > -kDay && after < kDay;
}

void AddMethadone(FactBuilder& facts) {
  const auto orders = facts.Of(kMethadone);
  facts.Set("methadone_planned", !orders.empty());
  // Doses of one day are one day, in however many orders they are written.
  double day1 = 0;
  double begun = 0;
  for (const MedicationOrder* order : orders) {
    if (BeginsWithCare(*order, facts.plan())) {
      begun += facts.FirstDay(*order);
      facts.Raise("methadone_begun_dose_mg", facts.FirstDose(*order));
      facts.Raise("methadone_begun_day_mg", begun);
    }
    if (order->purpose != MedicationPurpose::kInduction) continue;
    facts.Raise("methadone_first_dose_mg", facts.FirstDose(*order));
    day1 += facts.FirstDay(*order);
    facts.Raise("methadone_day1_mg", day1);
  }
  const auto doses = facts.DailyDoses(orders);
  if (doses.empty()) return;
  facts.Set("methadone_rise_5d_mg", LargestRise(doses, 5 * kDay));
  std::optional<Instant> rise;
  for (size_t i = 1; i < doses.size(); ++i) {
    if (doses[i].milligrams <= doses[i - 1].milligrams) continue;
    // Daily adjustment belongs to the first week.
    if (rise && *rise - doses.front().from >= 7 * kDay) {
      facts.Lower("methadone_rise_interval_days", HoursBetween(*rise, doses[i].from) / 24);
    }
    rise = doses[i].from;
  }
}

// Days from the last planned dose of the agonist to `start`; none when it has begun later.
std::optional<double> DaysSince(const FactBuilder& facts, const MedicationOrder& agonist,
                                Instant start) {
  if (agonist.steps.empty() || agonist.steps.front().from > start) return std::nullopt;
  if (!agonist.ends_at || *agonist.ends_at > start) return 0;
  const auto doses =
      PlannedDoses(agonist, facts.plan().time_zone, agonist.steps.back().from, start);
  const Instant last = doses.empty() ? *agonist.ends_at : doses.back().at;
  return HoursBetween(last, start) / 24;
}

void AddNaltrexone(FactBuilder& facts) {
  const auto orders = facts.Of(kNaltrexone);
  facts.Set("naltrexone_planned", !orders.empty());
  for (const MedicationOrder* order : orders) {
    for (const DoseStep& step : order->steps) {
      if (step.every && *step.every >= 14 * kDay) {
        facts.Raise("naltrexone_depot_interval_days", absl::ToDoubleHours(*step.every) / 24);
      }
    }
    const auto start = facts.FirstDoseAt(*order);
    if (!start) continue;
    for (const char* opioid : {"opioid-short-acting", "opioid-long-acting", "fentanyl"}) {
      const auto last_use = LastUse(facts.plan(), opioid);
      if (!last_use) continue;
      facts.Lower("opioid_free_days", std::max(0.0, HoursBetween(*last_use, *start) / 24));
    }
    for (const MedicationOrder* agonist : facts.OfClass("opioid")) {
      const auto days = DaysSince(facts, *agonist, *start);
      if (days) facts.Lower("agonist_free_days", *days);
    }
  }
}

}  // namespace

void AddOpioidFacts(FactBuilder& facts) {
  AddBuprenorphine(facts);
  AddMethadone(facts);
  AddNaltrexone(facts);
  const auto opioids = facts.OfClass("opioid");
  facts.Set("full_opioid_planned",
            std::any_of(opioids.begin(), opioids.end(), [](const MedicationOrder* order) {
              return order->product != kBuprenorphine;
            }));
  facts.Set("fentanyl_use", facts.Uses({"fentanyl"}));
  facts.Set("opioid_in_plan", !opioids.empty() || facts.Uses({"opioid-short-acting",
                                                              "opioid-long-acting", "fentanyl"}));
  facts.Set("sedative_in_plan",
            !facts.OfClass("benzodiazepine").empty() || !facts.OfClass("z-drug").empty() ||
                facts.Uses({"alcohol", "benzodiazepine-short", "benzodiazepine-long"}));
}

}  // namespace withdrawal::domain
