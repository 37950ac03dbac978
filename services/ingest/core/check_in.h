// Is a check-in as sent one that may be stored? Pure: rules, message and time in, findings out.
// Every wrong field is found at once, so that a client can show them all.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "libs/domain/check_in.h"
#include "libs/domain/engagement.h"
#include "libs/domain/field_error.h"
#include "libs/domain/instrument.h"
#include "libs/domain/medication.h"
#include "libs/domain/scoring.h"
#include "libs/domain/vital.h"

namespace withdrawal::ingest {

// How far from the server's clock an observation may lie. The age limit keeps within scoring's
// memory of check-in ids.
inline constexpr domain::Duration kAheadMax = absl::Minutes(2);
inline constexpr domain::Duration kAgeMax = absl::Hours(24 * 14);

// An enum field as sent: number 0 = unspecified, a number without value = one we do not know.
template <typename T>
struct Sent {
  int number = 0;
  std::optional<T> value;

  bool unknown() const { return number != 0 && !value.has_value(); }
};

struct RawQuantity {
  double value = 0;
  std::string unit;
};

struct RawVitalSigns {
  std::vector<domain::RawReading> readings;
  std::optional<bool> on_oxygen;
  Sent<domain::Consciousness> consciousness;
  std::optional<int> rass;
};

struct RawDose {
  std::string product;
  std::optional<RawQuantity> amount;
  Sent<domain::DoseOutcome> outcome;
  std::string route;
  std::string planned_dose_id;
};

struct RawRedFlags {
  std::vector<Sent<std::string>> flags;
  std::optional<double> vomiting_hours;
  std::string note;
};

struct RawLapse {
  domain::LapseReport lapse;
  std::string note;
};

struct RawTriggers {
  domain::TriggerLog log;
  std::string note;
};

struct RawTargetBehaviour {
  std::string behaviour;
  std::optional<bool> met;
  std::string note;
};

using RawKind =
    std::variant<std::monostate, domain::RawAnswers, RawVitalSigns, RawDose, domain::Craving,
                 domain::SessionAttendance, RawRedFlags, RawLapse, RawTriggers, RawTargetBehaviour>;

// Of the questionnaire at the sender's; proto ResponseStatus.
enum class ResponseStatus { kCompleted, kAmended, kInProgress };

// Texts as sent: they are of any length and content.
struct RawCheckIn {
  std::string patient_id;
  std::string check_in_id;
  int revision = 0;
  std::optional<domain::Instant> observed_at;  // absent when not set or not a time
  Sent<domain::Precision> precision;           // unspecified = to the instant
  bool has_started_at = false;
  std::optional<domain::Instant> started_at;  // absent when not a time
  Sent<ResponseStatus> response_status;       // of answers; unspecified = completed
  std::optional<int> utc_offset_minutes;
  Sent<domain::Rater> rater;
  std::vector<std::pair<std::string, std::string>> source;  // field path, text
  RawKind kind;
};

// The parts of the catalogue that judge; they outlive the Rules.
struct Rules {
  const std::map<std::string, domain::Instrument>& instruments;
  const domain::VitalDefinitions& vitals;
  const std::map<std::string, domain::Medication>& medications;
  const domain::RewardSchedule& rewards;
};

struct Findings {
  // Not empty: the check-in is refused. Paths start below the check-in: "vital_signs.pulse.unit".
  std::vector<domain::FieldError> errors;
  // Vital signs: what is to be stored in canonical units, and what was set aside.
  domain::JudgedVitals vitals;
  std::optional<double> milligrams;  // of a dose
};

Findings Examine(const Rules& rules, const RawCheckIn& raw, domain::Instant now);

}  // namespace withdrawal::ingest
