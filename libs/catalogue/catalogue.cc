#include "libs/catalogue/catalogue.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/catalogue/embedded.h"
#include "libs/catalogue/override_bounds.h"
#include "libs/catalogue/overrides.h"
#include "libs/catalogue/sections.h"
#include "libs/hash/sha256.h"

namespace withdrawal::catalogue {
namespace {

namespace fs = std::filesystem;

struct Section {
  const char* name;  // a file, or a folder when it ends with '/'
  LoadSection load;
};

constexpr Section kSections[] = {
    {"catalogue.yaml", LoadVersion},
    {"vitals.yaml", LoadVitals},
    {"medications.yaml", LoadMedications},
    {"instruments/news2.yaml", LoadNews2},
    {"instruments/", LoadInstrument},
    {"intake.yaml", LoadIntake},
    {"intake-medication.yaml", LoadMedicationIntake},
    {"benzodiazepines.yaml", LoadBenzodiazepines},
    {"plan-facts.yaml", LoadPlanFacts},
    {"plan-rules/", LoadPlanRules},
    {"templates/", LoadPlanTemplate},
    {"ladders.yaml", LoadLadders},
    {"suitability/levels.yaml", LoadLevels},
    {"suitability/reassessment.yaml", LoadReassessment},
    {"suitability/", LoadSuitability},
    {"engagement.yaml", LoadEngagement},
    {"contingency-management.yaml", LoadRewards},
    {"planned-doses.yaml", LoadDosePolicy},
    {"rules/", LoadRules},
    {"missed-check-in.yaml", LoadMissedCheckIn},
    {"alert-management.yaml", LoadManagement},
    {"discharge.yaml", LoadDischarge},
    {"privacy.yaml", LoadPrivacy},
    {"patient-words.yaml", LoadPatientWords},
    {"override-bounds.yaml", LoadOverrideBounds},
};

bool Holds(const Section& section, const std::string& file) {
  const std::string name = section.name;
  return absl::EndsWith(name, "/") ? absl::StartsWith(file, name) : file == name;
}

const Section* SectionOf(const std::string& file) {
  for (const Section& section : kSections) {
    if (Holds(section, file)) return &section;
  }
  return nullptr;
}

absl::StatusOr<Files> ReadFiles(const std::string& dir, const char* flag) {
  std::error_code error;
  if (!fs::is_directory(dir, error)) {
    return absl::NotFoundError(absl::StrCat("catalogue: no directory ", dir, " (", flag, ")"));
  }
  Files files;
  for (fs::recursive_directory_iterator at(dir, error), end; at != end; at.increment(error)) {
    const fs::path& path = at->path();
    // A mounted ConfigMap has its files twice, once in a hidden folder.
    if (path.filename().native().starts_with(".")) {
      at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file()) continue;
    const std::string extension = absl::AsciiStrToLower(path.extension().string());
    if (extension == ".yml" || (extension == ".yaml" && path.extension() != ".yaml")) {
      return absl::InvalidArgumentError(
          absl::StrCat("catalogue: ", path.string(), ": only .yaml is read: rename it"));
    }
    if (path.extension() != ".yaml") continue;
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream) {
      return absl::InvalidArgumentError(absl::StrCat("catalogue: cannot read ", path.string()));
    }
    files[fs::relative(path, dir).generic_string()] = text.str();
  }
  if (error) return absl::NotFoundError(absl::StrCat("catalogue: ", dir, ": ", error.message()));
  return files;
}

absl::StatusOr<Files> ReadBase(const std::string& dir) {
  if (dir.empty()) return EmbeddedFiles();
  return ReadFiles(dir, "--catalogue");
}

void LoadFile(const Section& section, const std::string& file, const std::string& text,
              Catalogue& catalogue, std::vector<std::string>& problems) {
  // yaml-cpp reports a syntax error only by exception.
  try {
    Reader root(file, "", LoadDocument(text), &problems);
    section.load(root, catalogue);
  } catch (const YAML::Exception& exception) {
    problems.push_back(absl::StrCat(file, ": ", exception.what()));
  }
}

}  // namespace

std::string Checksum(const Files& files) {
  std::string all;
  for (const auto& [name, text] : files) {
    absl::StrAppend(&all, name.size(), " ", name, " ", text.size(), " ", text);
  }
  return hash::Hex(hash::Sha256(all));
}

void LoadOverrideBounds(Reader& root, Catalogue&) { ReadOverrideBounds(root); }

const Catalogue& Catalogue::For(const std::vector<domain::Programme>& programmes) const {
  for (const domain::Programme programme : programmes) {
    const auto own = for_programme.find(programme);
    if (own != for_programme.end()) return *own->second;
  }
  return *this;
}

const domain::Instrument* Catalogue::FindInstrument(const std::string& id) const {
  const auto found = instruments.find(id);
  return found == instruments.end() ? nullptr : &found->second;
}

const domain::Medication* Catalogue::FindMedication(const std::string& product) const {
  const std::string name = absl::AsciiStrToLower(product);
  const auto found = medications.find(name);
  if (found != medications.end()) return &found->second;
  for (const auto& [unused, medication] : medications) {
    for (const std::string& alias : medication.aliases) {
      if (alias == name) return &medication;
    }
  }
  return nullptr;
}

absl::StatusOr<Catalogue> LoadFiles(const Files& files) {
  Catalogue catalogue;
  std::vector<std::string> problems;
  for (const auto& [file, text] : files) {
    if (SectionOf(file) == nullptr) problems.push_back(file + ": no part of the catalogue");
  }
  for (const Section& section : kSections) {
    bool found = false;
    for (const auto& [file, text] : files) {
      if (SectionOf(file) != &section) continue;
      found = true;
      LoadFile(section, file, text, catalogue, problems);
    }
    if (!found) problems.push_back(absl::StrCat(section.name, ": missing"));
  }
  CheckIntakeIsUsed(catalogue, problems);
  if (!problems.empty()) {
    return absl::InvalidArgumentError("catalogue: " + absl::StrJoin(problems, "; "));
  }
  catalogue.version.checksum = Checksum(files);
  return catalogue;
}

absl::StatusOr<EffectiveFiles> ReadEffective(const Location& location) {
  const auto base = ReadBase(location.directory);
  if (!base.ok()) return base.status();
  if (location.overrides.empty()) return ApplyOverrides(*base, {});
  auto overrides = ReadFiles(location.overrides, "--catalogue-overrides");
  if (!overrides.ok()) return overrides.status();
  if (overrides->empty()) {
    return absl::NotFoundError(absl::StrCat("catalogue: no override (*.yaml) in ",
                                            location.overrides, " (--catalogue-overrides)"));
  }
  return ApplyOverrides(*base, *overrides);
}

absl::StatusOr<Catalogue> Load(const Location& location) {
  if (location.overrides.empty()) {
    const auto base = ReadBase(location.directory);
    return base.ok() ? LoadFiles(*base) : base.status();
  }
  const auto files = ReadEffective(location);
  if (!files.ok()) return files.status();
  return LoadEffective(*files);
}

absl::StatusOr<Catalogue> Load(const std::string& dir) { return Load(Location{dir, ""}); }

}  // namespace withdrawal::catalogue
