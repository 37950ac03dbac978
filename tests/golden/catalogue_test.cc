// What the catalogue says of all its rules at once: priorities, margins, ladders.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
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
  if (catalogue.missed.rule.id == id) return &catalogue.missed.rule;
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

TEST(RulePriorities, EachRuleOfReferenceDHasOne) {
  std::map<std::string, std::string> known;
  for (const Row& row : ReadTable("rule_priorities.txt"))
    known[row.at("rule")] = row.at("priority");
  for (const domain::Rule& rule : CatalogueUnderTest().rules) {
    const std::string family = rule.id.substr(0, 2);
    const bool beside_it = family == "ME" || family == "EN";
    EXPECT_TRUE(beside_it || known.contains(rule.id)) << rule.id;
  }
}

// Every observed number of a condition, at whatever depth.
void ForEachObserved(const domain::Condition& condition,
                     const std::function<void(const domain::Observed&)>& visit) {
  if (const auto* observed = std::get_if<domain::Observed>(&condition.kind)) {
    visit(*observed);
  } else if (const auto* all = std::get_if<domain::AllOf>(&condition.kind)) {
    for (const auto& part : all->of) ForEachObserved(part, visit);
  } else if (const auto* any = std::get_if<domain::AnyOf>(&condition.kind)) {
    for (const auto& part : any->of) ForEachObserved(part, visit);
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
    ForEachObserved(rule.when, [&](const domain::Observed& observed) {
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
      absl::StrAppend(&actual[id], absl::ToInt64Minutes(rung.after), " ", rung.target, " ",
                      Name(rung.priority), "\n");
    }
  }
  EXPECT_EQ(actual, expected);
}

}  // namespace
}  // namespace withdrawal::golden
