#include <set>

#include "libs/catalogue/sections.h"
#include "libs/domain/units.h"

namespace withdrawal::catalogue {

std::optional<domain::Programme> ProgrammeFromName(const std::string& name) {
  const auto found = Programmes().find(name);
  if (found == Programmes().end()) return std::nullopt;
  return found->second;
}

void LoadVersion(Reader& root, Catalogue& catalogue) {
  catalogue.version.version = root.Text("version");
  root.Text("signed_off_by");
  root.Done();
}

void LoadVitals(Reader& root, Catalogue& catalogue) {
  for (Reader& entry : root.List("vitals")) {
    const auto vital = domain::VitalFromCode(entry.Text("code"));
    if (!vital) {
      entry.Problem("code", "no vital sign of a check-in");
      continue;
    }
    domain::VitalDefinition definition;
    definition.vital = *vital;
    definition.title = entry.Text("title");
    definition.unit = domain::CanonicalUnit(*vital);
    definition.accepted_units = entry.Texts("units");
    definition.loinc = entry.OptionalTexts("loinc");
    definition.from = entry.Number("from");
    definition.to = entry.Number("to");
    definition.sentinels = entry.Numbers("sentinels");
    definition.zero_is_fault = entry.Flag("zero_is_fault");
    definition.fahrenheit_as_celsius = entry.Flag("fahrenheit_as_celsius");
    definition.source = entry.Text("source");
    entry.MarkOf("mark");
    if (definition.to <= definition.from) entry.Problem("to", "must be above from");
    const auto& units = definition.accepted_units;
    if (units.empty() || units.front() != definition.unit) {
      entry.Problem("units", "the first must be " + definition.unit);
    }
    for (const std::string& unit : units) {
      if (!domain::ToCanonical(*vital, 0, unit)) entry.Problem("units", "no conversion of " + unit);
    }
    entry.Done();
    if (!catalogue.vitals.emplace(*vital, std::move(definition)).second) {
      entry.Problem("code", "duplicate vital sign");
    }
  }
  if (catalogue.vitals.size() != domain::kVitalCount) {
    root.Problem("vitals", "one for each vital sign of a check-in");
  }
  root.Done();
}

void LoadMedications(Reader& root, Catalogue& catalogue) {
  static const std::map<std::string, std::string> classes = {
      {"opioid", "opioid"},   {"opioid-antagonist", "opioid-antagonist"},
      {"alcohol", "alcohol"}, {"benzodiazepine", "benzodiazepine"},
      {"z-drug", "z-drug"},   {"gabapentinoid", "gabapentinoid"},
      {"other", "other"},
  };
  root.Text("source");
  root.MarkOf("dose_milligrams_max_mark");
  std::set<std::string> names;
  for (Reader& entry : root.List("medications")) {
    domain::Medication medication;
    medication.product = entry.Text("product");
    medication.medication_class = entry.Choice("class", classes);
    medication.aliases = entry.OptionalTexts("aliases");
    medication.dose_milligrams_max = entry.OptionalNumber("dose_milligrams_max");
    if (medication.dose_milligrams_max && !(*medication.dose_milligrams_max > 0)) {
      entry.Problem("dose_milligrams_max", "must be above 0");
    }
    medication.never_prescribed = entry.Flag("never_prescribed");
    if (!names.insert(medication.product).second) {
      entry.Problem("product", "duplicate product " + medication.product);
    }
    for (const std::string& alias : medication.aliases) {
      if (!names.insert(alias).second) entry.Problem("aliases", "duplicate name " + alias);
    }
    entry.Done();
    catalogue.medications[medication.product] = std::move(medication);
  }
  root.Done();
}

}  // namespace withdrawal::catalogue
