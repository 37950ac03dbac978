#include "tests/services/laws/random_person.h"

#include <rapidcheck.h>

#include <algorithm>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "libs/codec/check_in.h"
#include "libs/codec/time.h"
#include "libs/domain/red_flag.h"
#include "libs/domain/units.h"

namespace withdrawal::laws {
namespace {

namespace epb = events::v1;

bool Sometimes() { return AnyInt(0, 3) == 0; }

template <typename Range>
auto AnyOf(const Range& range) {
  auto it = std::begin(range);
  std::advance(it, AnyInt(0, static_cast<int>(std::size(range)) - 1));
  return *it;
}

void AddVitals(epb::CheckIn& check_in) {
  epb::VitalSigns* vitals = check_in.mutable_vital_signs();
  check_in.set_rater(epb::RATER_DEVICE);
  for (const auto& [vital, definition] : BuiltIn().vitals) {
    if (Sometimes()) continue;
    epb::Quantity* reading = codec::MutableReading(vitals, vital);
    const double share = AnyInt(0, 100) / 100.0;
    reading->set_value(definition.from + share * (definition.to - definition.from));
    reading->set_unit(std::string(domain::CanonicalUnit(vital)));
  }
  if (Sometimes()) vitals->set_on_oxygen(AnyInt(0, 1) == 1);
  if (Sometimes()) {
    vitals->set_consciousness(static_cast<epb::Consciousness>(AnyInt(1, 5)));
  }
  if (Sometimes()) vitals->set_rass(AnyInt(-5, 4));
  if (Sometimes()) vitals->set_at_rest(AnyInt(0, 1) == 1);
}

void AddDose(epb::CheckIn& check_in) {
  epb::DoseEvent* dose = check_in.mutable_dose();
  dose->set_product(AnyOf(BuiltIn().medications).first);
  const bool taken = !Sometimes();
  dose->set_outcome(taken ? epb::DOSE_OUTCOME_TAKEN : epb::DOSE_OUTCOME_MISSED);
  if (!taken) return;
  dose->mutable_amount()->set_value(AnyInt(1, 60));
  dose->mutable_amount()->set_unit("mg");
}

void AddCraving(epb::CheckIn& check_in) {
  check_in.mutable_craving()->set_nrs(AnyInt(0, 10));
  if (Sometimes()) check_in.mutable_craving()->set_vas(AnyInt(0, 100));
  if (Sometimes()) check_in.mutable_craving()->set_intends_to_use(AnyInt(0, 1) == 1);
}

void AddRedFlags(epb::CheckIn& check_in) {
  const int count = AnyInt(0, 2);
  for (int i = 0; i < count; ++i) {
    check_in.mutable_red_flags()->add_flags(
        codec::RedFlagFromCode(std::string(AnyOf(domain::kRedFlags))));
  }
  if (count == 0) {
    check_in.mutable_red_flags()->add_flags(codec::RedFlagFromCode("dizziness"));
  }
}

}  // namespace

int AnyInt(int from, int to) { return *rc::gen::inRange(from, to + 1); }

const catalogue::Catalogue& BuiltIn() {
  static const catalogue::Catalogue* const kCatalogue = [] {
    auto loaded = catalogue::Load("");
    if (!loaded.ok()) throw std::runtime_error(std::string(loaded.status().message()));
    return new catalogue::Catalogue(*std::move(loaded));
  }();
  return *kCatalogue;
}

epb::CarePlanRecorded AnyPlan(absl::Time now) {
  static const std::vector<std::string> classes = {
      "alcohol",   "opioid-short-acting", "opioid-long-acting",  "fentanyl",
      "stimulant", "benzodiazepine-long", "benzodiazepine-short"};
  epb::CarePlanRecorded recorded;
  *recorded.mutable_recorded_at() = codec::ToProto(now);
  epb::CarePlan* plan = recorded.mutable_care_plan();
  plan->set_patient_id(kPatient);
  plan->set_status(epb::MONITORING_STATUS_ACTIVE);
  plan->set_team("team");
  *plan->mutable_monitoring_started_at() = codec::ToProto(now);
  const int first = AnyInt(1, 6);
  plan->add_programmes(static_cast<epb::Programme>(first));
  if (Sometimes()) plan->add_programmes(static_cast<epb::Programme>(first % 6 + 1));
  epb::SubstanceUse* use = plan->add_substances();
  use->set_substance_class(AnyOf(classes));
  *use->mutable_last_use() = codec::ToProto(now - absl::Hours(AnyInt(0, 200)));
  plan->set_spo2_scale(Sometimes() ? epb::SPO2_SCALE_2 : epb::SPO2_SCALE_1);
  if (Sometimes()) plan->set_pregnant(true);
  plan->mutable_schedule()->set_time_zone(Sometimes() ? "Australia/Sydney" : "Europe/London");
  epb::ScheduleEntry* entry = plan->mutable_schedule()->add_entries();
  entry->set_entry_id("a");
  if (Sometimes()) {
    entry->add_daily_at()->set_hour(AnyInt(0, 23));
  } else {
    *entry->mutable_every() = codec::ToProto(absl::Hours(AnyInt(1, 24)));
  }
  return recorded;
}

std::vector<std::string> Kinds() {
  std::vector<std::string> kinds = {"vital-signs", "dose", "craving", "red-flags"};
  for (const auto& [id, instrument] : BuiltIn().instruments) kinds.push_back(id);
  return kinds;
}

epb::CheckIn AnyForm(const domain::Instrument& instrument, int number, absl::Time observed_at) {
  epb::CheckIn check_in;
  check_in.set_patient_id(kPatient);
  check_in.set_check_in_id(absl::StrCat("c", number));
  *check_in.mutable_observed_at() = codec::ToProto(observed_at);
  const bool observed = std::any_of(instrument.items.begin(), instrument.items.end(),
                                    [](const domain::Item& item) { return item.observer; });
  check_in.set_rater(instrument.rater == domain::RaterRule::kAnyPerson && !observed
                         ? epb::RATER_PATIENT
                         : epb::RATER_CLINICIAN_IN_PERSON);
  epb::InstrumentResponse* response = check_in.mutable_instrument_response();
  response->set_instrument(instrument.id);
  if (!instrument.forms.empty()) response->set_form_id(instrument.forms.front().id);
  // Mild forms are as common as severe ones.
  const int worst = AnyInt(0, 100);
  for (const domain::Item& item : instrument.items) {
    epb::ItemAnswer* answer = response->add_items();
    answer->set_code(item.code);
    const int index = AnyInt(0, static_cast<int>(item.allowed.size()) - 1) * worst / 100;
    answer->set_value(item.allowed[static_cast<size_t>(index)]);
  }
  return check_in;
}

epb::CheckIn AnyCheckIn(const std::string& kind, int number, absl::Time observed_at) {
  if (const domain::Instrument* instrument = BuiltIn().FindInstrument(kind)) {
    epb::CheckIn form = AnyForm(*instrument, number, observed_at);
    auto& items = *form.mutable_instrument_response()->mutable_items();
    if (items.size() > 1 && Sometimes()) items.RemoveLast();
    return form;
  }
  epb::CheckIn check_in;
  check_in.set_patient_id(kPatient);
  check_in.set_check_in_id(absl::StrCat("c", number));
  *check_in.mutable_observed_at() = codec::ToProto(observed_at);
  check_in.set_rater(epb::RATER_PATIENT);
  if (kind == "vital-signs") AddVitals(check_in);
  if (kind == "dose") AddDose(check_in);
  if (kind == "craving") AddCraving(check_in);
  if (kind == "red-flags") AddRedFlags(check_in);
  return check_in;
}

}  // namespace withdrawal::laws
