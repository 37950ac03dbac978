#include "services/clinician/care_plan_check.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/codec/care_plan.h"
#include "services/clinician/plan_field_checks.h"

namespace withdrawal::clinician {
namespace {

using domain::FieldError;

constexpr const char* kSubstanceClasses[] = {"alcohol",
                                             "opioid-short-acting",
                                             "opioid-long-acting",
                                             "fentanyl",
                                             "benzodiazepine-short",
                                             "benzodiazepine-long",
                                             "stimulant",
                                             "cannabis",
                                             "nicotine"};

void CheckIds(const events::v1::CarePlan& plan, FieldChecks& checks) {
  checks.Id("patient_id", plan.patient_id(), 64, true);
  checks.Id("team", plan.team(), 64, false);
  if (!events::v1::MonitoringStatus_IsValid(plan.status()) ||
      plan.status() == events::v1::MONITORING_STATUS_UNSPECIFIED) {
    checks.Add("status", "REQUIRED", "ACTIVE, PAUSED or ENDED");
  }
  if (!events::v1::Spo2Scale_IsValid(plan.spo2_scale())) {
    checks.Add("spo2_scale", "UNKNOWN_VALUE", "SPO2_SCALE_1 or SPO2_SCALE_2");
  }
}

void CheckProgrammes(const events::v1::CarePlan& plan, FieldChecks& checks) {
  std::set<int> seen;
  for (int i = 0; i < plan.programmes_size(); ++i) {
    const int programme = plan.programmes(i);
    const std::string field = absl::StrCat("programmes[", i, "]");
    if (!events::v1::Programme_IsValid(programme) ||
        programme == events::v1::PROGRAMME_UNSPECIFIED) {
      checks.Add(field, "UNKNOWN_VALUE", "no programme of this API");
    } else if (!seen.insert(programme).second) {
      checks.Add(field, "DUPLICATE", "named before");
    }
  }
}

void CheckSubstances(const events::v1::CarePlan& plan, FieldChecks& checks) {
  std::set<std::string> seen;
  for (int i = 0; i < plan.substances_size(); ++i) {
    const events::v1::SubstanceUse& use = plan.substances(i);
    const std::string field = absl::StrCat("substances[", i, "]");
    const auto* end = std::end(kSubstanceClasses);
    if (std::find(std::begin(kSubstanceClasses), end, use.substance_class()) == end) {
      checks.Add(field + ".substance_class", "UNKNOWN_SUBSTANCE_CLASS",
                 "no class of the catalogue");
    } else if (!seen.insert(use.substance_class()).second) {
      checks.Add(field + ".substance_class", "DUPLICATE", "named before");
    }
    if (use.has_last_use()) {
      checks.Time(field + ".last_use", use.last_use(), kClockSkewMax);
    } else {
      checks.Add(field + ".last_use", "REQUIRED", "the danger windows count from it");
    }
  }
}

void CheckBaselines(const events::v1::CarePlan& plan, const PlanBounds& bounds,
                    FieldChecks& checks) {
  std::set<std::string> seen;
  for (int i = 0; i < plan.baseline_scores_size(); ++i) {
    const events::v1::BaselineScore& score = plan.baseline_scores(i);
    const std::string field = absl::StrCat("baseline_scores[", i, "]");
    const auto total_max = bounds.total_max.find(score.instrument());
    if (total_max == bounds.total_max.end()) {
      checks.Add(field + ".instrument", "UNKNOWN_INSTRUMENT", "no instrument of the catalogue");
    } else if (score.total() < 0 || score.total() > total_max->second) {
      checks.Add(field + ".total", "OUT_OF_RANGE", absl::StrCat("0 to ", total_max->second));
    }
    if (!seen.insert(score.instrument()).second) {
      checks.Add(field + ".instrument", "DUPLICATE", "named before");
    }
  }
  seen.clear();
  for (int i = 0; i < plan.baseline_vitals_size(); ++i) {
    const events::v1::BaselineVital& vital = plan.baseline_vitals(i);
    const std::string field = absl::StrCat("baseline_vitals[", i, "]");
    const auto range = bounds.vital_range.find(vital.vital());
    if (range == bounds.vital_range.end()) {
      checks.Add(field + ".vital", "UNKNOWN_VITAL",
                 "a field name of VitalSigns that holds a quantity");
    } else if (!(vital.value() >= range->second.first && vital.value() <= range->second.second)) {
      checks.Add(field + ".value", "OUT_OF_RANGE",
                 absl::StrCat(range->second.first, " to ", range->second.second));
    }
    if (!seen.insert(vital.vital()).second)
      checks.Add(field + ".vital", "DUPLICATE", "named before");
  }
}

}  // namespace

PlanBounds PlanBounds::Of(const catalogue::Catalogue& catalogue) {
  PlanBounds bounds;
  bounds.check_ins = catalogue::OtherCheckIns();
  for (const auto& [id, instrument] : catalogue.instruments) {
    bounds.total_max[id] = instrument.total_max();
    bounds.check_ins.push_back(id);
    for (const auto& scheme : instrument.schemes) bounds.schemes[id].insert(scheme.id);
  }
  for (const auto& [product, medication] : catalogue.medications) {
    bounds.products[product] = medication.dose_milligrams_max;
  }
  for (const domain::Rule& rule : catalogue.rules) {
    if (rule.adjustable) bounds.adjustable[rule.id] = {rule.adjustable->from, rule.adjustable->to};
  }
  const auto& schemes = catalogue.plan_review.taper_schemes;
  bounds.taper_schemes = {schemes.begin(), schemes.end()};
  bounds.total_max[catalogue.news2.id] = catalogue.news2.total_max;
  for (const auto& [vital, definition] : catalogue.vitals) {
    bounds.vital_range[std::string(domain::VitalCode(vital))] = {definition.from, definition.to};
  }
  return bounds;
}

std::vector<FieldError> CheckCarePlan(const events::v1::CarePlan& plan, const PlanBounds& bounds,
                                      absl::Time now) {
  FieldChecks checks(now);
  CheckIds(plan, checks);
  CheckProgrammes(plan, checks);
  CheckSubstances(plan, checks);
  CheckBaselines(plan, bounds, checks);
  CheckSchedule(plan, bounds, checks);
  CheckMedications(plan, bounds, checks);
  CheckSupport(plan, checks);
  CheckSettings(plan, bounds, checks);
  checks.OptionalTime("monitoring_started_at", plan.has_monitoring_started_at(),
                      plan.monitoring_started_at(), kSoonMax);
  // What scoring and alerting could not read must not look like an enrolment.
  const auto read = codec::FromProto(plan);
  if (checks.ok() && !read.ok()) {
    checks.Add("", "UNREADABLE", std::string(read.status().message()));
  }
  return checks.Take();
}

}  // namespace withdrawal::clinician
