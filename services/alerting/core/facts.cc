#include "services/alerting/core/facts.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/domain/substance.h"

namespace withdrawal::alerting {
namespace {

using domain::Measure;
using domain::Vital;

constexpr std::array<const char*, domain::kVitalCount> kVitalNames = {
    "pulse",       "respiratory rate", "SpO2",          "systolic pressure", "diastolic pressure",
    "temperature", "weight",           "breath alcohol"};
constexpr std::array<const char*, domain::kVitalCount> kVitalUnits = {"/min", "/min", "%",  "mmHg",
                                                                      "mmHg", "Cel",  "kg", "g/L"};
constexpr std::array<const char*, 5> kConsciousness = {"alert", "confusion", "voice", "pain",
                                                       "unresponsive"};

// The precision at which NEWS2 bands a reading (reference A.12), so that a rule and the NEWS2
// parameter on the same edge agree.
double Rounded(Vital vital, double value) {
  switch (vital) {
    case Vital::kTemperature:
      return std::floor(value * 10 + 0.5 + 1e-9) / 10;
    case Vital::kWeight:
    case Vital::kBreathAlcohol:
      return value;
    default:
      return std::floor(value + 0.5);
  }
}

std::string Code(Measure measure, std::string_view subject = "", std::string_view item = "") {
  return FactCode(measure, subject, item);
}

}  // namespace

std::string FactCode(Measure measure, std::string_view subject, std::string_view item) {
  std::string code = absl::StrCat(static_cast<int>(measure), "/");
  code += subject;
  if (!item.empty()) (code += "/") += item;
  return code;
}

std::string FactCode(const domain::Observed& observed) {
  return Code(observed.measure, observed.subject, observed.item);
}

std::string MemoryCode(const domain::Observed& observed) {
  const std::string code = FactCode(observed);
  return observed.scheme.empty() ? code : absl::StrCat(code, ":", observed.scheme);
}

Facts::Facts(const domain::ScoredCheckIn& scored) : scored_(&scored) {
  if (scored.disposition == domain::Disposition::kConflict) {
    Add(Code(Measure::kConflict), 1, "a check-in id was sent again with other content");
  }
  const domain::CheckIn& check_in = scored.check_in;
  AddSetAside();
  if (const auto* vitals = std::get_if<domain::VitalSigns>(&check_in.kind)) AddVitals(*vitals);
  if (const auto* craving = std::get_if<domain::Craving>(&check_in.kind)) AddCraving(*craving);
  if (const auto* lapse = std::get_if<domain::LapseReport>(&check_in.kind)) {
    Add(Code(Measure::kUse, domain::SubstanceFamily(lapse->substance_class)), 1,
        absl::StrCat("use of ", lapse->substance_class, " reported"));
    if (lapse->intends_to_continue) AddIntent(*lapse->intends_to_continue);
  }
  if (const auto* report = std::get_if<domain::RedFlagReport>(&check_in.kind)) {
    for (const std::string& flag : report->flags) {
      const std::string words = absl::StrReplaceAll(flag, {{"_", " "}});
      Add(Code(Measure::kSymptom, flag), 1, absl::StrCat(words, " reported"));
    }
    if (report->vomiting_hours) {
      const double hours = *report->vomiting_hours;
      Add(Code(Measure::kVomitingHours), hours, absl::StrCat("vomiting for ", hours, " h"));
    }
  }
  for (const domain::Score& score : scored.scores) AddScore(score);
}

void Facts::Add(std::string code, double value, std::string text, std::string about) {
  facts_[std::move(code)] = Fact{value, false, value, std::move(text), std::move(about)};
}

void Facts::AddVitals(const domain::VitalSigns& vitals) {
  for (size_t i = 0; i < vitals.values.size(); ++i) {
    if (!vitals.values[i]) continue;
    const Vital vital = static_cast<Vital>(i);
    const double value = Rounded(vital, *vitals.values[i]);
    Add(Code(Measure::kVital, domain::VitalCode(vital)), value,
        absl::StrCat(kVitalNames[i], " ", value, " ", kVitalUnits[i]));
  }
  if (vitals.rass) Add(Code(Measure::kRass), *vitals.rass, absl::StrCat("RASS ", *vitals.rass));
  if (!vitals.consciousness) return;
  const auto level = static_cast<size_t>(*vitals.consciousness);
  for (size_t i = 0; i < kConsciousness.size(); ++i) {
    Add(Code(Measure::kConsciousness, kConsciousness[i]), i == level ? 1 : 0,
        absl::StrCat("consciousness: ", kConsciousness[level]));
  }
}

void Facts::AddTotal(const domain::Score& score) {
  const int value = score.total.value_or(score.partial_sum);
  std::string text = absl::StrCat(score.instrument, score.complete() ? " total " : " at least ",
                                  value, " (", score.scheme);
  const std::string& band = score.complete() ? score.band : score.band_at_least;
  absl::StrAppend(&text, band.empty() ? "" : " ", band, score.complete() ? ")" : ", incomplete)");
  const std::string code = Code(Measure::kTotal, score.instrument);
  const Fact fact{double(value), !score.complete(), double(value), std::move(text)};
  facts_[code] = fact;
  if (!score.scheme.empty()) facts_[absl::StrCat(code, ":", score.scheme)] = fact;
}

void Facts::AddParts(const domain::Score& score) {
  for (const domain::SubscaleScore& part : score.subscales) {
    const int value = part.total.value_or(part.partial_sum);
    facts_[Code(Measure::kTotal, score.instrument, part.id)] =
        Fact{double(value), !part.total, double(value),
             absl::StrCat(score.instrument, " ", part.id, part.total ? " " : " at least ", value)};
  }
  if (score.category_rank) {
    const double rank = *score.category_rank;
    facts_[Code(Measure::kCategory, score.instrument)] =
        Fact{rank, !score.complete(), rank,
             absl::StrCat(score.instrument, score.complete() ? " " : " at least ", score.category)};
  }
  for (const std::string& code : score.missing_items) {
    Add(Code(Measure::kMissingItem, score.instrument, code), 1,
        absl::StrCat(score.instrument, " ", absl::StrReplaceAll(code, {{"_", " "}}),
                     " not answered"));
  }
}

void Facts::AddScore(const domain::Score& score) {
  if (!score.no_total) AddTotal(score);
  AddParts(score);
  int highest_now = 0;
  int highest_known = 0;
  std::string highest_code;
  for (const domain::ItemScore& item : score.items) {
    highest_known = std::max(highest_known, item.points);
    if (item.age) continue;
    Add(Code(Measure::kMissingItem, score.instrument, item.code), 0, "answered");
    if (item.points > highest_now || highest_code.empty()) {
      highest_now = item.points;
      highest_code = item.code;
    }
    Add(Code(Measure::kItem, score.instrument, item.code), item.points,
        absl::StrCat(score.instrument, " ", absl::StrReplaceAll(item.code, {{"_", " "}}), " ",
                     item.points));
  }
  if (score.instrument != "NEWS2" || highest_code.empty()) return;
  facts_[Code(Measure::kSingleParameter)] =
      Fact{double(highest_now), false, double(highest_known),
           absl::StrCat("NEWS2 ", absl::StrReplaceAll(highest_code, {{"_", " "}}), " scores ",
                        highest_now)};
}

void Facts::AddSetAside() {
  const domain::CheckIn& check_in = scored_->check_in;
  if (!std::holds_alternative<domain::VitalSigns>(check_in.kind)) return;
  std::vector<std::string> fields;
  for (const domain::SetAsideReading& reading : check_in.set_aside) {
    const std::string text =
        absl::StrCat(reading.field, " set aside (", reading.reason, "): sent ", reading.value);
    Fact& fact = facts_[Code(Measure::kSetAside, reading.reason)];
    fact = Fact{1, false, 1, fact.text.empty() ? text : absl::StrCat(fact.text, ", ", text)};
    Fact& any = facts_[Code(Measure::kSetAside)];
    any = Fact{1, false, 1, any.text.empty() ? text : absl::StrCat(any.text, ", ", text)};
  }
  if (check_in.set_aside.empty()) Add(Code(Measure::kSetAside), 0, "no reading set aside");
}

void Facts::AddCraving(const domain::Craving& craving) {
  if (craving.nrs) {
    Add(Code(Measure::kCravingNrs), *craving.nrs, absl::StrCat("craving ", *craving.nrs, " of 10"));
  }
  if (craving.vas) {
    Add(Code(Measure::kCravingVas), *craving.vas,
        absl::StrCat("craving ", *craving.vas, " of 100"));
  }
  if (craving.intends_to_use) AddIntent(*craving.intends_to_use);
}

void Facts::AddIntent(bool intends) {
  Add(Code(Measure::kIntendsToUse), intends ? 1 : 0,
      intends ? "intends to use" : "does not intend to use");
}

bool Facts::comparable(std::string_view code) const {
  if (scored_ == nullptr || to_the_day()) return false;
  const auto* vitals = CheckIn<domain::VitalSigns>();
  return vitals == nullptr || vitals->at_rest.value_or(true) ||
         code != Code(Measure::kVital, domain::VitalCode(Vital::kPulse));
}

const Fact* Facts::Find(const domain::Observed& observed) const {
  return FindCode(MemoryCode(observed));
}

const Fact* Facts::FindCode(const std::string& code) const {
  const auto found = facts_.find(code);
  return found == facts_.end() ? nullptr : &found->second;
}

const domain::Score* Facts::FindScore(std::string_view instrument) const {
  if (scored_ == nullptr) return nullptr;
  for (const domain::Score& score : scored_->scores) {
    if (score.instrument == instrument) return &score;
  }
  return nullptr;
}

}  // namespace withdrawal::alerting
