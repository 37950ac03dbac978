// A care plan in which everything is set, and random ones.
#pragma once

#include <rapidcheck.h>

#include <string>
#include <vector>

#include "libs/domain/care_plan.h"

namespace withdrawal::codec {

inline const domain::Instant kPlanStart = absl::FromUnixSeconds(1'782'864'000);

inline domain::MedicationOrder FullOrder() {
  domain::MedicationOrder order;
  order.order_id = "bup";
  order.product = "buprenorphine";
  order.route = "sublingual";
  order.purpose = domain::MedicationPurpose::kInduction;
  order.steps = {{.from = kPlanStart, .milligrams = 4, .daily_at = {{8, 0}, {20, 15}}, .every = {}},
                 {.from = kPlanStart + absl::Hours(24),
                  .milligrams = 8,
                  .daily_at = {},
                  .every = absl::Hours(24)}};
  order.ends_at = kPlanStart + absl::Hours(24 * 7);
  order.trigger = {"COWS", 11, 4, absl::Hours(1)};
  order.dose_milligrams_max = 8;
  order.daily_milligrams_max = 16;
  order.taper_scheme = "nsw";
  order.days_dispensed = 1;
  order.clinician_present_at_start = true;
  return order;
}

inline domain::CarePlan FullPlan() {
  const domain::Instant at = kPlanStart;
  domain::CarePlan plan;
  plan.patient_id = "p1";
  plan.etag = "3";
  plan.status = domain::MonitoringStatus::kPaused;
  plan.programmes = {domain::Programme::kAlcohol, domain::Programme::kNicotine};
  plan.substances = {{"alcohol", at}};
  plan.spo2_scale = domain::Spo2Scale::kScale2;
  plan.baseline_scores["SAWS"] = 4;
  plan.baseline_vitals[domain::Vital::kPulse] = 72;
  plan.time_zone = "Australia/Sydney";
  plan.schedule.resize(3);
  plan.schedule[0].entry_id = "saws";
  plan.schedule[0].satisfied_by = {"SAWS"};
  plan.schedule[0].every = absl::Hours(8);
  plan.schedule[0].from = at;
  plan.schedule[0].until = at + absl::Hours(96);
  plan.schedule[1].entry_id = "daily";
  plan.schedule[1].daily_at = {{8, 0}, {20, 30}};
  plan.schedule[2].entry_id = "after-dose";
  plan.schedule[2].at = {at + absl::Minutes(30), at + absl::Minutes(60)};
  plan.pregnant = true;
  plan.team = "north-ward";
  plan.monitoring_started_at = at;
  plan.template_id = "alcohol-ambulatory";
  plan.medications = {FullOrder()};
  plan.sessions = {{"iop", 3, 180, at}};
  plan.goals = {{"g1", "walk the dog", domain::GoalStatus::kReached, at}};
  plan.support_contacts = {{"c1",
                            "parent",
                            {domain::ContactScope::kMissedCheckIn},
                            at,
                            at + absl::Hours(1),
                            at + absl::Hours(2),
                            at + absl::Hours(3)}};
  plan.thresholds = {{"RR-07", 25.5}};
  plan.schemes = {{"CIWA-Ar", "va_paws"}};
  plan.quiet_hours = {{22, 30}, {6, 15}};
  plan.level_of_care = {"asam4", "2.1", at};
  plan.discharge = {domain::DischargeKind::kTransferred, at, "other-service"};
  plan.merged_into = "p2";
  plan.quit_at = at - absl::Hours(5);
  plan.age_years = 44;
  plan.medication_offer = {true, "started in hospital", plan.quit_at};
  plan.paused_until = at + absl::Hours(6);
  return plan;
}

}  // namespace withdrawal::codec
