// Conditions of alert rules: each is a mapping with one key, the kind (see data/rules/README of the
// kinds in libs/domain/rule.h). Refuses what can never be true.
#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "libs/catalogue/condition_parts.h"
#include "libs/catalogue/sections.h"
#include "libs/domain/red_flag.h"
#include "libs/domain/substance.h"

namespace withdrawal::catalogue {
namespace {

using domain::AllOf;
using domain::AnyOf;
using domain::Condition;
using domain::Measure;
using domain::Observed;
using domain::Programme;

constexpr const char* kConsciousness[] = {"alert", "confusion", "voice", "pain", "unresponsive"};

template <typename Names>
bool OneOf(const Names& names, const std::string& name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

Condition ReadSymptom(Reader& reader) {
  const std::vector<std::string> names = reader.Texts("any_of");
  for (const std::string& name : names) {
    if (!OneOf(domain::kRedFlags, name)) reader.Problem("any_of", "unknown symptom " + name);
  }
  return ReadNamed(reader, Measure::kSymptom, names);
}

Condition ReadConsciousness(Reader& reader) {
  const std::vector<std::string> names = reader.Texts("any_of");
  for (const std::string& name : names) {
    if (!OneOf(kConsciousness, name)) reader.Problem("any_of", "unknown level " + name);
  }
  return ReadNamed(reader, Measure::kConsciousness, names);
}

Condition ReadVital(Reader& reader, const Catalogue& catalogue) {
  Observed observed;
  observed.measure = Measure::kVital;
  observed.subject = reader.Text("code");
  const auto vital = domain::VitalFromCode(observed.subject);
  if (!vital || !catalogue.vitals.contains(*vital)) {
    reader.Problem("code", "unknown vital sign " + observed.subject);
    return {observed};
  }
  const domain::VitalDefinition& known = catalogue.vitals.at(*vital);
  ReadBounds(reader, known.from, known.to, *vital == domain::Vital::kSpo2, observed);
  return {observed};
}

Condition ReadItem(Reader& reader, const Catalogue& catalogue) {
  std::vector<Condition> parts;
  Observed observed;
  observed.measure = Measure::kItem;
  observed.subject = reader.Text("instrument");
  const domain::Instrument* instrument = catalogue.FindInstrument(observed.subject);
  if (instrument == nullptr) reader.Problem("instrument", "unknown " + observed.subject);
  for (const std::string& code : reader.Texts("codes")) {
    observed.item = code;
    const domain::Item* item = instrument == nullptr ? nullptr : instrument->FindItem(code);
    if (item == nullptr) {
      reader.Problem("codes", "unknown item " + code);
      continue;
    }
    ReadBounds(reader, 0, item->allowed.back(), false, observed);
    parts.push_back({observed});
  }
  if (parts.empty()) reader.Problem("codes", "must not be empty: can never be true");
  return AnyOfThese(std::move(parts));
}

Condition ReadTotal(Reader& reader, const Catalogue& catalogue) {
  Observed observed;
  observed.measure = Measure::kTotal;
  observed.subject = reader.Text("instrument");
  const std::string scheme = reader.OptionalText("scheme");
  int total_max = catalogue.news2.total_max;
  bool known_scheme = scheme.empty() || scheme == catalogue.news2.scheme.id;
  if (observed.subject != catalogue.news2.id) {
    const domain::Instrument* instrument = catalogue.FindInstrument(observed.subject);
    if (instrument == nullptr) {
      reader.Problem("instrument", "unknown " + observed.subject);
      return {observed};
    }
    total_max = instrument->total_max();
    known_scheme = scheme.empty() || instrument->FindScheme(scheme) != nullptr;
    observed.item = reader.OptionalText("subscale");
    if (!observed.item.empty()) {
      const domain::Subscale* subscale = instrument->FindSubscale(observed.item);
      if (subscale == nullptr) reader.Problem("subscale", "unknown subscale " + observed.item);
      total_max = subscale == nullptr ? 0 : instrument->MaxOf(*subscale);
    }
  }
  if (!known_scheme) reader.Problem("scheme", "unknown scheme " + scheme);
  if (reader.Flag("only_under_scheme")) {
    observed.scheme = scheme;
    if (scheme.empty()) reader.Problem("only_under_scheme", "needs a scheme");
  }
  ReadBounds(reader, 0, total_max, false, observed);
  return {observed};
}

Condition ReadNumber(Reader& reader, Measure measure, double low, double high) {
  Observed observed;
  observed.measure = measure;
  ReadBounds(reader, low, high, false, observed);
  return {observed};
}

Condition ReadRise(Reader& reader, const Catalogue& catalogue) {
  domain::Rise rise;
  rise.instrument = reader.Text("instrument");
  rise.by = reader.Int("by");
  rise.within = reader.DurationOf("within");
  rise.after_dose = reader.OptionalText("after_dose");
  if (reader.Has("later_than")) rise.later_than = reader.DurationOf("later_than");
  if (rise.later_than >= rise.within) {
    reader.Problem("later_than", "not before within: can never be true");
  }
  if (rise.later_than > absl::ZeroDuration() && rise.after_dose.empty()) {
    reader.Problem("later_than", "needs after_dose");
  }
  const domain::Instrument* instrument = catalogue.FindInstrument(rise.instrument);
  if (instrument == nullptr) reader.Problem("instrument", "unknown " + rise.instrument);
  if (rise.by <= 0) reader.Problem("by", "must be positive");
  if (instrument != nullptr && rise.by > instrument->total_max()) {
    reader.Problem("by", "more than the instrument's maximum: can never be true");
  }
  if (!rise.after_dose.empty() && !catalogue.medications.contains(rise.after_dose)) {
    reader.Problem("after_dose", "unknown medication " + rise.after_dose);
  }
  return {rise};
}

Condition ReadProgramme(Reader& reader) {
  domain::InProgramme programme{ReadProgrammes(reader, "any_of"),
                                ReadProgrammes(reader, "none_of")};
  if (programme.any_of.empty() && programme.none_of.empty()) reader.Problem("", "names none");
  return {programme};
}

Condition ReadSinceLastUse(Reader& reader) {
  domain::SinceLastUse since;
  since.classes = reader.Texts("classes");
  for (const std::string& name : since.classes) {
    if (!OneOf(SubstanceClasses(), name)) reader.Problem("classes", "unknown class " + name);
  }
  if (reader.Has("from")) since.from = reader.DurationOf("from");
  since.to = reader.DurationOf("to");
  if (since.to <= since.from) reader.Problem("to", "not after from: can never be true");
  return {since};
}

Condition ReadUsed(Reader& reader, const Catalogue& catalogue) {
  domain::UsedWithin used;
  used.classes = reader.OptionalTexts("classes");
  used.products = reader.OptionalTexts("products");
  CheckNames(reader, "classes", used.classes, catalogue);
  CheckNames(reader, "products", used.products, catalogue);
  if (used.classes.empty() && used.products.empty()) reader.Problem("", "names nothing");
  used.before = reader.Flag("before");
  used.within = reader.DurationOf("within");
  return {used};
}

Condition ReadSetAside(Reader& reader) {
  std::vector<std::string> reasons = reader.OptionalTexts("reasons");
  if (reasons.empty()) reasons.push_back("");
  for (const std::string& reason : reasons) {
    if (reason.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != std::string::npos) {
      reader.Problem("reasons", "must be UPPER_SNAKE_CASE: " + reason);
    }
  }
  return ReadNamed(reader, Measure::kSetAside, reasons);
}

Condition ReadSpo2Scale(Reader& reader) {
  const int scale = reader.Int("is");
  if (scale != 1 && scale != 2) reader.Problem("is", "must be 1 or 2");
  return {
      domain::OnSpo2Scale{scale == 2 ? domain::Spo2Scale::kScale2 : domain::Spo2Scale::kScale1}};
}

Condition ReadYes(Reader& reader) {
  static const std::map<std::string, Condition> kinds = {
      {"on_oxygen", {domain::OnOxygen{}}},
      {"not_exerting", {domain::NotExerting{}}},
      {"pregnant", {domain::Pregnant{}}},
      {"conflict", {Observed{Measure::kConflict, "", "", 1, {}, 0, {}}}},
      {"intends_to_use", {Observed{Measure::kIntendsToUse, "", "", 1, {}, 0, {}}}}};
  const std::string name = reader.Text("fact");
  const auto found = kinds.find(name);
  if (found != kinds.end()) {
    Condition condition = found->second;
    auto* observed = std::get_if<Observed>(&condition.kind);
    if (observed != nullptr && reader.Has("within")) {
      observed->within = reader.DurationOf("within");
    }
    return condition;
  }
  reader.Problem("fact", "unknown fact " + name);
  return {AnyOf{}};
}

// Two leaves of one conjunction that look at the same number and exclude each other.
void CheckContradiction(Reader& reader, const std::vector<Condition>& parts) {
  for (size_t i = 0; i < parts.size(); ++i) {
    const auto* a = std::get_if<Observed>(&parts[i].kind);
    if (a == nullptr) continue;
    for (size_t j = i + 1; j < parts.size(); ++j) {
      const auto* b = std::get_if<Observed>(&parts[j].kind);
      if (b == nullptr || a->measure != b->measure || a->subject != b->subject ||
          a->item != b->item || a->within + b->within != absl::ZeroDuration()) {
        continue;
      }
      const double from =
          std::max(a->at_least.value_or(-INFINITY), b->at_least.value_or(-INFINITY));
      const double to = std::min(a->at_most.value_or(INFINITY), b->at_most.value_or(INFINITY));
      if (from > to) reader.Problem("all", "contradictory bounds: can never be true");
    }
  }
}

bool IsContext(const Condition& condition) {
  return !std::holds_alternative<Observed>(condition.kind) &&
         !std::holds_alternative<domain::Rise>(condition.kind) &&
         !std::holds_alternative<domain::Change>(condition.kind) &&
         !std::holds_alternative<domain::Untriggered>(condition.kind);
}

std::vector<Condition> ReadParts(Reader& parent, const std::string& key,
                                 const Catalogue& catalogue) {
  std::vector<Condition> parts;
  for (Reader& part : parent.List(key)) parts.push_back(ReadCondition(part, catalogue));
  if (key == "all") CheckContradiction(parent, parts);
  if (key == "none" && !std::all_of(parts.begin(), parts.end(), IsContext)) {
    parent.Problem("none", "only of what is known about the person, not of what a check-in says");
  }
  return parts;
}

Condition ReadKind(const std::string& kind, Reader& reader, const Catalogue& catalogue) {
  if (kind == "symptom") return ReadSymptom(reader);
  if (kind == "consciousness") return ReadConsciousness(reader);
  if (kind == "vital") return ReadVital(reader, catalogue);
  if (kind == "item") return ReadItem(reader, catalogue);
  if (kind == "total") return ReadTotal(reader, catalogue);
  if (kind == "single_parameter") return ReadNumber(reader, Measure::kSingleParameter, 0, 3);
  if (kind == "rass") return ReadNumber(reader, Measure::kRass, -5, 4);
  if (kind == "vomiting_hours") return ReadNumber(reader, Measure::kVomitingHours, 0, 168);
  if (kind == "craving_nrs") return ReadNumber(reader, Measure::kCravingNrs, 0, 10);
  if (kind == "craving_vas") return ReadNumber(reader, Measure::kCravingVas, 0, 100);
  if (kind == "rise") return ReadRise(reader, catalogue);
  if (kind == "programme") return ReadProgramme(reader);
  if (kind == "since_last_use") return ReadSinceLastUse(reader);
  if (kind == "used") return ReadUsed(reader, catalogue);
  if (kind == "set_aside") return ReadSetAside(reader);
  if (kind == "spo2_scale") return ReadSpo2Scale(reader);
  if (kind == "is") return ReadYes(reader);
  if (kind == "engagement") return ReadEngagement(reader);
  return ReadDoseKind(kind, reader, catalogue);
}

}  // namespace

const std::map<std::string, Programme>& Programmes() {
  static const std::map<std::string, Programme> programmes = {
      {"alcohol", Programme::kAlcohol},
      {"opioid", Programme::kOpioid},
      {"benzodiazepine", Programme::kBenzodiazepine},
      {"stimulant", Programme::kStimulant},
      {"cannabis", Programme::kCannabis},
      {"nicotine", Programme::kNicotine}};
  return programmes;
}

std::vector<Programme> ReadProgrammes(Reader& reader, const std::string& key) {
  std::vector<Programme> programmes;
  for (const std::string& name : reader.OptionalTexts(key)) {
    const auto found = Programmes().find(name);
    if (found == Programmes().end()) {
      reader.Problem(key, "unknown programme " + name);
    } else {
      programmes.push_back(found->second);
    }
  }
  return programmes;
}

const std::vector<std::string>& SubstanceClasses() {
  static const std::vector<std::string> classes(domain::kSubstanceClasses.begin(),
                                                domain::kSubstanceClasses.end());
  return classes;
}

Condition ReadCondition(Reader& reader, const Catalogue& catalogue) {
  static const std::vector<std::string> kinds = {"symptom",
                                                 "consciousness",
                                                 "vital",
                                                 "item",
                                                 "total",
                                                 "rass",
                                                 "rise",
                                                 "programme",
                                                 "used",
                                                 "single_parameter",
                                                 "is",
                                                 "set_aside",
                                                 "spo2_scale",
                                                 "craving_nrs",
                                                 "vomiting_hours",
                                                 "since_last_use",
                                                 "craving_vas",
                                                 "engagement",
                                                 "category",
                                                 "missing_item",
                                                 "dose",
                                                 "dose_not_taken",
                                                 "dose_deviation",
                                                 "use",
                                                 "change",
                                                 "elapsed",
                                                 "doses",
                                                 "planned",
                                                 "missed_doses",
                                                 "untriggered",
                                                 "total_within"};
  Condition condition{AnyOf{}};
  if (reader.Has("all")) {
    condition.kind = AllOf{ReadParts(reader, "all", catalogue)};
  } else if (reader.Has("any")) {
    condition.kind = AnyOf{ReadParts(reader, "any", catalogue)};
  } else if (reader.Has("none")) {
    condition.kind = domain::NoneOf{ReadParts(reader, "none", catalogue)};
  } else {
    const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                   [&](const std::string& name) { return reader.Has(name); });
    if (kind == kinds.end()) {
      reader.Problem("", "no kind of condition");
      return condition;
    }
    Reader inner = reader.Map(*kind);
    condition = ReadKind(*kind, inner, catalogue);
    inner.Done();
  }
  reader.Done();
  return condition;
}

}  // namespace withdrawal::catalogue
