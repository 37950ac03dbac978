#include <cmath>

#include "absl/strings/str_cat.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/care_plan_parts.h"
#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

bool IsAmount(double value) { return std::isfinite(value) && value > 0; }

absl::StatusOr<domain::DoseStep> ReadStep(const events::v1::DoseStep& message,
                                          const std::string& path) {
  domain::DoseStep step;
  if (!message.has_from() || !IsValid(message.from())) {
    return InvalidField(path + ".from", "absent or out of range");
  }
  step.from = FromProto(message.from());
  step.milligrams = message.milligrams();
  if (!IsAmount(step.milligrams)) return InvalidField(path + ".milligrams", "must be positive");
  if (message.has_every() == (message.daily_at_size() > 0)) {
    return InvalidField(path, "set exactly one of every and daily_at");
  }
  if (message.has_every()) {
    step.every = FromProto(message.every());
    if (!IsValid(message.every()) || *step.every < kDoseEveryMin) {
      return InvalidField(path + ".every", "must be half an hour or longer");
    }
  }
  for (const auto& time : message.daily_at()) {
    auto at = ReadLocalTime(time, path + ".daily_at");
    if (!at.ok()) return at.status();
    step.daily_at.push_back(*at);
  }
  return step;
}

absl::Status ReadSteps(const events::v1::MedicationOrder& message, const std::string& path,
                       bool has_time_zone, domain::MedicationOrder& order) {
  for (int i = 0; i < message.steps_size(); ++i) {
    const std::string field = absl::StrCat(path, ".steps[", i, "]");
    auto step = ReadStep(message.steps(i), field);
    if (!step.ok()) return step.status();
    if (!order.steps.empty() && step->from <= order.steps.back().from) {
      return InvalidField(field + ".from", "must ascend");
    }
    if (!step->daily_at.empty() && !has_time_zone) {
      return InvalidField("schedule.time_zone", "needed for local times");
    }
    order.steps.push_back(*std::move(step));
  }
  return absl::OkStatus();
}

absl::Status ReadTrigger(const events::v1::SymptomTrigger& message, const std::string& path,
                         domain::MedicationOrder& order) {
  domain::SymptomTrigger& trigger = order.trigger.emplace();
  trigger.instrument = message.instrument();
  if (trigger.instrument.empty()) return InvalidField(path + ".instrument", "empty");
  trigger.total_at_least = message.total_at_least();
  trigger.milligrams = message.milligrams();
  if (!IsAmount(trigger.milligrams)) return InvalidField(path + ".milligrams", "must be positive");
  trigger.interval_min = FromProto(message.interval_min());
  if (!IsValid(message.interval_min()) || trigger.interval_min <= absl::ZeroDuration()) {
    return InvalidField(path + ".interval_min", "must be positive");
  }
  return absl::OkStatus();
}

absl::Status ReadLimits(const events::v1::MedicationOrder& message, const std::string& path,
                        domain::MedicationOrder& order) {
  const auto read = [&](bool present, double value, const char* name,
                        std::optional<double>& into) -> absl::Status {
    if (!present) return absl::OkStatus();
    if (!IsAmount(value)) return InvalidField(absl::StrCat(path, ".", name), "must be positive");
    into = value;
    return absl::OkStatus();
  };
  absl::Status status = read(message.has_dose_milligrams_max(), message.dose_milligrams_max(),
                             "dose_milligrams_max", order.dose_milligrams_max);
  status.Update(read(message.has_daily_milligrams_max(), message.daily_milligrams_max(),
                     "daily_milligrams_max", order.daily_milligrams_max));
  status.Update(read(message.has_days_dispensed(), message.days_dispensed(), "days_dispensed",
                     order.days_dispensed));
  return status;
}

absl::StatusOr<domain::MedicationOrder> ReadOrder(const events::v1::MedicationOrder& message,
                                                  const std::string& path, bool has_time_zone) {
  domain::MedicationOrder order;
  order.order_id = message.order_id();
  if (order.order_id.empty()) return InvalidField(path + ".order_id", "empty");
  order.product = message.product();
  if (order.product.empty()) return InvalidField(path + ".product", "empty");
  order.route = message.route();
  if (message.purpose() == 0 || !events::v1::MedicationPurpose_IsValid(message.purpose())) {
    return InvalidField(path + ".purpose", "unspecified or unknown");
  }
  order.purpose = EnumFromNumber<domain::MedicationPurpose>(message.purpose());
  absl::Status status = ReadSteps(message, path, has_time_zone, order);
  status.Update(
      ReadTime(message.has_ends_at(), message.ends_at(), path + ".ends_at", order.ends_at));
  if (message.has_trigger()) {
    status.Update(ReadTrigger(message.trigger(), path + ".trigger", order));
  }
  status.Update(ReadLimits(message, path, order));
  if (!status.ok()) return status;
  order.taper_scheme = message.taper_scheme();
  order.clinician_present_at_start = message.clinician_present_at_start();
  return order;
}

void WriteOrder(const domain::MedicationOrder& order, events::v1::MedicationOrder& message) {
  message.set_order_id(order.order_id);
  message.set_product(order.product);
  message.set_route(order.route);
  message.set_purpose(static_cast<events::v1::MedicationPurpose>(EnumToNumber(order.purpose)));
  for (const auto& step : order.steps) {
    auto* added = message.add_steps();
    *added->mutable_from() = ToProto(step.from);
    added->set_milligrams(step.milligrams);
    for (const auto time : step.daily_at) WriteLocalTime(time, *added->add_daily_at());
    if (step.every) *added->mutable_every() = ToProto(*step.every);
  }
  if (order.ends_at) *message.mutable_ends_at() = ToProto(*order.ends_at);
  if (order.trigger) {
    auto* trigger = message.mutable_trigger();
    trigger->set_instrument(order.trigger->instrument);
    trigger->set_total_at_least(order.trigger->total_at_least);
    trigger->set_milligrams(order.trigger->milligrams);
    *trigger->mutable_interval_min() = ToProto(order.trigger->interval_min);
  }
  if (order.dose_milligrams_max) message.set_dose_milligrams_max(*order.dose_milligrams_max);
  if (order.daily_milligrams_max) message.set_daily_milligrams_max(*order.daily_milligrams_max);
  message.set_taper_scheme(order.taper_scheme);
  if (order.days_dispensed) message.set_days_dispensed(*order.days_dispensed);
  message.set_clinician_present_at_start(order.clinician_present_at_start);
}

}  // namespace

absl::Status ReadMedications(const events::v1::CarePlan& message, domain::CarePlan& plan) {
  const bool has_time_zone = !message.schedule().time_zone().empty();
  for (int i = 0; i < message.medications_size(); ++i) {
    const std::string path = absl::StrCat("medications[", i, "]");
    auto order = ReadOrder(message.medications(i), path, has_time_zone);
    if (!order.ok()) return order.status();
    for (const auto& earlier : plan.medications) {
      if (earlier.order_id == order->order_id) {
        return InvalidField(path + ".order_id", "not unique");
      }
    }
    plan.medications.push_back(*std::move(order));
  }
  return absl::OkStatus();
}

void WriteMedications(const domain::CarePlan& plan, events::v1::CarePlan& message) {
  for (const auto& order : plan.medications) WriteOrder(order, *message.add_medications());
}

}  // namespace withdrawal::codec
