#include <cmath>

#include "absl/strings/str_cat.h"
#include "libs/codec/care_plan_parts.h"
#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

absl::Status ReadChoices(const events::v1::CarePlan& message, domain::CarePlan& plan) {
  for (int i = 0; i < message.thresholds_size(); ++i) {
    const auto& threshold = message.thresholds(i);
    const std::string path = absl::StrCat("thresholds[", i, "]");
    if (threshold.rule_id().empty()) return InvalidField(path + ".rule_id", "empty");
    if (!std::isfinite(threshold.value())) return InvalidField(path + ".value", "not a number");
    if (!plan.thresholds.emplace(threshold.rule_id(), threshold.value()).second) {
      return InvalidField(path + ".rule_id", "not unique");
    }
  }
  for (int i = 0; i < message.schemes_size(); ++i) {
    const auto& choice = message.schemes(i);
    const std::string path = absl::StrCat("schemes[", i, "]");
    if (choice.instrument().empty()) return InvalidField(path + ".instrument", "empty");
    if (!plan.schemes.emplace(choice.instrument(), choice.scheme()).second) {
      return InvalidField(path + ".instrument", "not unique");
    }
  }
  return absl::OkStatus();
}

absl::Status ReadQuietHours(const events::v1::CarePlan& message, domain::CarePlan& plan) {
  if (!message.has_quiet_hours()) return absl::OkStatus();
  const auto from = ReadLocalTime(message.quiet_hours().from(), "quiet_hours.from");
  if (!from.ok()) return from.status();
  const auto to = ReadLocalTime(message.quiet_hours().to(), "quiet_hours.to");
  if (!to.ok()) return to.status();
  if (plan.time_zone.empty()) return InvalidField("schedule.time_zone", "needed for local times");
  plan.quiet_hours = {*from, *to};
  return absl::OkStatus();
}

absl::Status ReadDischarge(const events::v1::Discharge& message, domain::CarePlan& plan) {
  if (message.kind() == 0 || !events::v1::DischargeKind_IsValid(message.kind())) {
    return InvalidField("discharge.kind", "unspecified or unknown");
  }
  domain::Discharge& discharge = plan.discharge.emplace();
  discharge.kind = EnumFromNumber<domain::DischargeKind>(message.kind());
  discharge.destination = message.destination();
  return ReadTime(message.has_at(), message.at(), "discharge.at", discharge.at);
}

}  // namespace

absl::Status ReadSettings(const events::v1::CarePlan& message, domain::CarePlan& plan) {
  plan.template_id = message.template_id();
  absl::Status status = ReadChoices(message, plan);
  status.Update(ReadQuietHours(message, plan));
  if (message.has_level_of_care()) {
    const auto& level = message.level_of_care();
    domain::LevelOfCare& into = plan.level_of_care.emplace();
    into.edition = level.edition();
    into.level = level.level();
    status.Update(ReadTime(level.has_since(), level.since(), "level_of_care.since", into.since));
  }
  if (message.has_discharge()) status.Update(ReadDischarge(message.discharge(), plan));
  plan.merged_into = message.merged_into();
  status.Update(ReadTime(message.has_quit_at(), message.quit_at(), "quit_at", plan.quit_at));
  if (message.has_age_years()) plan.age_years = message.age_years();
  if (message.has_medication_offer()) {
    const auto& offer = message.medication_offer();
    domain::MedicationOffer& into = plan.medication_offer.emplace();
    into.offered = offer.offered();
    into.reason = offer.reason();
    status.Update(ReadTime(offer.has_at(), offer.at(), "medication_offer.at", into.at));
  }
  status.Update(ReadTime(message.has_paused_until(), message.paused_until(), "paused_until",
                         plan.paused_until));
  return status;
}

void WriteSettings(const domain::CarePlan& plan, events::v1::CarePlan& message) {
  message.set_template_id(plan.template_id);
  for (const auto& [rule, value] : plan.thresholds) {
    auto* added = message.add_thresholds();
    added->set_rule_id(rule);
    added->set_value(value);
  }
  for (const auto& [instrument, scheme] : plan.schemes) {
    auto* added = message.add_schemes();
    added->set_instrument(instrument);
    added->set_scheme(scheme);
  }
  if (plan.quiet_hours) {
    WriteLocalTime(plan.quiet_hours->from, *message.mutable_quiet_hours()->mutable_from());
    WriteLocalTime(plan.quiet_hours->to, *message.mutable_quiet_hours()->mutable_to());
  }
  if (plan.level_of_care) {
    auto* level = message.mutable_level_of_care();
    level->set_edition(plan.level_of_care->edition);
    level->set_level(plan.level_of_care->level);
    if (plan.level_of_care->since) *level->mutable_since() = ToProto(*plan.level_of_care->since);
  }
  if (plan.discharge) {
    auto* discharge = message.mutable_discharge();
    discharge->set_kind(static_cast<events::v1::DischargeKind>(EnumToNumber(plan.discharge->kind)));
    if (plan.discharge->at) *discharge->mutable_at() = ToProto(*plan.discharge->at);
    discharge->set_destination(plan.discharge->destination);
  }
  message.set_merged_into(plan.merged_into);
  if (plan.quit_at) *message.mutable_quit_at() = ToProto(*plan.quit_at);
  if (plan.age_years) message.set_age_years(*plan.age_years);
  if (plan.medication_offer) {
    message.mutable_medication_offer()->set_offered(plan.medication_offer->offered);
    message.mutable_medication_offer()->set_reason(plan.medication_offer->reason);
    if (plan.medication_offer->at) {
      *message.mutable_medication_offer()->mutable_at() = ToProto(*plan.medication_offer->at);
    }
  }
  if (plan.paused_until) *message.mutable_paused_until() = ToProto(*plan.paused_until);
}

}  // namespace withdrawal::codec
