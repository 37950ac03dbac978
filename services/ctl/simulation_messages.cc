#include "services/ctl/simulation_messages.h"

#include <algorithm>

#include "libs/codec/care_plan.h"
#include "libs/codec/check_in.h"
#include "libs/codec/time.h"
#include "libs/domain/units.h"
#include "nlohmann/json.hpp"

namespace withdrawal::ctl {
namespace {

void SetKind(const domain::InstrumentResponse& response, epb::CheckIn& check_in) {
  check_in.mutable_instrument_response()->set_instrument(response.instrument);
  for (const auto& [code, value] : response.items) {
    auto* item = check_in.mutable_instrument_response()->add_items();
    item->set_code(code);
    item->set_value(value);
  }
}

void SetKind(const domain::VitalSigns& vitals, epb::CheckIn& check_in) {
  auto* proto = check_in.mutable_vital_signs();
  for (size_t i = 0; i < vitals.values.size(); ++i) {
    if (!vitals.values[i]) continue;
    const auto vital = static_cast<domain::Vital>(i);
    auto* reading = codec::MutableReading(proto, vital);
    reading->set_value(*vitals.values[i]);
    reading->set_unit(std::string(domain::CanonicalUnit(vital)));
  }
  if (vitals.on_oxygen) proto->set_on_oxygen(*vitals.on_oxygen);
  if (vitals.at_rest) proto->set_at_rest(*vitals.at_rest);
  if (vitals.consciousness == domain::Consciousness::kAlert) {
    proto->set_consciousness(epb::CONSCIOUSNESS_ALERT);
  }
}

void SetKind(const domain::DoseEvent& dose, epb::CheckIn& check_in) {
  auto* proto = check_in.mutable_dose();
  proto->set_product(dose.product);
  proto->set_outcome(epb::DOSE_OUTCOME_TAKEN);
  proto->mutable_amount()->set_value(dose.milligrams.value_or(0));
  proto->mutable_amount()->set_unit("mg");
  proto->set_route(dose.route);
}

void SetKind(const domain::RedFlagReport& report, epb::CheckIn& check_in) {
  for (const std::string& flag : report.flags) {
    check_in.mutable_red_flags()->add_flags(codec::RedFlagFromCode(flag));
  }
}

void SetKind(const domain::Craving& craving, epb::CheckIn& check_in) {
  auto* proto = check_in.mutable_craving();
  if (craving.nrs) proto->set_nrs(*craving.nrs);
  proto->set_substance(craving.substance);
}

void SetKind(const domain::LapseReport& lapse, epb::CheckIn& check_in) {
  codec::ToProto(lapse, check_in.mutable_lapse());
}

void SetKind(const domain::TriggerLog& log, epb::CheckIn& check_in) {
  codec::ToProto(log, check_in.mutable_triggers());
}

// Kinds the simulation does not invent.
void SetKind(const domain::SessionAttendance&, epb::CheckIn&) {}
void SetKind(const domain::TargetBehaviour&, epb::CheckIn&) {}

std::string Utc(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

bool NeverSends(const SimulatedPatient& patient) {
  return patient.silent_from == absl::ZeroDuration();
}

}  // namespace

std::vector<Outgoing> SimulationMessages(const std::vector<SimulatedPatient>& patients,
                                         const SimulatedClock& clock) {
  std::vector<Outgoing> messages;
  for (const SimulatedPatient& patient : patients) {
    for (const SimulatedCheckIn& simulated : patient.check_ins) {
      Outgoing outgoing;
      outgoing.send_at = clock.SendAt(simulated.at);
      epb::CheckIn& check_in = outgoing.check_in;
      check_in.set_patient_id(patient.patient_id);
      check_in.set_check_in_id(simulated.check_in_id);
      *check_in.mutable_observed_at() = codec::ToProto(clock.ObservedAt(simulated.at));
      check_in.set_rater(codec::ToProto(simulated.rater));
      check_in.mutable_source()->set_app("withdrawalctl simulate");
      std::visit([&](const auto& kind) { SetKind(kind, check_in); }, simulated.kind);
      messages.push_back(std::move(outgoing));
    }
  }
  std::stable_sort(messages.begin(), messages.end(),
                   [](const Outgoing& a, const Outgoing& b) { return a.send_at < b.send_at; });
  return messages;
}

epb::CarePlan SimulationPlan(const SimulatedPatient& patient, const SimulatedClock& clock,
                             const std::string& team, absl::Time now) {
  domain::CarePlan plan;
  plan.patient_id = patient.patient_id;
  plan.programmes = {patient.course->programme};
  plan.substances = {{patient.course->substance_class, clock.ObservedAt(absl::ZeroDuration()) -
                                                           absl::Hours(patient.last_use_hours)}};
  domain::ScheduleEntry& entry = plan.schedule.emplace_back();
  entry.entry_id = "every";
  entry.every = absl::Hours(patient.course->self_every_hours);
  plan.team = team;
  plan.monitoring_started_at = now;
  return codec::ToProto(plan);
}

std::string TruthLine(const SimulatedPatient& patient, const SimulatedClock& clock) {
  nlohmann::ordered_json line;
  const absl::Time began = clock.ObservedAt(absl::ZeroDuration());
  line["patient"] = patient.patient_id;
  line["course"] = patient.course->name;
  line["substance_class"] = patient.course->substance_class;
  line["last_use_at"] = Utc(began - absl::Hours(patient.last_use_hours));
  line["silent_from"] = nullptr;
  if (patient.silent_from) line["silent_from"] = Utc(began + *patient.silent_from);
  line["never_sends"] = NeverSends(patient);
  line["check_ins"] = patient.check_ins.size();
  line["expected_alerts"] = nlohmann::ordered_json::array();
  for (const ExpectedAlert& expected : patient.expected) {
    for (const SimulatedCheckIn& check_in : patient.check_ins) {
      if (check_in.check_in_id != expected.check_in_id) continue;
      line["expected_alerts"].push_back({{"rule", expected.rule},
                                         {"check_in_id", expected.check_in_id},
                                         {"observed_at", Utc(began + check_in.at)}});
    }
  }
  return line.dump() + "\n";
}

}  // namespace withdrawal::ctl
