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

// A total given as such; the scheme is the default one, or the one the row speaks of.
void CheckBand(const Vector& vector) {
  const std::string id = vector.instrument.substr(0, vector.instrument.rfind("-band"));
  const auto& instrument = golden::BuiltIn().instruments.at(id);
  const bool nsw = vector.name.find("-nsw-") != std::string::npos;
  const auto& scheme = nsw ? *instrument.FindScheme("nsw") : instrument.scheme();
  const auto* band = FindBand(scheme, std::stoi(vector.items.at("total")));
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

// The source gives the worst ideation as a level: 1 is question 1, up to 5.
golden::Row ScreenerAnswers(const golden::Row& items) {
  golden::Row row;
  for (int question = 1; question <= 5; ++question) {
    const bool reached = question <= std::stoi(items.at("ideation_level_past_month"));
    row["q" + std::to_string(question)] = reached ? "1" : "0";
  }
  row["q6_life"] = items.at("behavior_lifetime") == "true" ? "1" : "0";
  row["q6_3mo"] = items.at("behavior_past_3_months") == "true" ? "1" : "0";
  return row;
}

std::string Subscales(const domain::Score& score) {
  std::string text;
  for (const auto& part : score.subscales) {
    text += (text.empty() ? "" : ";") + part.id + "=" + std::to_string(part.total.value_or(-1));
  }
  return text;
}

void CheckScore(const Vector& vector) {
  if (vector.instrument == "C-SSRS") {
    const auto score = golden::ScoreItems("C-SSRS", ScreenerAnswers(vector.items));
    EXPECT_TRUE(score.complete());
    EXPECT_EQ(score.category, vector.band);
    EXPECT_EQ(vector.total, "");
    return;
  }
  const auto sex = vector.items.find("sex");
  std::string scheme;
  if (sex != vector.items.end()) scheme = sex->second == "F" ? "women" : "men";
  const auto score = golden::ScoreItems(vector.instrument, vector.items, scheme);
  EXPECT_EQ(score.total ? std::to_string(*score.total) : "", vector.total);
  EXPECT_EQ(score.no_total ? Subscales(score) : score.band, vector.band);
}

// A rule of alerting; the change it looks at is the difference of two totals.
void CheckRise(const Vector& vector) {
  EXPECT_EQ(std::stoi(vector.items.at("cows_t")) - std::stoi(vector.items.at("cows_t0")),
            std::stoi(vector.total));
}

// False when the row is of an instrument that is not here.
bool Check(const Vector& vector) {
  const auto& instruments = golden::BuiltIn().instruments;
  SCOPED_TRACE(vector.instrument + " " + vector.name);
  if (instruments.contains(vector.instrument)) {
    CheckScore(vector);
  } else if (vector.instrument == "NEWS2") {
    const domain::Score score = golden::ScoreNews2Row(vector.items);
    EXPECT_EQ(std::to_string(score.partial_sum), vector.total);
    EXPECT_EQ(score.complete() ? score.band : "incomplete", vector.band);
  } else if (vector.instrument == "NEWS2-subscores") {
    CheckPoints(vector);
  } else if (vector.instrument.ends_with("-band")) {
    CheckBand(vector);
  } else if (vector.instrument == "RULE-RR-01") {
    CheckRise(vector);
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
  int rows = 0;
  while (std::getline(file, line)) {
    const auto cells = SplitCsv(line);
    ASSERT_EQ(cells.size(), 6u) << line;
    ++rows;
    if (Check({cells[0], cells[1], cells[3], cells[4], ItemsOf(cells[2])})) ++checked;
  }
  EXPECT_GE(checked, 100);
  EXPECT_EQ(checked, rows) << "rows of instruments that are not here";
  RecordProperty("rows_checked", checked);
}

}  // namespace
}  // namespace withdrawal
