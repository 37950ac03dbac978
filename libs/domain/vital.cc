#include "libs/domain/vital.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "libs/domain/units.h"

namespace withdrawal::domain {
namespace {

std::string FieldOf(Vital vital) { return "vital_signs." + std::string(VitalCode(vital)); }

struct Judgement {
  std::string reason;  // empty = plausible
  std::string description;
};

Judgement Judge(const VitalDefinition& definition, const RawReading& raw, double value) {
  const auto& sentinels = definition.sentinels;
  if (std::find(sentinels.begin(), sentinels.end(), raw.value) != sentinels.end()) {
    return {"DEVICE_SENTINEL", "the number by which a device says that it has no reading"};
  }
  if (definition.zero_is_fault && raw.value == 0) {
    return {"ZERO_READING", "a lead or sensor is off, or the person is in danger: look"};
  }
  if (definition.vital == Vital::kSpo2 && value > 100) {
    return {"SPO2_ABOVE_100", "a saturation is at most 100 %"};
  }
  if (definition.fahrenheit_as_celsius && raw.unit == definition.unit && value >= 90 &&
      value <= 110) {
    return {"FAHRENHEIT_AS_CELSIUS", "looks like Fahrenheit sent as Celsius; not converted"};
  }
  if (definition.zero_is_fault && value < definition.from) {
    return {"IMPLAUSIBLY_LOW", absl::StrCat("below ", definition.from, " ", definition.unit,
                                            ": a sensor is off, or the person is in danger: look")};
  }
  if (value < definition.from || value > definition.to) {
    return {"IMPLAUSIBLE_VALUE",
            absl::StrCat("outside ", definition.from, " to ", definition.to, " ", definition.unit)};
  }
  return {};
}

const RawReading* Find(const std::vector<RawReading>& readings, Vital vital) {
  for (const RawReading& reading : readings) {
    if (reading.vital == vital) return &reading;
  }
  return nullptr;
}

void SetAside(JudgedVitals& judged, const RawReading& raw, Judgement why) {
  judged.values[static_cast<size_t>(raw.vital)].reset();
  judged.set_aside.push_back(
      {FieldOf(raw.vital), raw.value, raw.unit, why.reason, why.description});
}

void JudgeOne(const VitalDefinitions& definitions, const RawReading& raw, JudgedVitals& judged) {
  const auto found = definitions.find(raw.vital);
  const std::string field = FieldOf(raw.vital);
  if (found == definitions.end()) return;
  const VitalDefinition& definition = found->second;
  if (!std::isfinite(raw.value)) {
    judged.errors.push_back({field + ".value", "NOT_A_NUMBER", "must be a finite number"});
    return;
  }
  const auto& units = definition.accepted_units;
  const bool accepted = std::find(units.begin(), units.end(), raw.unit) != units.end();
  const auto value = accepted ? ToCanonical(raw.vital, raw.value, raw.unit) : std::nullopt;
  if (!value) {
    judged.errors.push_back(
        {field + ".unit", "UNKNOWN_UNIT", absl::StrCat("send the UCUM unit ", definition.unit)});
    return;
  }
  const Judgement judgement = Judge(definition, raw, *value);
  if (!judgement.reason.empty()) {
    SetAside(judged, raw, judgement);
  } else {
    judged.values[static_cast<size_t>(raw.vital)] = *value;
  }
}

// One cuff, one act: half a blood pressure of a failed measurement is not a reading.
void JudgePressurePair(const std::vector<RawReading>& readings, JudgedVitals& judged) {
  const RawReading* systolic = Find(readings, Vital::kSystolic);
  const RawReading* diastolic = Find(readings, Vital::kDiastolic);
  if (systolic == nullptr || diastolic == nullptr || !judged.errors.empty()) return;
  const auto& high = judged.values[static_cast<size_t>(Vital::kSystolic)];
  const auto& low = judged.values[static_cast<size_t>(Vital::kDiastolic)];
  if (high && low && *high <= *low) {
    const Judgement why{"SYSTOLIC_NOT_ABOVE_DIASTOLIC", "systolic must be above diastolic"};
    SetAside(judged, *systolic, why);
    SetAside(judged, *diastolic, why);
  } else if (high.has_value() != low.has_value()) {
    SetAside(judged, high ? *systolic : *diastolic,
             {"CUFF_READING_FAILED", "the other half of this blood pressure was set aside"});
  }
}

}  // namespace

JudgedVitals JudgeVitals(const VitalDefinitions& definitions,
                         const std::vector<RawReading>& readings) {
  JudgedVitals judged;
  for (const RawReading& raw : readings) JudgeOne(definitions, raw, judged);
  JudgePressurePair(readings, judged);
  return judged;
}

}  // namespace withdrawal::domain
