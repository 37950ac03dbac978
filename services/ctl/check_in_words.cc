#include "services/ctl/check_in_words.h"

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "services/ctl/answers_json.h"
#include "services/ctl/arguments.h"
#include "services/ctl/engagement_words.h"

namespace withdrawal::ctl {
namespace {

using events::v1::CheckIn;

absl::Status Refused(const std::vector<domain::FieldError>& errors) {
  std::string text = "the answers cannot be read";
  for (const domain::FieldError& error : errors) {
    absl::StrAppend(&text, "\n  ", error.field, ": ", error.reason, ", ", error.description);
  }
  return absl::InvalidArgumentError(text);
}

absl::Status SetAnswers(const domain::Instrument& instrument, const std::string& json,
                        CheckIn& check_in) {
  const ParsedAnswers parsed = ParseAnswers(instrument, json);
  if (!parsed.errors.empty()) return Refused(parsed.errors);
  auto* response = check_in.mutable_instrument_response();
  response->set_instrument(instrument.id);
  for (const domain::Answer& answer : parsed.answers.items) {
    auto* item = response->add_items();
    item->set_code(answer.code);
    if (answer.value) item->set_value(*answer.value);
  }
  if (parsed.answers.resting_pulse_per_minute) {
    response->set_resting_pulse_per_minute(*parsed.answers.resting_pulse_per_minute);
  }
  response->set_form_id(parsed.answers.form_id);
  if (parsed.stated_total) response->set_stated_total(*parsed.stated_total);
  return absl::OkStatus();
}

absl::Status SetVitalsFromJson(const catalogue::Catalogue& catalogue, const std::string& json,
                               CheckIn& check_in) {
  const ParsedVitals parsed = ParseVitalsJson(catalogue.news2, catalogue.vitals, json);
  if (!parsed.errors.empty()) return Refused(parsed.errors);
  auto* vitals = check_in.mutable_vital_signs();
  for (const domain::RawReading& reading : parsed.readings) {
    const auto status = SetReading(std::string(domain::VitalCode(reading.vital)), reading.value,
                                   reading.unit, *vitals);
    if (!status.ok()) return status;
  }
  const domain::VitalSigns& others = parsed.others;
  if (others.on_oxygen) vitals->set_on_oxygen(*others.on_oxygen);
  if (others.at_rest) vitals->set_at_rest(*others.at_rest);
  if (others.rass) vitals->set_rass(*others.rass);
  if (parsed.stated_total) vitals->set_stated_news2_total(*parsed.stated_total);
  if (others.consciousness) {
    vitals->set_consciousness(
        static_cast<events::v1::Consciousness>(static_cast<int>(*others.consciousness) + 1));
  }
  return absl::OkStatus();
}

absl::Status SetInstrument(const catalogue::Catalogue& catalogue, const CheckInWords& words,
                           CheckIn& check_in) {
  const auto json = ReadInput(words.json);
  if (!json.ok()) return json.status();
  if (words.instrument == catalogue.news2.id) {
    return SetVitalsFromJson(catalogue, *json, check_in);
  }
  const domain::Instrument* instrument = catalogue.FindInstrument(words.instrument);
  if (instrument == nullptr) {
    return absl::InvalidArgumentError(absl::StrCat("unknown instrument ", words.instrument));
  }
  if (words.rater.empty() && instrument->rater == domain::RaterRule::kClinician) {
    check_in.set_rater(events::v1::RATER_CLINICIAN_IN_PERSON);
  }
  return SetAnswers(*instrument, *json, check_in);
}

absl::Status SetRedFlags(const CheckInWords& words, CheckIn& check_in) {
  auto* report = check_in.mutable_red_flags();
  for (const std::string& word : words.red_flags) {
    const auto flag = ParseRedFlag(word);
    if (!flag.ok()) return flag.status();
    report->add_flags(*flag);
  }
  if (words.vomiting_hours) report->set_vomiting_hours(*words.vomiting_hours);
  return absl::OkStatus();
}

template <typename Message>
absl::Status Take(const absl::StatusOr<Message>& parsed, Message* into) {
  if (parsed.ok()) *into = *parsed;
  return parsed.status();
}

absl::Status SetKind(const catalogue::Catalogue& catalogue, const CheckInWords& words,
                     CheckIn& check_in) {
  if (!words.instrument.empty()) return SetInstrument(catalogue, words, check_in);
  if (!words.red_flags.empty()) return SetRedFlags(words, check_in);
  if (!words.vitals.empty()) return Take(ParseVitals(words.vitals), check_in.mutable_vital_signs());
  if (!words.dose.empty()) return Take(ParseDose(words.dose), check_in.mutable_dose());
  if (!words.lapse.empty()) return Take(ParseLapse(words.lapse), check_in.mutable_lapse());
  if (!words.triggers.empty()) {
    return Take(ParseTriggers(words.triggers), check_in.mutable_triggers());
  }
  if (!words.target_behaviour.empty()) {
    if (words.rater.empty()) check_in.set_rater(events::v1::RATER_CLINICIAN_IN_PERSON);
    return Take(ParseTargetBehaviour(words.target_behaviour), check_in.mutable_target_behaviour());
  }
  if (!words.craving) return absl::InvalidArgumentError("nothing to report");
  auto* craving = check_in.mutable_craving();
  craving->set_nrs(*words.craving);
  craving->set_substance(words.substance);
  if (words.intends_to_use) craving->set_intends_to_use(true);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CheckIn> BuildCheckIn(const catalogue::Catalogue& catalogue,
                                     const CheckInWords& words, absl::Time now) {
  CheckIn check_in;
  check_in.set_patient_id(words.patient_id);
  check_in.set_check_in_id(words.check_in_id);
  check_in.mutable_source()->set_app("withdrawalctl");
  check_in.set_rater(events::v1::RATER_PATIENT);
  if (!words.rater.empty()) {
    const auto rater = ParseRater(words.rater);
    if (!rater.ok()) return rater.status();
    check_in.set_rater(*rater);
  }
  absl::Time observed_at = now;
  if (!words.observed_at.empty()) {
    const auto moment = ParseObserved(words.observed_at, now);
    if (!moment.ok()) return moment.status();
    observed_at = moment->at;
    if (moment->to_the_day) check_in.set_observed_precision(events::v1::OBSERVED_PRECISION_DAY);
  }
  if (!words.started_at.empty()) {
    const auto started_at = ParseMoment(words.started_at, now);
    if (!started_at.ok()) return started_at.status();
    *check_in.mutable_started_at() = codec::ToProto(*started_at);
  }
  check_in.set_revision(words.revision);
  *check_in.mutable_observed_at() = codec::ToProto(observed_at);
  check_in.set_utc_offset_minutes(absl::LocalTimeZone().At(observed_at).offset / 60);
  if (auto status = SetKind(catalogue, words, check_in); !status.ok()) return status;
  return check_in;
}

}  // namespace withdrawal::ctl
