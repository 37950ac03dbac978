// Check-ins of one person for the tests of the core, with times in minutes after a fixed start.
#pragma once

#include <string>

#include "services/scoring/core/step.h"
#include "tests/golden/cases.h"

namespace withdrawal::scoring {

inline domain::Instant At(double minutes) {
  return absl::FromUnixSeconds(1'782'864'000) + absl::Minutes(minutes);  // 2026-07-01T00:00:00Z
}

inline Tables BuiltInTables() {
  return {golden::BuiltIn().instruments, golden::BuiltIn().news2, golden::BuiltIn().rewards};
}

inline domain::CheckIn CheckInAt(double minutes, domain::CheckInKind kind) {
  domain::CheckIn check_in;
  check_in.patient_id = "p1";
  check_in.check_in_id = "c";
  check_in.observed_at = At(minutes);
  check_in.received_at = At(minutes);
  check_in.rater = domain::Rater::kClinicianVideo;
  check_in.kind = std::move(kind);
  return check_in;
}

// All items answered, together `total`.
inline domain::InstrumentResponse Answers(const std::string& instrument, int total) {
  domain::InstrumentResponse response{instrument, {}, std::nullopt};
  for (const domain::Item& item : golden::BuiltIn().instruments.at(instrument).items) {
    int value = 0;
    for (const int allowed : item.allowed) {
      if (allowed <= total) value = allowed;
    }
    response.items[item.code] = value;
    total -= value;
  }
  return response;
}

// Everything at 0 points on air.
inline domain::VitalSigns CalmVitals() {
  domain::VitalSigns vitals;
  vitals.Set(domain::Vital::kRespiratoryRate, 16);
  vitals.Set(domain::Vital::kSpo2, 98);
  vitals.Set(domain::Vital::kSystolic, 120);
  vitals.Set(domain::Vital::kPulse, 70);
  vitals.Set(domain::Vital::kTemperature, 37);
  vitals.on_oxygen = false;
  vitals.consciousness = domain::Consciousness::kAlert;
  return vitals;
}

// A person whose check-ins go through Step one by one.
class Person {
 public:
  Outcome Submit(const domain::CheckIn& check_in, Fingerprint fingerprint) {
    Outcome outcome = Step(state, check_in, fingerprint, BuiltInTables());
    state = outcome.state;
    return outcome;
  }
  // Under a new id each time; its only score.
  domain::Score ScoreOf(const domain::CheckIn& check_in) {
    const Outcome outcome = Submit(check_in, {++last_id_, 1});
    return outcome.scores.size() == 1 ? outcome.scores[0] : domain::Score{};
  }
  domain::Score Rate(double minutes, const std::string& instrument, int total) {
    return ScoreOf(CheckInAt(minutes, Answers(instrument, total)));
  }

  PatientState state;

 private:
  uint64_t last_id_ = 0;
};

}  // namespace withdrawal::scoring
