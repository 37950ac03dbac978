#include <optional>

#include "libs/codec/check_in.h"

namespace withdrawal::codec {

using domain::Vital;
using events::v1::Quantity;
using events::v1::VitalSigns;

std::optional<domain::Rater> FromProto(events::v1::Rater rater) {
  switch (rater) {
    case events::v1::RATER_PATIENT:
      return domain::Rater::kPatient;
    case events::v1::RATER_SUPPORT_PERSON:
      return domain::Rater::kSupportPerson;
    case events::v1::RATER_CLINICIAN_VIDEO:
      return domain::Rater::kClinicianVideo;
    case events::v1::RATER_CLINICIAN_IN_PERSON:
      return domain::Rater::kClinicianInPerson;
    case events::v1::RATER_DEVICE:
      return domain::Rater::kDevice;
    default:
      return std::nullopt;
  }
}

events::v1::Rater ToProto(domain::Rater rater) {
  switch (rater) {
    case domain::Rater::kPatient:
      return events::v1::RATER_PATIENT;
    case domain::Rater::kSupportPerson:
      return events::v1::RATER_SUPPORT_PERSON;
    case domain::Rater::kClinicianVideo:
      return events::v1::RATER_CLINICIAN_VIDEO;
    case domain::Rater::kClinicianInPerson:
      return events::v1::RATER_CLINICIAN_IN_PERSON;
    case domain::Rater::kDevice:
      return events::v1::RATER_DEVICE;
  }
  return events::v1::RATER_UNSPECIFIED;
}

std::optional<domain::Consciousness> FromProto(events::v1::Consciousness consciousness) {
  switch (consciousness) {
    case events::v1::CONSCIOUSNESS_ALERT:
      return domain::Consciousness::kAlert;
    case events::v1::CONSCIOUSNESS_CONFUSION:
      return domain::Consciousness::kConfusion;
    case events::v1::CONSCIOUSNESS_VOICE:
      return domain::Consciousness::kVoice;
    case events::v1::CONSCIOUSNESS_PAIN:
      return domain::Consciousness::kPain;
    case events::v1::CONSCIOUSNESS_UNRESPONSIVE:
      return domain::Consciousness::kUnresponsive;
    default:
      return std::nullopt;
  }
}

const Quantity* FindReading(const VitalSigns& vitals, Vital vital) {
  switch (vital) {
    case Vital::kPulse:
      return vitals.has_pulse() ? &vitals.pulse() : nullptr;
    case Vital::kRespiratoryRate:
      return vitals.has_respiratory_rate() ? &vitals.respiratory_rate() : nullptr;
    case Vital::kSpo2:
      return vitals.has_spo2() ? &vitals.spo2() : nullptr;
    case Vital::kSystolic:
      return vitals.has_systolic() ? &vitals.systolic() : nullptr;
    case Vital::kDiastolic:
      return vitals.has_diastolic() ? &vitals.diastolic() : nullptr;
    case Vital::kTemperature:
      return vitals.has_temperature() ? &vitals.temperature() : nullptr;
    case Vital::kWeight:
      return vitals.has_weight() ? &vitals.weight() : nullptr;
    case Vital::kBreathAlcohol:
      return vitals.has_breath_alcohol() ? &vitals.breath_alcohol() : nullptr;
  }
  return nullptr;
}

Quantity* MutableReading(VitalSigns* vitals, Vital vital) {
  switch (vital) {
    case Vital::kPulse:
      return vitals->mutable_pulse();
    case Vital::kRespiratoryRate:
      return vitals->mutable_respiratory_rate();
    case Vital::kSpo2:
      return vitals->mutable_spo2();
    case Vital::kSystolic:
      return vitals->mutable_systolic();
    case Vital::kDiastolic:
      return vitals->mutable_diastolic();
    case Vital::kTemperature:
      return vitals->mutable_temperature();
    case Vital::kWeight:
      return vitals->mutable_weight();
    case Vital::kBreathAlcohol:
      return vitals->mutable_breath_alcohol();
  }
  return nullptr;
}

void ClearReading(VitalSigns* vitals, Vital vital) {
  switch (vital) {
    case Vital::kPulse:
      return vitals->clear_pulse();
    case Vital::kRespiratoryRate:
      return vitals->clear_respiratory_rate();
    case Vital::kSpo2:
      return vitals->clear_spo2();
    case Vital::kSystolic:
      return vitals->clear_systolic();
    case Vital::kDiastolic:
      return vitals->clear_diastolic();
    case Vital::kTemperature:
      return vitals->clear_temperature();
    case Vital::kWeight:
      return vitals->clear_weight();
    case Vital::kBreathAlcohol:
      return vitals->clear_breath_alcohol();
  }
}

}  // namespace withdrawal::codec
