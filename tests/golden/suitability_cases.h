// Reads suitability.txt and the answers of its cases.
#pragma once

#include <algorithm>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "libs/domain/suitability.h"
#include "tests/golden/cases.h"

namespace withdrawal::golden {

struct SuitabilityCase {
  std::string line;
  std::string rule;
  bool fires = false;
  domain::assessment::Assessment known;
  std::string consequence;
  std::string level;  // empty = none named
};

inline const domain::SuitabilityPolicy& BuiltInSuitability() {
  static const domain::SuitabilityPolicy policy = catalogue::SuitabilityPolicyOf(BuiltIn());
  return policy;
}

// "yes", "9", "managed" as the input's type; throws what the input cannot be.
inline domain::assessment::Value ValueOf(const std::string& id, const std::string& text) {
  const domain::assessment::Input& input = BuiltInSuitability().vocabulary.inputs.at(id);
  const auto value = domain::assessment::ParseValue(input, text);
  if (!value || domain::assessment::CheckValue(input, *value)) {
    throw std::runtime_error(id + " cannot be " + text);
  }
  return *value;
}

inline domain::Programme ProgrammeOf(const std::string& name) {
  static const std::vector<std::string> names = {"alcohol",   "opioid",   "benzodiazepine",
                                                 "stimulant", "cannabis", "nicotine"};
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) throw std::runtime_error("no programme " + name);
  return static_cast<domain::Programme>(found - names.begin());
}

// "alcohol,opioid"
inline std::vector<domain::Programme> ProgrammesOf(const std::string& text) {
  std::vector<domain::Programme> programmes;
  const std::vector<std::string> names = absl::StrSplit(text, ',');
  for (const std::string& name : names) programmes.push_back(ProgrammeOf(name));
  return programmes;
}

class SuitabilityTable {
 public:
  SuitabilityTable() {
    std::ifstream file(WITHDRAWAL_SOURCE_DIR "/tests/golden/suitability.txt");
    if (!file) throw std::runtime_error("no golden table suitability.txt");
    for (std::string line; std::getline(file, line);) {
      if (line.empty() || line[0] == '#') continue;
      if (line.starts_with("well ")) {
        Put(line.substr(5), well_);
      } else {
        cases_.push_back(Read(line));
      }
    }
  }

  const std::vector<SuitabilityCase>& cases() const { return cases_; }

  // The same with some answers changed: "ciwa_total=19 home_safe=-".
  domain::assessment::Assessment Answered(const std::vector<domain::Programme>& programmes,
                                          const std::string& changes) const {
    domain::assessment::Assessment known = Well(programmes);
    Put(changes, known.values);
    return known;
  }

  // Everything the programmes require, answered well.
  domain::assessment::Assessment Well(const std::vector<domain::Programme>& programmes) const {
    domain::assessment::Assessment known{programmes, {}};
    for (const auto& [id, input] : BuiltInSuitability().vocabulary.inputs) {
      const auto& required = input.required_for;
      const bool needed = std::find_first_of(required.begin(), required.end(), programmes.begin(),
                                             programmes.end()) != required.end();
      if (needed) known.values[id] = well_.at(id);
    }
    return known;
  }

 private:
  using Values = std::map<std::string, domain::assessment::Value>;

  static void Put(const std::string& words, Values& values) {
    const std::vector<std::string> all = absl::StrSplit(words, ' ', absl::SkipWhitespace());
    for (const std::string& word : all) {
      const std::pair<std::string, std::string> pair = absl::StrSplit(word, '=');
      if (pair.second == "-") {
        values.erase(pair.first);
      } else {
        values[pair.first] = ValueOf(pair.first, pair.second);
      }
    }
  }

  SuitabilityCase Read(const std::string& line) const {
    std::vector<std::string> cells = absl::StrSplit(line, '|');
    for (std::string& cell : cells) cell = std::string(absl::StripAsciiWhitespace(cell));
    if (cells.size() != 4) throw std::runtime_error("not four cells: " + line);
    SuitabilityCase one;
    one.line = line;
    const std::pair<std::string, std::string> head = absl::StrSplit(cells[0], ' ');
    one.rule = head.first;
    one.fires = head.second == "fires";
    if (!one.fires && head.second != "quiet") throw std::runtime_error("fires or quiet: " + line);
    const auto programmes = ProgrammesOf(cells[1]);
    one.known = Answered(programmes, cells[2]);
    const std::pair<std::string, std::string> verdict = absl::StrSplit(cells[3], ' ');
    one.consequence = verdict.first;
    one.level = verdict.second == "-" ? "" : verdict.second;
    return one;
  }

  Values well_;
  std::vector<SuitabilityCase> cases_;
};

inline const SuitabilityTable& Suitability() {
  static const SuitabilityTable table;
  return table;
}

}  // namespace withdrawal::golden
