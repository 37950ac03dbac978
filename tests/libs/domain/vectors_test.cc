// Every row of the published vectors for the instruments of this catalogue, when the file is at
// hand: WITHDRAWAL_VECTORS names a CSV with the heads instrument, case_id, items_json,
// expected_total, expected_band, source.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/golden/cases.h"

namespace withdrawal {
namespace {

// One CSV line; quoted cells may hold commas and doubled quotes, not line ends.
std::vector<std::string> SplitCsv(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back() += line[i++];
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      cells.emplace_back();
    } else if (line[i] != '\r') {
      cells.back() += line[i];
    }
  }
  return cells;
}

golden::Row ItemsOf(const std::string& text) {
  golden::Row row;
  const auto json = nlohmann::json::parse(text);
  for (const auto& [key, value] : json.items()) {
    if (value.is_null()) continue;
    row[key] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  return row;
}

struct Vector {
  std::string instrument, name, total, band;
  golden::Row items;
};

// The band by the default scheme of a total given as such.
void CheckBand(const Vector& vector) {
  const std::string id = vector.instrument.substr(0, vector.instrument.rfind("-band"));
  const auto& instrument = golden::BuiltIn().instruments.at(id);
  const auto* band = FindBand(instrument.scheme(), std::stoi(vector.items.at("total")));
  ASSERT_NE(band, nullptr);
  EXPECT_EQ(band->id, vector.band);
}

void CheckPoints(const Vector& vector) {
  int total = 0;
  bool single_three = false;
  for (const auto& [unused, points] : vector.items) {
    total += std::stoi(points);
    single_three = single_three || points == "3";
  }
  EXPECT_EQ(std::to_string(total), vector.total);
  EXPECT_EQ(News2Band(golden::BuiltIn().news2, total, single_three), vector.band);
}

// False when the row is of an instrument that is not here.
bool Check(const Vector& vector) {
  const auto& instruments = golden::BuiltIn().instruments;
  SCOPED_TRACE(vector.instrument + " " + vector.name);
  if (instruments.contains(vector.instrument)) {
    const domain::Score score = golden::ScoreItems(vector.instrument, vector.items);
    EXPECT_EQ(std::to_string(score.total.value_or(-1)), vector.total);
    EXPECT_EQ(score.band, vector.band);
  } else if (vector.instrument == "NEWS2") {
    const domain::Score score = golden::ScoreNews2Row(vector.items);
    EXPECT_EQ(std::to_string(score.partial_sum), vector.total);
    EXPECT_EQ(score.complete() ? score.band : "incomplete", vector.band);
  } else if (vector.instrument == "NEWS2-subscores") {
    CheckPoints(vector);
  } else if (vector.instrument == "COWS-band" || vector.instrument == "CIWA-Ar-band") {
    CheckBand(vector);
  } else {
    return false;
  }
  return true;
}

TEST(Vectors, EveryPublishedRowOfOurInstrumentsGivesItsTotalAndBand) {
  const char* path = std::getenv("WITHDRAWAL_VECTORS");
  if (path == nullptr || *path == '\0') {
    GTEST_SKIP() << "set WITHDRAWAL_VECTORS to the vectors file to run its rows";
  }
  std::ifstream file(path);
  ASSERT_TRUE(file.good()) << "WITHDRAWAL_VECTORS: cannot read " << path;
  std::string line;
  std::getline(file, line);
  int checked = 0;
  while (std::getline(file, line)) {
    const auto cells = SplitCsv(line);
    ASSERT_EQ(cells.size(), 6u) << line;
    if (Check({cells[0], cells[1], cells[3], cells[4], ItemsOf(cells[2])})) ++checked;
  }
  EXPECT_GE(checked, 100);
  RecordProperty("rows_checked", checked);
}

}  // namespace
}  // namespace withdrawal
