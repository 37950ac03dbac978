// A care plan and a catalogue's bounds for the tests of the check.
#pragma once

#include <string>
#include <vector>

#include "services/clinician/care_plan_check.h"
#include "tests/services/clinician/events.h"

namespace withdrawal::clinician {

inline const PlanBounds& Bounds() {
  static const PlanBounds bounds = {
      .total_max = {{"CIWA-Ar", 67}, {"NEWS2", 20}},
      .vital_range = {{"pulse", {20, 250}}},
      .check_ins = {"vital-signs", "red-flags", "CIWA-Ar"},
      .products = {{"buprenorphine", 320}, {"diazepam", 200}, {"bromazepam", std::nullopt}},
      .taper_schemes = {"joint2025", "nsw"},
      .schemes = {{"CIWA-Ar", {"asam2020", "va_paws"}}},
      .adjustable = {{"RR-07", {20, 40}}},
  };
  return bounds;
}

inline events::v1::CarePlan GoodPlan() {
  events::v1::CarePlan plan = PlanOf("p-1", "north-ward", "", kNoon).care_plan();
  auto& use = *plan.add_substances();
  use.set_substance_class("alcohol");
  *use.mutable_last_use() = At(kNoon - absl::Hours(10));
  auto& score = *plan.add_baseline_scores();
  score.set_instrument("CIWA-Ar");
  score.set_total(12);
  auto& vital = *plan.add_baseline_vitals();
  vital.set_vital("pulse");
  vital.set_value(72);
  plan.mutable_schedule()->set_time_zone("Australia/Sydney");
  auto& periodic = *plan.mutable_schedule()->add_entries();
  periodic.set_entry_id("vitals");
  periodic.add_satisfied_by("vital-signs");
  periodic.mutable_every()->set_seconds(4 * 3600);
  auto& daily = *plan.mutable_schedule()->add_entries();
  daily.set_entry_id("ciwa");
  daily.add_satisfied_by("CIWA-Ar");
  daily.add_daily_at()->set_hour(8);
  return plan;
}

// "field reason" of each error, in order of the check.
inline std::vector<std::string> Errors(const events::v1::CarePlan& plan) {
  std::vector<std::string> errors;
  for (const auto& error : CheckCarePlan(plan, Bounds(), kNoon)) {
    errors.push_back(error.field + " " + error.reason);
  }
  return errors;
}

using Strings = std::vector<std::string>;

}  // namespace withdrawal::clinician
