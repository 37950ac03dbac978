#include <set>

#include "absl/strings/str_cat.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/time.h"
#include "services/clinician/plan_field_checks.h"

namespace withdrawal::clinician {
namespace {

constexpr int kOrdersMax = 32;
constexpr int kStepsMax = 64;
constexpr absl::Duration kDoseEveryMax = absl::Hours(24 * 92);  // depots last up to three months
constexpr double kDaysMax = 366;

void CheckStep(const std::string& field, const events::v1::DoseStep& step, FieldChecks& checks) {
  if (step.has_from()) {
    checks.Time(field + ".from", step.from(), kPlannedMax);
  } else {
    checks.Add(field + ".from", "REQUIRED", "when the step begins");
  }
  checks.Amount(field + ".milligrams", step.milligrams());
  if (step.has_every() == (step.daily_at_size() > 0)) {
    checks.Add(field, "EXACTLY_ONE", "give either every or daily_at");
  }
  if (step.has_every()) {
    checks.Length(field + ".every", step.every(), codec::kDoseEveryMin, kDoseEveryMax);
  }
  checks.LocalTimes(field + ".daily_at", step.daily_at());
}

void CheckSteps(const std::string& field, const events::v1::MedicationOrder& order,
                FieldChecks& checks) {
  checks.Count(field + ".steps", order.steps_size(), kStepsMax);
  for (int i = 0; i < order.steps_size(); ++i) {
    const std::string path = absl::StrCat(field, ".steps[", i, "]");
    CheckStep(path, order.steps(i), checks);
    if (i > 0 &&
        codec::FromProto(order.steps(i).from()) <= codec::FromProto(order.steps(i - 1).from())) {
      checks.Add(path + ".from", "NOT_ASCENDING", "later than the step before");
    }
  }
  if (!order.has_ends_at()) return;
  checks.Time(field + ".ends_at", order.ends_at(), kPlannedMax);
  if (order.steps_size() > 0 && codec::FromProto(order.ends_at()) <=
                                    codec::FromProto(order.steps(order.steps_size() - 1).from())) {
    checks.Add(field + ".ends_at", "NOT_AFTER_STEPS", "after the last step has begun");
  }
}

void CheckTrigger(const std::string& field, const events::v1::SymptomTrigger& trigger,
                  const PlanBounds& bounds, FieldChecks& checks) {
  const auto total_max = bounds.total_max.find(trigger.instrument());
  if (total_max == bounds.total_max.end()) {
    checks.Add(field + ".instrument", "UNKNOWN_INSTRUMENT", "no instrument of the catalogue");
  } else if (trigger.total_at_least() < 1 || trigger.total_at_least() > total_max->second) {
    checks.Add(field + ".total_at_least", "OUT_OF_RANGE", absl::StrCat("1 to ", total_max->second));
  }
  checks.Amount(field + ".milligrams", trigger.milligrams());
  checks.Length(field + ".interval_min", trigger.interval_min(), absl::Minutes(15),
                absl::Hours(24));
}

void CheckLimits(const std::string& field, const events::v1::MedicationOrder& order,
                 FieldChecks& checks) {
  if (order.has_dose_milligrams_max()) {
    checks.Amount(field + ".dose_milligrams_max", order.dose_milligrams_max());
  }
  if (order.has_daily_milligrams_max()) {
    checks.Amount(field + ".daily_milligrams_max", order.daily_milligrams_max());
  }
  if (order.has_dose_milligrams_max() && order.has_daily_milligrams_max() &&
      order.daily_milligrams_max() < order.dose_milligrams_max()) {
    checks.Add(field + ".daily_milligrams_max", "BELOW_DOSE_MAX", "at least one dose");
  }
  if (order.has_days_dispensed() &&
      !(order.days_dispensed() > 0 && order.days_dispensed() <= kDaysMax)) {
    checks.Add(field + ".days_dispensed", "OUT_OF_RANGE",
               absl::StrCat("more than 0, at most ", kDaysMax));
  }
}

// The limit ingest has for a dose taken: what is planned beyond it could never be reported.
void CheckPlausible(const std::string& field, double milligrams, std::optional<double> maximum,
                    FieldChecks& checks) {
  if (!maximum || !(milligrams > *maximum)) return;
  checks.Add(field, "IMPLAUSIBLE_DOSE",
             absl::StrCat("more than ", *maximum, " mg in one dose: look at the unit"));
}

void CheckDoses(const std::string& field, const events::v1::MedicationOrder& order,
                const PlanBounds& bounds, FieldChecks& checks) {
  const auto product = bounds.products.find(order.product());
  if (product == bounds.products.end()) {
    return checks.Add(field + ".product", "UNKNOWN_PRODUCT",
                      "no product of the catalogue, by its id");
  }
  const std::optional<double>& maximum = product->second;
  for (int i = 0; i < order.steps_size(); ++i) {
    CheckPlausible(absl::StrCat(field, ".steps[", i, "].milligrams"), order.steps(i).milligrams(),
                   maximum, checks);
  }
  CheckPlausible(field + ".trigger.milligrams", order.trigger().milligrams(), maximum, checks);
  CheckPlausible(field + ".dose_milligrams_max", order.dose_milligrams_max(), maximum, checks);
}

void CheckOrder(const std::string& field, const events::v1::MedicationOrder& order,
                const PlanBounds& bounds, FieldChecks& checks) {
  checks.Id(field + ".order_id", order.order_id(), 64, true);
  CheckDoses(field, order, bounds, checks);
  checks.Id(field + ".route", order.route(), 32, false);
  if (!events::v1::MedicationPurpose_IsValid(order.purpose()) ||
      order.purpose() == events::v1::MEDICATION_PURPOSE_UNSPECIFIED) {
    checks.Add(field + ".purpose", "REQUIRED", "what the medicine is for");
  }
  const bool by_symptoms = order.purpose() == events::v1::MEDICATION_PURPOSE_SYMPTOM_TRIGGERED;
  if (by_symptoms != order.has_trigger()) {
    checks.Add(field + ".trigger", by_symptoms ? "REQUIRED" : "NOT_ALLOWED",
               "for symptom-triggered orders, and only for them");
  }
  if (by_symptoms == (order.steps_size() > 0)) {
    checks.Add(field + ".steps", by_symptoms ? "NOT_ALLOWED" : "REQUIRED",
               "for all orders but symptom-triggered ones");
  }
  if (order.has_trigger()) CheckTrigger(field + ".trigger", order.trigger(), bounds, checks);
  CheckSteps(field, order, checks);
  CheckLimits(field, order, checks);
  if (order.taper_scheme().empty()) return;
  if (!bounds.taper_schemes.contains(order.taper_scheme())) {
    checks.Add(field + ".taper_scheme", "UNKNOWN_SCHEME", "no taper scheme of the catalogue");
  } else if (order.purpose() != events::v1::MEDICATION_PURPOSE_TAPER) {
    checks.Add(field + ".taper_scheme", "NOT_ALLOWED", "for tapers only");
  }
}

}  // namespace

void CheckMedications(const events::v1::CarePlan& plan, const PlanBounds& bounds,
                      FieldChecks& checks) {
  checks.Count("medications", plan.medications_size(), kOrdersMax);
  std::set<std::string> seen;
  for (int i = 0; i < plan.medications_size(); ++i) {
    const std::string field = absl::StrCat("medications[", i, "]");
    CheckOrder(field, plan.medications(i), bounds, checks);
    if (!seen.insert(plan.medications(i).order_id()).second) {
      checks.Add(field + ".order_id", "DUPLICATE", "must be unique in the plan");
    }
  }
}

}  // namespace withdrawal::clinician
