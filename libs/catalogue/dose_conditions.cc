// Conditions about doses, orders of the plan, elapsed time and changes (libs/domain/rule.h).
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "libs/catalogue/condition_parts.h"
#include "libs/catalogue/sections.h"
#include "libs/domain/substance.h"

namespace withdrawal::catalogue {
namespace {

using domain::Change;
using domain::Condition;
using domain::Elapsed;
using domain::Measure;
using domain::MedicationPurpose;
using domain::Observed;

constexpr const char* kClasses[] = {"opioid",   "opioid-antagonist", "benzodiazepine",
                                    "alcohol",  "gabapentinoid",     "z-drug",
                                    "stimulant"};

// At least this far above an open edge: amounts are sums of converted micrograms.
constexpr double kOpen = 1e-6;

Condition ReadDose(Reader& reader, const Catalogue& catalogue) {
  std::vector<Condition> parts;
  Observed observed;
  observed.measure = Measure::kDose;
  observed.at_least = reader.OptionalNumber("at_least").value_or(0);
  if (const auto edge = reader.OptionalNumber("more_than")) observed.at_least = *edge + kOpen;
  if (*observed.at_least < 0) reader.Problem("at_least", "must not be negative");
  if (reader.Has("within")) observed.within = reader.DurationOf("within");
  const std::vector<std::string> names = reader.Texts("any_of");
  CheckNames(reader, "any_of", names, catalogue);
  for (const std::string& name : names) {
    observed.subject = name;
    parts.push_back({observed});
  }
  if (parts.empty()) reader.Problem("any_of", "must not be empty: can never be true");
  return AnyOfThese(std::move(parts));
}

Condition ReadDeviation(Reader& reader) {
  static const char* const kKinds[] = {"not_planned", "amount", "over_maximum", "too_soon",
                                       "not_taken"};
  const std::vector<std::string> names = reader.Texts("any_of");
  for (const std::string& name : names) {
    if (std::find(std::begin(kKinds), std::end(kKinds), name) == std::end(kKinds)) {
      reader.Problem("any_of", "unknown deviation " + name);
    }
  }
  return ReadNamed(reader, Measure::kDoseDeviation, names);
}

Condition ReadNamedDoses(Reader& reader, Measure measure, const Catalogue& catalogue) {
  const std::vector<std::string> names = reader.Texts("any_of");
  CheckNames(reader, "any_of", names, catalogue);
  const bool vomited = measure == Measure::kDoseNotTaken && reader.Flag("vomited");
  return ReadNamed(reader, measure, names, vomited ? 2 : 1);
}

Condition ReadCategory(Reader& reader, const Catalogue& catalogue) {
  std::vector<Condition> parts;
  Observed observed;
  observed.measure = Measure::kCategory;
  observed.subject = reader.Text("instrument");
  const domain::Instrument* instrument = catalogue.FindInstrument(observed.subject);
  if (instrument == nullptr) reader.Problem("instrument", "unknown " + observed.subject);
  for (const std::string& id : reader.Texts("any_of")) {
    const auto rank = instrument == nullptr ? std::nullopt : instrument->CategoryRank(id);
    if (!rank) {
      reader.Problem("any_of", "unknown category " + id);
      continue;
    }
    observed.at_least = observed.at_most = *rank;
    parts.push_back({observed});
  }
  if (parts.empty()) reader.Problem("any_of", "must not be empty: can never be true");
  return AnyOfThese(std::move(parts));
}

Condition ReadMissingItem(Reader& reader, const Catalogue& catalogue) {
  Observed observed;
  observed.measure = Measure::kMissingItem;
  observed.subject = reader.Text("instrument");
  observed.item = reader.Text("code");
  observed.at_least = 1;
  const domain::Instrument* instrument = catalogue.FindInstrument(observed.subject);
  if (instrument == nullptr) {
    reader.Problem("instrument", "unknown " + observed.subject);
  } else if (instrument->FindItem(observed.item) == nullptr) {
    reader.Problem("code", "unknown item " + observed.item);
  }
  return {observed};
}

// What is compared: exactly one of vital, total, craving.
Observed ReadCompared(Reader& reader, const Catalogue& catalogue) {
  Observed of;
  if (reader.Has("vital")) {
    of.measure = Measure::kVital;
    of.subject = reader.Text("vital");
    const auto vital = domain::VitalFromCode(of.subject);
    if (!vital || !catalogue.vitals.contains(*vital)) reader.Problem("vital", "unknown");
  } else if (reader.Has("total")) {
    of.measure = Measure::kTotal;
    of.subject = reader.Text("total");
    if (catalogue.FindInstrument(of.subject) == nullptr) reader.Problem("total", "unknown");
  } else {
    of.measure = reader.Choice<Measure>(
        "craving", {{"nrs", Measure::kCravingNrs}, {"vas", Measure::kCravingVas}});
  }
  return of;
}

Condition ReadChange(Reader& reader, const Catalogue& catalogue) {
  Change change;
  change.of = ReadCompared(reader, catalogue);
  change.from = reader.Choice<Change::From>("from", {{"median", Change::From::kMedian},
                                                     {"highest", Change::From::kHighest},
                                                     {"lowest", Change::From::kLowest},
                                                     {"baseline", Change::From::kBaseline}});
  int directions = 0;
  for (const auto& [key, sign, percent] :
       {std::tuple("rises_by", 1, false), std::tuple("falls_by", -1, false),
        std::tuple("rises_by_percent", 1, true), std::tuple("falls_by_percent", -1, true)}) {
    const auto by = reader.OptionalNumber(key);
    if (!by) continue;
    ++directions;
    if (*by <= 0) reader.Problem(key, "must be positive");
    change.by = *by * sign;
    change.percent = percent;
  }
  if (directions != 1) reader.Problem("", "needs exactly one of rises_by, falls_by, ..._percent");
  if (change.percent && change.by <= -100) reader.Problem("", "a fall of all: can never be true");
  change.margin = reader.OptionalNumber("margin").value_or(0);
  if (change.margin < 0) reader.Problem("margin", "must not be negative");
  if (change.from != Change::From::kBaseline) {
    change.within = reader.DurationOf("within");
    change.readings_min = reader.OptionalInt("readings_min").value_or(1);
    if (change.readings_min < 1) reader.Problem("readings_min", "must be 1 or more");
  }
  if (reader.Has("confirmed_after")) {
    change.confirmed_after = reader.DurationOf("confirmed_after");
    change.confirmed_within = reader.DurationOf("confirmed_within");
    if (change.confirmed_within <= change.confirmed_after) {
      reader.Problem("confirmed_within", "not after confirmed_after: can never be true");
    }
  }
  return {change};
}

Condition ReadElapsed(Reader& reader, const Catalogue& catalogue) {
  Elapsed elapsed;
  elapsed.since = reader.Choice<Elapsed::Since>(
      "since", {{"dose", Elapsed::Since::kDose},
                {"course_start", Elapsed::Since::kCourseStart},
                {"monitoring_start", Elapsed::Since::kMonitoringStart},
                {"dose_cut", Elapsed::Since::kDoseCut},
                {"quit", Elapsed::Since::kQuit}});
  elapsed.names = reader.OptionalTexts("of");
  CheckNames(reader, "of", elapsed.names, catalogue);
  const bool about_doses = elapsed.since == Elapsed::Since::kDose ||
                           elapsed.since == Elapsed::Since::kCourseStart ||
                           elapsed.since == Elapsed::Since::kDoseCut;
  if (about_doses == elapsed.names.empty()) {
    reader.Problem("of", about_doses ? "names nothing" : "has no meaning here");
  }
  if (reader.Has("at_least")) elapsed.at_least = reader.DurationOf("at_least");
  if (reader.Has("less_than")) elapsed.less_than = reader.DurationOf("less_than");
  if (elapsed.less_than <= elapsed.at_least) {
    reader.Problem("less_than", "not after at_least: can never be true");
  }
  return {elapsed};
}

Condition ReadDoses(Reader& reader, const Catalogue& catalogue) {
  domain::DoseCount count;
  count.names = reader.Texts("of");
  CheckNames(reader, "of", count.names, catalogue);
  if (reader.Has("from")) count.from = reader.DurationOf("from");
  count.within = reader.DurationOf("within");
  if (count.within > absl::Hours(72)) reader.Problem("within", "doses are kept for 72h");
  if (count.within <= count.from) reader.Problem("within", "not after from: can never be true");
  const auto at_least = reader.OptionalInt("at_least");
  const auto milligrams = reader.OptionalNumber("milligrams_more_than");
  if (at_least.has_value() == milligrams.has_value()) {
    reader.Problem("", "needs at_least or milligrams_more_than");
  }
  if (at_least && (*at_least < 1 || *at_least > 32)) reader.Problem("at_least", "must be 1 to 32");
  if (milligrams && *milligrams < 0) {
    reader.Problem("milligrams_more_than", "must not be negative");
  }
  count.at_least = at_least.value_or(0);
  count.milligrams_more_than = milligrams.value_or(0);
  return {count};
}

Condition ReadPlanned(Reader& reader, const Catalogue& catalogue) {
  static const std::map<std::string, MedicationPurpose> purposes = {
      {"induction", MedicationPurpose::kInduction},
      {"low-dose-induction", MedicationPurpose::kLowDoseInduction},
      {"maintenance", MedicationPurpose::kMaintenance},
      {"symptom-triggered", MedicationPurpose::kSymptomTriggered},
      {"fixed-schedule", MedicationPurpose::kFixedSchedule},
      {"taper", MedicationPurpose::kTaper},
      {"relapse-prevention", MedicationPurpose::kRelapsePrevention},
      {"adjunct", MedicationPurpose::kAdjunct}};
  domain::Planned planned;
  planned.names = reader.OptionalTexts("of");
  CheckNames(reader, "of", planned.names, catalogue);
  for (const std::string& name : reader.OptionalTexts("purposes")) {
    const auto found = purposes.find(name);
    if (found == purposes.end()) {
      reader.Problem("purposes", "unknown purpose " + name);
    } else {
      planned.purposes.push_back(found->second);
    }
  }
  if (reader.Has("clinician_present_at_start")) {
    planned.clinician_present_at_start = reader.Flag("clinician_present_at_start");
  }
  planned.continued = reader.Flag("continued");
  return {planned};
}

Condition ReadMissedDoses(Reader& reader, const Catalogue& catalogue) {
  domain::MissedDoses missed;
  missed.names = reader.OptionalTexts("of");
  CheckNames(reader, "of", missed.names, catalogue);
  missed.days = reader.Flag("days");
  missed.at_least = reader.Int("at_least");
  if (const auto most = reader.OptionalInt("at_most")) missed.at_most = *most;
  if (missed.at_least < 1 || missed.at_least > (missed.days ? 13 : 32)) {
    reader.Problem("at_least", "must be 1 to 13 days or 32 doses");
  }
  if (missed.at_most < missed.at_least) {
    reader.Problem("at_most", "below at_least: can never be true");
  }
  return {missed};
}

Condition ReadTotalWithin(Reader& reader, const Catalogue& catalogue) {
  domain::TotalWithin total;
  total.instrument = reader.Text("instrument");
  total.at_least = reader.OptionalInt("at_least").value_or(0);
  total.within = reader.DurationOf("within");
  const domain::Instrument* instrument = catalogue.FindInstrument(total.instrument);
  if (instrument == nullptr) {
    reader.Problem("instrument", "unknown " + total.instrument);
  } else if (total.at_least > instrument->total_max()) {
    reader.Problem("at_least", "more than the instrument's maximum: can never be true");
  } else {
    total.adjustable = ReadAdjustable(reader, total.at_least, 0, instrument->total_max());
  }
  return {total};
}

}  // namespace

void CheckNames(Reader& reader, const std::string& key, const std::vector<std::string>& names,
                const Catalogue& catalogue) {
  for (const std::string& name : names) {
    const bool known =
        std::find(std::begin(kClasses), std::end(kClasses), name) != std::end(kClasses) ||
        catalogue.medications.contains(name) || domain::IsReportedClass(name);
    if (!known) reader.Problem(key, "unknown class or product " + name);
  }
}

Condition ReadDoseKind(const std::string& kind, Reader& reader, const Catalogue& catalogue) {
  if (kind == "dose") return ReadDose(reader, catalogue);
  if (kind == "dose_not_taken") return ReadNamedDoses(reader, Measure::kDoseNotTaken, catalogue);
  if (kind == "dose_deviation") return ReadDeviation(reader);
  if (kind == "use") return ReadNamedDoses(reader, Measure::kUse, catalogue);
  if (kind == "category") return ReadCategory(reader, catalogue);
  if (kind == "missing_item") return ReadMissingItem(reader, catalogue);
  if (kind == "change") return ReadChange(reader, catalogue);
  if (kind == "elapsed") return ReadElapsed(reader, catalogue);
  if (kind == "doses") return ReadDoses(reader, catalogue);
  if (kind == "planned") return ReadPlanned(reader, catalogue);
  if (kind == "missed_doses") return ReadMissedDoses(reader, catalogue);
  if (kind == "total_within") return ReadTotalWithin(reader, catalogue);
  if (kind == "untriggered") return {domain::Untriggered{reader.DurationOf("within")}};
  reader.Problem("", "no kind of condition");
  return {domain::AnyOf{}};
}

}  // namespace withdrawal::catalogue
