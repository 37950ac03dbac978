// The suggested plans and the times for which values stand, as tables (reference B).
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "tests/golden/cases.h"

namespace withdrawal::golden {
namespace {

using domain::PlanTemplate;
using domain::TemplateAnchor;
using domain::TemplateEntry;

std::string Clock(domain::LocalTime time) {
  return absl::StrFormat("%02d:%02d", time.hour, time.minute);
}

std::string Clocks(const std::vector<domain::LocalTime>& times) {
  return absl::StrJoin(times, " ", [](std::string* out, domain::LocalTime time) {
    absl::StrAppend(out, Clock(time));
  });
}

// "90m" or, whole hours, "4h".
std::string Length(domain::Duration duration) {
  const int64_t minutes = absl::ToInt64Minutes(duration);
  return minutes % 60 == 0 ? absl::StrCat(minutes / 60, "h") : absl::StrCat(minutes, "m");
}

std::string Since(TemplateAnchor anchor) {
  switch (anchor) {
    case TemplateAnchor::kStart:
      return "start";
    case TemplateAnchor::kLastUse:
      return "last-use";
    case TemplateAnchor::kFirstDose:
      return "first-dose";
    case TemplateAnchor::kDoseCut:
      return "dose-cut";
  }
  return "";
}

std::string Due(const TemplateEntry& entry) {
  if (entry.every) return "every " + Length(*entry.every);
  if (entry.awake_every) return "awake " + Length(*entry.awake_every);
  if (!entry.at.empty()) {
    return "at " + absl::StrJoin(entry.at, " ", [](std::string* out, domain::Duration after) {
             absl::StrAppend(out, Length(after));
           });
  }
  const std::string daily = "daily " + Clocks(entry.daily_at);
  if (!entry.after_doses) return daily;
  return absl::StrCat(Length(*entry.after_doses), " after ", entry.product, ", else ", daily);
}

std::string Line(const std::string& id, const TemplateEntry& entry) {
  return absl::StrJoin({id, entry.entry_id, absl::StrJoin(entry.satisfied_by, " "),
                        Since(entry.since), Length(entry.from),
                        entry.until ? Length(*entry.until) : "", Due(entry)},
                       " | ");
}

std::string Cell(const Row& row, const std::string& head) {
  const auto cell = row.find(head);
  return cell == row.end() ? "" : cell->second;
}

TEST(Templates, AskForWhatTheTableSaysAndNothingElse) {
  std::vector<std::string> expected, actual;
  for (const Row& row : ReadTable("templates.txt")) {
    std::vector<std::string> cells;
    for (const char* head : {"template", "entry", "satisfied by", "since", "from", "until", "due"})
      cells.push_back(Cell(row, head));
    expected.push_back(absl::StrJoin(cells, " | "));
  }
  for (const auto& [id, one] : CatalogueUnderTest().templates) {
    for (const TemplateEntry& entry : one.entries) actual.push_back(Line(id, entry));
  }
  EXPECT_EQ(actual, expected);
}

TEST(Templates, BelongToTheirProgrammesAndClasses) {
  const auto rows = ReadTable("template_heads.txt");
  EXPECT_EQ(rows.size(), CatalogueUnderTest().templates.size());
  for (const Row& row : rows) {
    const PlanTemplate& one = CatalogueUnderTest().templates.at(row.at("template"));
    std::vector<std::string> programmes, sessions;
    for (const auto& [name, programme] : catalogue::Programmes()) {
      if (std::count(one.programmes.begin(), one.programmes.end(), programme) > 0)
        programmes.push_back(name);
    }
    for (const domain::SessionPlan& session : one.sessions) {
      sessions.push_back(
          absl::StrCat(session.session_type, " ", session.per_week, "x", session.minutes_each));
    }
    EXPECT_EQ(absl::StrJoin(programmes, " "), Cell(row, "programmes")) << one.id;
    EXPECT_EQ(absl::StrJoin(one.classes, " "), Cell(row, "classes")) << one.id;
    EXPECT_EQ(Clock(one.wake) + " " + Clock(one.bed), row.at("day")) << one.id;
    EXPECT_EQ(absl::StrJoin(sessions, " "), Cell(row, "sessions")) << one.id;
  }
}

TEST(FreshFor, IsThatOfTheTable) {
  std::map<std::string, std::string> expected, actual;
  for (const Row& row : ReadTable("fresh_for.txt")) expected[row.at("what")] = row.at("for");
  const catalogue::Catalogue& catalogue = CatalogueUnderTest();
  for (const auto& [id, instrument] : catalogue.instruments)
    actual[id] = Length(instrument.fresh_for);
  actual[catalogue.news2.id] = Length(catalogue.news2.fresh_for);
  for (int i = 0; i < domain::kNews2ParameterCount; ++i) {
    const std::string code(domain::News2Code(static_cast<domain::News2Parameter>(i)));
    actual["NEWS2 " + code] = Length(catalogue.news2.last_known_for[i]);
  }
  EXPECT_EQ(actual, expected);
}

}  // namespace
}  // namespace withdrawal::golden
