// A validated check-in, as every pure part of the system sees it. Built by ingest's validation or
// by libs/codec from a stored event; plain values, no protobuf. All units are fixed (see each
// field).
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "libs/domain/time.h"

namespace withdrawal::domain {

enum class Rater { kPatient, kSupportPerson, kClinicianVideo, kClinicianInPerson, kDevice };

inline bool IsClinician(Rater rater) {
  return rater == Rater::kClinicianVideo || rater == Rater::kClinicianInPerson;
}

// Answers by item code; a code that is not there was not answered. Values are score values.
struct InstrumentResponse {
  std::string instrument;  // catalogue id
  std::map<std::string, int> items;
  std::optional<int> resting_pulse_per_minute;  // COWS: measured, instead of item "pulse"
  std::string form_id = {};                     // of Instrument.forms; empty when it has none
};

enum class Vital {
  kPulse,            // /min
  kRespiratoryRate,  // /min
  kSpo2,             // %
  kSystolic,         // mm[Hg]
  kDiastolic,        // mm[Hg]
  kTemperature,      // Cel
  kWeight,           // kg
  kBreathAlcohol,    // g/L
};
inline constexpr int kVitalCount = 8;
// "pulse", "respiratory_rate", "spo2", "systolic", "diastolic", "temperature", "weight",
// "breath_alcohol": the field names of proto VitalSigns.
std::string_view VitalCode(Vital vital);
std::optional<Vital> VitalFromCode(std::string_view code);

enum class Consciousness { kAlert, kConfusion, kVoice, kPain, kUnresponsive };

struct VitalSigns {
  std::array<std::optional<double>, kVitalCount> values;
  std::optional<bool> on_oxygen;
  std::optional<Consciousness> consciousness;
  std::optional<int> rass;  // -5 to 4
  std::optional<bool> at_rest;

  std::optional<double> Get(Vital vital) const { return values[static_cast<size_t>(vital)]; }
  void Set(Vital vital, double value) { values[static_cast<size_t>(vital)] = value; }
};

enum class DoseOutcome { kTaken, kMissed, kRefused, kVomited, kHeld };

struct DoseEvent {
  std::string product;
  std::optional<double> milligrams;
  DoseOutcome outcome = DoseOutcome::kTaken;
  std::string route;
  std::string planned_dose_id;
};

struct Craving {
  std::optional<int> nrs;  // 0 to 10
  std::optional<int> vas;  // 0 to 100
  std::string substance;
  std::optional<bool> intends_to_use;
};

struct SessionAttendance {
  std::string session_id;
  std::string session_type;
  std::optional<int> planned_minutes;
  std::optional<int> attended_minutes;
};

// Names as in proto RedFlag, lower case without prefix: "seizure", "hard_to_wake", ...
struct RedFlagReport {
  std::vector<std::string> flags;
  std::optional<double> vomiting_hours;
};

// A use after the quit date (EN-04, EN-05); see proto LapseReport.
struct LapseReport {
  std::string substance_class;
  std::string product;
  std::optional<double> amount;  // in `unit`, which is free words
  std::string unit;
  std::string route;
  std::optional<bool> alone;
  std::optional<bool> naloxone_present;
  std::optional<bool> intends_to_continue;
  std::optional<int> use_days_in_last_7;  // 1 to 7
  std::optional<bool> back_to_earlier_pattern;

  bool operator==(const LapseReport&) const = default;
};

// EN-06. The parts of HALT are never summed.
struct TriggerLog {
  std::optional<int> hungry;  // each 0 to 3
  std::optional<int> angry;
  std::optional<int> lonely;
  std::optional<int> tired;
  std::vector<std::string> people;  // tags
  std::vector<std::string> places;
  std::vector<std::string> things;
  std::string substance_class;
  std::vector<std::string> coping;
  std::string craving_check_in_id;

  bool operator==(const TriggerLog&) const = default;
};

// EN-11: verified by a clinician.
struct TargetBehaviour {
  std::string behaviour;  // id of the catalogue
  bool met = false;

  bool operator==(const TargetBehaviour&) const = default;
};

// A reading taken out of the check-in as implausible; see proto SetAsideReading.
struct SetAsideReading {
  std::string field;  // "vital_signs.temperature"
  double value = 0;
  std::string unit;
  std::string reason;  // UPPER_SNAKE_CASE
  std::string description;
};

using CheckInKind =
    std::variant<InstrumentResponse, VitalSigns, DoseEvent, Craving, SessionAttendance,
                 RedFlagReport, LapseReport, TriggerLog, TargetBehaviour>;

// How exactly the moment of observation is known.
enum class Precision {
  kInstant,
  kDay,  // observed_at is some moment of that day: never an edge of a window of hours
};

struct CheckIn {
  std::string patient_id;
  std::string check_in_id;
  int revision = 0;  // of the answers to a questionnaire: 0 as first sent
  Instant observed_at;
  Precision precision = Precision::kInstant;
  Instant received_at;
  Rater rater = Rater::kPatient;
  CheckInKind kind;
  std::vector<SetAsideReading> set_aside;
};

}  // namespace withdrawal::domain
