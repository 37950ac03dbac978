#include "services/ctl/replay_messages.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/codec/time.h"
#include "services/ctl/arguments.h"

namespace withdrawal::ctl {
namespace {

void SetVitals(const PlannedCheckIn& planned, const Assumptions& assumptions,
               epb::CheckIn& check_in) {
  auto* vitals = check_in.mutable_vital_signs();
  for (const PlannedValue& value : planned.values) {
    // The plan holds only codes VitalSigns has.
    SetReading(value.code, value.value, value.unit, *vitals).IgnoreError();
  }
  if (assumptions.consciousness) vitals->set_consciousness(*assumptions.consciousness);
  if (assumptions.on_oxygen) vitals->set_on_oxygen(*assumptions.on_oxygen);
  check_in.set_rater(epb::RATER_DEVICE);
}

void SetAnswers(const catalogue::Catalogue& catalogue, const PlannedCheckIn& planned,
                epb::CheckIn& check_in) {
  const domain::Instrument* instrument = catalogue.FindInstrument(planned.instrument);
  const bool clinician =
      instrument != nullptr && instrument->rater == domain::RaterRule::kClinician;
  check_in.set_rater(clinician ? epb::RATER_CLINICIAN_IN_PERSON : epb::RATER_PATIENT);
  auto* response = check_in.mutable_instrument_response();
  response->set_instrument(planned.instrument);
  for (const PlannedValue& value : planned.values) {
    const std::string code =
        instrument == nullptr ? "" : domain::ResolveKey(*instrument, value.code);
    if (instrument != nullptr && instrument->measured && code == instrument->measured->field) {
      response->set_resting_pulse_per_minute(static_cast<int>(value.value));
      continue;
    }
    auto* item = response->add_items();
    item->set_code(code.empty() ? value.code : code);
    item->set_value(static_cast<int>(value.value));
  }
}

}  // namespace

absl::StatusOr<Assumptions> ParseAssumptions(const std::vector<std::string>& words) {
  Assumptions assumptions;
  for (const std::string& word : words) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(word, absl::MaxSplits('=', 1));
    if (pair.first == "consciousness") {
      const auto consciousness = ParseConsciousness(pair.second);
      if (!consciousness.ok()) return consciousness.status();
      assumptions.consciousness = *consciousness;
    } else if (word == "oxygen=air") {
      assumptions.on_oxygen = false;
    } else if (word == "oxygen=supplemental") {
      assumptions.on_oxygen = true;
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat("--assume ", word, ": know consciousness=..., oxygen=air|supplemental"));
    }
  }
  return assumptions;
}

std::string PatientId(const std::string& prefix, const std::string& person, int copy) {
  return copy == 1 ? absl::StrCat(prefix, person) : absl::StrCat(prefix, person, "-", copy);
}

std::vector<Outgoing> ReplayMessages(const catalogue::Catalogue& catalogue,
                                     const std::vector<TimedCheckIn>& timed,
                                     const Assumptions& assumptions, const std::string& prefix,
                                     int copies) {
  std::vector<Outgoing> messages;
  messages.reserve(timed.size() * static_cast<size_t>(copies));
  for (const TimedCheckIn& one : timed) {
    Outgoing outgoing;
    outgoing.send_at = one.send_at;
    epb::CheckIn& check_in = outgoing.check_in;
    check_in.set_check_in_id(one.planned->check_in_id);
    *check_in.mutable_observed_at() = codec::ToProto(one.observed_at);
    check_in.mutable_source()->set_app("withdrawalctl replay");
    if (one.planned->instrument == kVitalSigns) {
      SetVitals(*one.planned, assumptions, check_in);
    } else {
      SetAnswers(catalogue, *one.planned, check_in);
    }
    for (int copy = 1; copy <= copies; ++copy) {
      check_in.set_patient_id(PatientId(prefix, one.planned->person, copy));
      messages.push_back(outgoing);
    }
  }
  return messages;
}

}  // namespace withdrawal::ctl
