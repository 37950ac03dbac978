#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "services/clinician/plan_field_checks.h"

namespace withdrawal::clinician {
namespace {

constexpr int kMinutesOfDay = 24 * 60;
constexpr int kQuietMinutesMax = 12 * 60;
constexpr int kAgeMax = 120;
constexpr int kOfferReasonMax = 500;

// Levels by edition: the numbers changed meaning (reference C).
const std::set<std::string>* LevelsOf(const std::string& edition) {
  static const std::set<std::string> third = {"0.5",  "1",    "2.1",    "2.5",    "3.1",
                                              "3.3",  "3.5",  "3.7",    "4",      "OTP",
                                              "1-WM", "2-WM", "3.2-WM", "3.7-WM", "4-WM"};
  static const std::set<std::string> fourth = {"1.0", "1.5", "1.7", "2.1", "2.5",
                                               "2.7", "3.1", "3.5", "3.7", "4"};
  if (edition == "asam3") return &third;
  return edition == "asam4" ? &fourth : nullptr;
}

void CheckThresholds(const events::v1::CarePlan& plan, const PlanBounds& bounds,
                     FieldChecks& checks) {
  std::set<std::string> seen;
  for (int i = 0; i < plan.thresholds_size(); ++i) {
    const events::v1::ThresholdOverride& threshold = plan.thresholds(i);
    const std::string field = absl::StrCat("thresholds[", i, "]");
    const auto range = bounds.adjustable.find(threshold.rule_id());
    if (range == bounds.adjustable.end()) {
      checks.Add(field + ".rule_id", "NOT_ADJUSTABLE",
                 "no rule of the catalogue whose edge a plan may move");
    } else if (!(threshold.value() >= range->second.first &&
                 threshold.value() <= range->second.second)) {
      checks.Add(field + ".value", "OUT_OF_RANGE",
                 absl::StrCat(range->second.first, " to ", range->second.second));
    }
    if (!seen.insert(threshold.rule_id()).second) {
      checks.Add(field + ".rule_id", "DUPLICATE", "named before");
    }
  }
}

void CheckSchemes(const events::v1::CarePlan& plan, const PlanBounds& bounds, FieldChecks& checks) {
  std::set<std::string> seen;
  for (int i = 0; i < plan.schemes_size(); ++i) {
    const events::v1::SchemeChoice& choice = plan.schemes(i);
    const std::string field = absl::StrCat("schemes[", i, "]");
    const auto known = bounds.schemes.find(choice.instrument());
    if (known == bounds.schemes.end()) {
      checks.Add(field + ".instrument", "UNKNOWN_INSTRUMENT", "no instrument with band schemes");
    } else if (!known->second.contains(choice.scheme())) {
      checks.Add(field + ".scheme", "UNKNOWN_SCHEME", "no scheme of this instrument");
    }
    if (!seen.insert(choice.instrument()).second) {
      checks.Add(field + ".instrument", "DUPLICATE", "named before");
    }
  }
}

void CheckQuietHours(const events::v1::CarePlan& plan, FieldChecks& checks) {
  if (!plan.has_quiet_hours()) return;
  const events::v1::LocalTime& from = plan.quiet_hours().from();
  const events::v1::LocalTime& to = plan.quiet_hours().to();
  checks.LocalTime("quiet_hours.from", from);
  checks.LocalTime("quiet_hours.to", to);
  const int length = (to.hour() - from.hour()) * 60 + to.minute() - from.minute();
  const int minutes = length <= 0 ? length + kMinutesOfDay : length;
  if (minutes > kQuietMinutesMax) {
    checks.Add("quiet_hours.to", "OUT_OF_RANGE",
               absl::StrCat("at most ", kQuietMinutesMax / 60, " h after from"));
  }
}

void CheckDischarge(const events::v1::CarePlan& plan, FieldChecks& checks) {
  if (!plan.has_discharge()) return;
  const events::v1::Discharge& discharge = plan.discharge();
  if (plan.status() != events::v1::MONITORING_STATUS_ENDED) {
    checks.Add("discharge", "NOT_ENDED", "only with status ENDED");
  }
  if (!events::v1::DischargeKind_IsValid(discharge.kind()) ||
      discharge.kind() == events::v1::DISCHARGE_KIND_UNSPECIFIED) {
    checks.Add("discharge.kind", "REQUIRED", "COMPLETED, TRANSFERRED, LEFT or DIED");
  }
  checks.OptionalTime("discharge.at", discharge.has_at(), discharge.at(), kClockSkewMax);
  checks.Id("discharge.destination", discharge.destination(), 64, false);
}

void CheckLevel(const events::v1::CarePlan& plan, FieldChecks& checks) {
  if (!plan.has_level_of_care()) return;
  const events::v1::LevelOfCare& level = plan.level_of_care();
  const auto* levels = LevelsOf(level.edition());
  if (levels == nullptr) {
    checks.Add("level_of_care.edition", "UNKNOWN_VALUE", "asam3 or asam4");
  } else if (!levels->contains(level.level())) {
    checks.Add("level_of_care.level", "UNKNOWN_VALUE", "no level of this edition");
  }
  checks.OptionalTime("level_of_care.since", level.has_since(), level.since(), kSoonMax);
}

void CheckOffer(const events::v1::CarePlan& plan, FieldChecks& checks) {
  if (!plan.has_medication_offer()) return;
  const events::v1::MedicationOffer& offer = plan.medication_offer();
  const auto characters = std::count_if(offer.reason().begin(), offer.reason().end(),
                                        [](unsigned char byte) { return (byte & 0xC0) != 0x80; });
  if (characters > kOfferReasonMax) {
    checks.Add("medication_offer.reason", "TOO_LONG",
               absl::StrCat("at most ", kOfferReasonMax, " characters"));
  }
  if (!offer.offered() && offer.reason().empty()) {
    checks.Add("medication_offer.reason", "REQUIRED", "why none was offered");
  }
  checks.OptionalTime("medication_offer.at", offer.has_at(), offer.at(), kClockSkewMax);
}

}  // namespace

void CheckSettings(const events::v1::CarePlan& plan, const PlanBounds& bounds,
                   FieldChecks& checks) {
  checks.Id("template_id", plan.template_id(), 64, false);
  CheckThresholds(plan, bounds, checks);
  CheckSchemes(plan, bounds, checks);
  CheckQuietHours(plan, checks);
  CheckLevel(plan, checks);
  CheckDischarge(plan, checks);
  CheckOffer(plan, checks);
  if (!plan.merged_into().empty()) {
    checks.Add("merged_into", "NOT_SETTABLE", "set by a merge only");
  }
  checks.OptionalTime("paused_until", plan.has_paused_until(), plan.paused_until(), kPlannedMax);
  checks.OptionalTime("quit_at", plan.has_quit_at(), plan.quit_at(), kSoonMax);
  if (plan.has_age_years() && (plan.age_years() < 1 || plan.age_years() > kAgeMax)) {
    checks.Add("age_years", "OUT_OF_RANGE", absl::StrCat("1 to ", kAgeMax));
  }
}

}  // namespace withdrawal::clinician
