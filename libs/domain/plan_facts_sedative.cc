#include "libs/domain/plan_fact_parts.h"

namespace withdrawal::domain {
namespace {

constexpr Duration kDay = absl::Hours(24);

void AddCutInterval(FactBuilder& facts, const std::vector<DailyDose>& doses) {
  std::optional<Instant> cut;
  for (size_t i = 1; i < doses.size(); ++i) {
    if (doses[i].milligrams >= doses[i - 1].milligrams) continue;
    if (cut) {
      facts.Lower("taper_cut_interval_days", absl::ToDoubleHours(doses[i].from - *cut) / 24);
    }
    cut = doses[i].from;
  }
}

void AddTaper(FactBuilder& facts, const MedicationOrder& order) {
  const auto doses = facts.DailyDoses({&order});
  if (doses.empty()) return;
  facts.Raise("taper_cut_percent_14d", LargestCutPercent(doses, 14 * kDay));
  facts.Raise("taper_cut_percent_10d", LargestCutPercent(doses, 10 * kDay));
  AddCutInterval(facts, doses);
  const auto& table = facts.policy().equivalents.milligrams_per_5_diazepam;
  const auto equivalent = table.find(order.product);
  if (equivalent == table.end()) {
    facts.Set("taper_without_equivalent", true);
    return;
  }
  facts.Raise("taper_start_diazepam_mg", doses.front().milligrams * 5 / equivalent->second);
}

// How much of the first daily dose is left when the order ends.
void AddEnd(FactBuilder& facts, const MedicationOrder& order) {
  if (!order.ends_at || order.steps.empty()) return;
  const double first = DailyMilligrams(order.steps.front());
  if (first <= 0) return;
  facts.Raise("bzd_end_percent", DailyMilligrams(order.steps.back()) * 100 / first);
}

}  // namespace

void AddSedativeFacts(FactBuilder& facts) {
  const auto benzodiazepines = facts.OfClass("benzodiazepine");
  facts.Set("benzodiazepine_planned", !benzodiazepines.empty());
  const auto& long_acting = facts.policy().equivalents.long_acting;
  facts.Set("long_acting_bzd_planned",
            std::any_of(benzodiazepines.begin(), benzodiazepines.end(),
                        [&](const auto* order) { return long_acting.contains(order->product); }));
  for (const MedicationOrder* order : benzodiazepines) {
    if (order->days_dispensed) facts.Raise("bzd_days_dispensed", *order->days_dispensed);
    if (order->purpose != MedicationPurpose::kSymptomTriggered) AddEnd(facts, *order);
    if (order->purpose != MedicationPurpose::kFixedSchedule &&
        order->purpose != MedicationPurpose::kTaper) {
      continue;
    }
    const auto doses = facts.DailyDoses({order});
    for (size_t i = 1; i < doses.size(); ++i) {
      facts.Raise("bzd_daily_rise_mg",
                  std::max(0.0, doses[i].milligrams - doses[i - 1].milligrams));
    }
  }
  // Less is less, whatever the order is called; a regimen for alcohol withdrawal falls by design.
  for (const MedicationOrder* order : benzodiazepines) {
    if (order->purpose != MedicationPurpose::kMaintenance) continue;
    const auto doses = facts.DailyDoses({order});
    const double cut = LargestCutPercent(doses, 14 * kDay);
    if (cut <= 0) continue;
    facts.Raise("taper_cut_percent_14d", cut);
    AddCutInterval(facts, doses);
  }
  facts.Set("taper_planned", false);
  for (const MedicationOrder& order : facts.plan().medications) {
    const std::string medication_class = facts.ClassOf(order);
    if (order.purpose != MedicationPurpose::kTaper ||
        (medication_class != "benzodiazepine" && medication_class != "z-drug")) {
      continue;
    }
    facts.Set("taper_planned", true);
    facts.Set("taper_without_equivalent", false);
    facts.SetText("taper_scheme",
                  order.taper_scheme.empty() && !facts.policy().taper_schemes.empty()
                      ? facts.policy().taper_schemes.front()
                      : order.taper_scheme);
  }
  for (const MedicationOrder& order : facts.plan().medications) {
    const std::string medication_class = facts.ClassOf(order);
    if (order.purpose == MedicationPurpose::kTaper &&
        (medication_class == "benzodiazepine" || medication_class == "z-drug")) {
      AddTaper(facts, order);
    }
  }
}

}  // namespace withdrawal::domain
