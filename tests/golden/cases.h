// Reads the clinician-readable tables of this folder and scores their rows. A table is lines of
// cells between '|', the first line the heads; '#' starts a comment; '-' is an absent cell.
#pragma once

#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "libs/catalogue/catalogue.h"
#include "libs/domain/news2.h"
#include "libs/domain/scoring.h"
#include "tests/golden/catalogue_under_test.h"

namespace withdrawal::golden {

using Row = std::map<std::string, std::string>;  // head -> cell, absent cells left out

inline std::vector<Row> ReadTable(const std::string& name) {
  std::ifstream file(std::string(WITHDRAWAL_SOURCE_DIR "/tests/golden/") + name);
  if (!file) throw std::runtime_error("no golden table " + name);
  std::vector<std::string> heads;
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    std::vector<std::string> cells = absl::StrSplit(line, '|');
    for (std::string& cell : cells) cell = std::string(absl::StripAsciiWhitespace(cell));
    if (heads.empty()) {
      heads = cells;
      continue;
    }
    if (cells.size() != heads.size()) throw std::runtime_error(name + ": " + line);
    Row row;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (cells[i] != "-") row[heads[i]] = cells[i];
    }
    rows.push_back(row);
  }
  return rows;
}

inline const catalogue::Catalogue& BuiltIn() { return CatalogueUnderTest(); }

// Heads that are no item of the instrument (case, total, band, source) are passed over. Throws when
// the answers are unsound.
inline domain::Score ScoreItems(const std::string& instrument_id, const Row& row,
                                const std::string& scheme = "") {
  const domain::Instrument& instrument = BuiltIn().instruments.at(instrument_id);
  domain::RawAnswers answers{instrument_id, {}, std::nullopt};
  for (const auto& [head, cell] : row) {
    const std::string key = domain::ResolveKey(instrument, head);
    if (key.empty()) continue;
    if (instrument.measured && key == instrument.measured->field) {
      answers.resting_pulse_per_minute = std::stoi(cell);
    } else {
      answers.items.push_back({key, std::stoi(cell)});
    }
  }
  const auto errors = CheckAnswers(instrument, answers, domain::Rater::kClinicianInPerson);
  if (!errors.empty()) throw std::runtime_error(errors[0].field + ": " + errors[0].description);
  return ScoreAnswers(instrument, ToResponse(answers), scheme);
}

inline domain::Score ScoreNews2Row(const Row& row) {
  const domain::News2& news2 = BuiltIn().news2;
  domain::News2Input input;
  for (const auto& [head, cell] : row) {
    const auto alias = news2.aliases.find(head);
    const auto parameter =
        domain::News2FromCode(alias == news2.aliases.end() ? head : alias->second);
    if (head == "spo2_scale") input.spo2_scale = static_cast<domain::Spo2Scale>(std::stoi(cell));
    if (!parameter) continue;
    if (*parameter == domain::News2Parameter::kOxygen) {
      input.Set(*parameter, cell == "yes" || cell == "true" ? 1 : 0);
    } else if (*parameter == domain::News2Parameter::kConsciousness) {
      input.Set(*parameter, static_cast<double>(std::string("ACVPU").find(cell)));
    } else {
      input.Set(*parameter, std::stod(cell));
    }
  }
  return ScoreNews2(news2, input);
}

}  // namespace withdrawal::golden
