// What the catalogue says of all its rules at once: priorities, margins, ladders, answers allowed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "tests/golden/cases.h"

namespace withdrawal::golden {
namespace {

using domain::Priority;

std::string Name(Priority priority) {
  if (priority == Priority::kEmergency) return "emergency";
  return priority == Priority::kUrgent ? "urgent" : "routine";
}

const domain::Rule* FindRule(const std::string& id) {
  const catalogue::Catalogue& catalogue = CatalogueUnderTest();
  for (const domain::Rule* rule :
       {&catalogue.missed.rule, &catalogue.missed.device_silent, &catalogue.missed.nothing_due,
        &catalogue.missed.long_pause, &catalogue.reassessment, &catalogue.tolerance_loss}) {
    if (rule->id == id) return rule;
  }
  for (const domain::Rule& rule : catalogue.rules) {
    if (rule.id == id) return &rule;
  }
  return nullptr;
}

TEST(RulePriorities, AreThoseOfTheReference) {
  for (const Row& row : ReadTable("rule_priorities.txt")) {
    const domain::Rule* rule = FindRule(row.at("rule"));
    // A rule that is still missing is on the list of rule_ids.txt.
    if (rule == nullptr) continue;
    EXPECT_EQ(Name(rule->priority), row.at("priority")) << rule->id;
  }
}

TEST(RulePriorities, EachRuleHasOne) {
  std::map<std::string, std::string> known;
  for (const Row& row : ReadTable("rule_priorities.txt"))
    known[row.at("rule")] = row.at("priority");
  for (const domain::Rule& rule : CatalogueUnderTest().rules) {
    EXPECT_TRUE(known.contains(rule.id)) << rule.id;
  }
}

// Which row of margins.txt a number falls under.
std::string MarginKind(const domain::Observed& observed) {
  switch (observed.measure) {
    case domain::Measure::kVital:
      return observed.subject;
    case domain::Measure::kTotal:
      return "total";
    case domain::Measure::kRass:
      return "rass";
    case domain::Measure::kCravingNrs:
      return "craving_nrs";
    case domain::Measure::kCravingVas:
      return "craving_vas";
    default:
      return "";
  }
}

// AL-02. A rule whose edge leaves no room for the margin has its own row.
TEST(Margins, AreThoseOfTheTable) {
  std::map<std::string, double> margins;
  for (const Row& row : ReadTable("margins.txt"))
    margins[row.at("what")] = std::stod(row.at("margin"));
  for (const domain::Rule& rule : CatalogueUnderTest().rules) {
    domain::EachLeafOf<domain::Observed>(rule.when, [&](const domain::Observed& observed) {
      const std::string kind = MarginKind(observed);
      for (const std::string& row :
           {absl::StrCat(rule.id, " ", kind, " ", observed.item), absl::StrCat(rule.id, " ", kind),
            absl::StrCat(kind, " ", observed.subject), kind}) {
        const auto known = margins.find(row);
        if (known == margins.end()) continue;
        EXPECT_DOUBLE_EQ(observed.margin, known->second) << rule.id << " " << row;
        return;
      }
    });
  }
}

TEST(ClearReadings, AreThoseOfTheTable) {
  std::map<std::string, int> readings;
  for (const Row& row : ReadTable("clear_readings.txt"))
    readings[row.at("rule")] = std::stoi(row.at("readings"));
  const int rest = CatalogueUnderTest().ladders.clear_readings;
  EXPECT_EQ(rest, readings.at("rest"));
  for (const domain::Rule& rule : CatalogueUnderTest().rules) {
    const auto own = readings.find(rule.id);
    EXPECT_EQ(rule.clear_readings == 0 ? rest : rule.clear_readings,
              own == readings.end() ? rest : own->second)
        << rule.id;
  }
}

// "15m secondary urgent", one line a rung.
TEST(Ladders, AreThoseOfTheTable) {
  std::map<std::string, std::string> expected;
  for (const Row& row : ReadTable("ladders.txt")) {
    absl::StrAppend(&expected[row.at("ladder")], row.at("after"), " ", row.at("whom"), " ",
                    row.at("priority"), "\n");
  }
  std::map<std::string, std::string> actual;
  for (const auto& [id, ladder] : CatalogueUnderTest().ladders.by_id) {
    for (const domain::Rung& rung : ladder.rungs) {
      absl::StrAppend(&actual[id], absl::ToDoubleMinutes(rung.after), " ", rung.target, " ",
                      Name(rung.priority), "\n");
    }
  }
  EXPECT_EQ(actual, expected);
}

std::vector<std::string> Words(const std::string& text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

// "0 1 2 4" or "0-4".
std::vector<int> Values(const std::string& text) {
  std::vector<int> values;
  const std::vector<std::string> ends = absl::StrSplit(text, '-');
  if (ends.size() == 2) {
    for (int value = std::stoi(ends[0]); value <= std::stoi(ends[1]); ++value)
      values.push_back(value);
    return values;
  }
  for (const std::string& value : Words(text)) values.push_back(std::stoi(value));
  return values;
}

// The row of items.txt for each question; "rest" for those without one of their own.
std::map<std::string, Row> RowsByItem() {
  std::map<std::string, Row> rows;
  for (const Row& row : ReadTable("items.txt")) {
    for (const std::string& item : Words(row.at("items")))
      rows[absl::StrCat(row.at("instrument"), " ", item)] = row;
  }
  return rows;
}

TEST(Items, HaveTheValuesOfTheForm) {
  const auto rows = RowsByItem();
  for (const auto& [id, instrument] : CatalogueUnderTest().instruments) {
    for (const domain::Item& item : instrument.items) {
      const std::string own = absl::StrCat(id, " ", item.code);
      const auto row = rows.find(rows.contains(own) ? own : absl::StrCat(id, " rest"));
      ASSERT_NE(row, rows.end()) << own;
      const std::string counts = item.observer ? "observer" : item.in_total ? "yes" : "no";
      EXPECT_EQ(item.allowed, Values(row->second.at("values"))) << own;
      EXPECT_EQ(counts, row->second.at("total")) << own;
    }
  }
}

std::string ProgrammeNames(const std::vector<domain::Programme>& programmes) {
  std::vector<std::string> names;
  for (const auto& [name, programme] : catalogue::Programmes()) {
    if (std::find(programmes.begin(), programmes.end(), programme) != programmes.end())
      names.push_back(name);
  }
  return names.empty() ? "all" : absl::StrJoin(names, " ");
}

std::string Sorted(const std::string& text) {
  std::vector<std::string> words = Words(text);
  std::sort(words.begin(), words.end());
  return absl::StrJoin(words, " ");
}

TEST(SuitabilityRules, AreAskedOfWhomTheTableSaysAndBelongToItsDimensions) {
  std::map<std::string, Row> rows;
  for (const Row& row : ReadTable("suitability_rules.txt")) rows[row.at("rule")] = row;
  const auto& rules = CatalogueUnderTest().suitability.rules;
  EXPECT_EQ(rules.size(), rows.size());
  for (const domain::SuitabilityRule& rule : rules) {
    ASSERT_TRUE(rows.contains(rule.id)) << rule.id;
    const Row& row = rows.at(rule.id);
    EXPECT_EQ(ProgrammeNames(rule.programmes), Sorted(row.at("programmes"))) << rule.id;
    for (const domain::Dimension& dimension : rule.dimensions) {
      const bool third = dimension.edition == domain::AsamEdition::kThird;
      EXPECT_EQ(std::to_string(dimension.number), row.at(third ? "third" : "fourth")) << rule.id;
    }
  }
}

std::string YesNo(bool value) { return value ? "yes" : "no"; }

TEST(Vitals, AreThoseOfTheTable) {
  const auto& vitals = CatalogueUnderTest().vitals;
  const auto rows = ReadTable("vitals.txt");
  EXPECT_EQ(rows.size(), vitals.size());
  for (const Row& row : rows) {
    SCOPED_TRACE(row.at("vital"));
    const domain::VitalDefinition& vital =
        vitals.at(domain::VitalFromCode(row.at("vital")).value());
    EXPECT_DOUBLE_EQ(vital.from, std::stod(row.at("from")));
    EXPECT_DOUBLE_EQ(vital.to, std::stod(row.at("to")));
    EXPECT_EQ(YesNo(vital.zero_is_fault), row.at("zero is fault"));
    EXPECT_EQ(YesNo(vital.fahrenheit_as_celsius), row.at("fahrenheit seen"));
    EXPECT_EQ(absl::StrJoin(vital.sentinels, " "),
              row.contains("no reading") ? row.at("no reading") : "");
  }
}

TEST(DangerWindows, AreThoseOfTheTable) {
  std::string expected, actual;
  for (const Row& row : ReadTable("danger_windows.txt")) {
    absl::StrAppend(&expected, row.at("since"), " ", row.at("of"), " ", row.at("from"), " ",
                    row.at("to"), "\n");
  }
  static const char* const kSince[] = {"last use", "dose cut", "first dose"};
  for (const domain::DangerWindow& window : CatalogueUnderTest().missed.danger_windows) {
    absl::StrAppend(&actual, kSince[static_cast<int>(window.since)], " ", window.name, " ",
                    absl::ToInt64Hours(window.from), " ", absl::ToInt64Hours(window.to), "\n");
  }
  EXPECT_EQ(actual, expected);
}

std::string Minutes(domain::Duration duration) {
  return std::to_string(absl::ToInt64Minutes(duration));
}

void AddWord(const std::string& word, std::string& words) {
  absl::StrAppend(&words, words.empty() ? "" : " ", word);
}

void AddLadder(const domain::Ladder& ladder, std::map<std::string, std::string>& numbers) {
  if (ladder.runs_while_acknowledged) AddWord(ladder.id, numbers["goes on while acknowledged"]);
  if (ladder.repeat_last_every > absl::ZeroDuration()) {
    numbers[ladder.id + " paged again"] = Minutes(ladder.repeat_last_every);
  }
  for (const domain::Rung& rung : ladder.rungs) {
    if (rung.quiet) AddWord(Minutes(rung.after), numbers[ladder.id + " waits for quiet"]);
  }
}

TEST(Escalation, HasTheNumbersOfTheTable) {
  std::map<std::string, std::string> expected, actual;
  for (const Row& row : ReadTable("escalation.txt")) expected[row.at("what")] = row.at("value");
  const domain::Ladders& ladders = CatalogueUnderTest().ladders;
  const domain::MissedCheckInPolicy& missed = CatalogueUnderTest().missed;
  for (const auto& [priority, after] : ladders.assessment)
    actual["assessment " + Name(priority)] = Minutes(after);
  actual["late after"] = Minutes(ladders.late_after);
  actual["paging off after"] = Minutes(ladders.paging_off_after);
  actual["rare from"] = Minutes(missed.rare_from);
  actual["rare watched within"] = Minutes(missed.rare_watched_within);
  actual["rare forms"] = absl::StrJoin(missed.rare_forms, " ");
  actual["early"] = Minutes(missed.early);
  actual["nothing due after"] = Minutes(missed.nothing_due_after);
  actual["long pause after"] = Minutes(missed.long_pause_after);
  for (const auto& [id, ladder] : ladders.by_id) AddLadder(ladder, actual);
  for (const domain::Rule& rule : CatalogueUnderTest().rules) {
    if (rule.latch) AddWord(rule.id, actual["waits for a human"]);
  }
  for (const auto& [id, total] : missed.moderate_from)
    actual["moderate " + id] = std::to_string(total);
  EXPECT_EQ(actual, expected);
}

TEST(CareLevels, AreThoseOfTheTable) {
  std::string expected, actual;
  for (const Row& row : ReadTable("care_levels.txt")) {
    absl::StrAppend(&expected, row.at("level"), " ", row.at("fourth"), " ", row.at("at home"),
                    "\n");
  }
  for (const domain::CareLevel& level : CatalogueUnderTest().suitability.levels) {
    absl::StrAppend(&actual, level.id, " ", level.fourth_edition, " ", YesNo(level.at_home), "\n");
  }
  EXPECT_EQ(actual, expected);
}

}  // namespace
}  // namespace withdrawal::golden
