#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/strings/str_cat.h"
#include "libs/catalogue/sections.h"

namespace withdrawal::catalogue {
namespace {

using domain::News2;
using domain::News2Parameter;
using domain::News2Table;

// Beyond any reading; ranges that far out are a gap or an overlap.
constexpr double kFarOut = 1e6;

int Tenths(double value) {
  return static_cast<int>(std::lround(std::clamp(value, -kFarOut, kFarOut) * 10));
}

// The first range has no `from`, the last no `to`; each starts one step above the one before.
News2Table ReadTable(Reader& parameter, const std::string& key, int step_tenths) {
  News2Table table;
  std::vector<Reader> ranges = parameter.List(key);
  for (size_t i = 0; i < ranges.size(); ++i) {
    Reader& range = ranges[i];
    const auto from = range.OptionalNumber("from");
    const auto to = range.OptionalNumber("to");
    if (from.has_value() != (i > 0)) range.Problem("from", "open for the first range only");
    if (to.has_value() != (i + 1 < ranges.size())) {
      range.Problem("to", "open for the last range only");
    }
    if (from && !table.empty() && Tenths(*from) != int64_t{table.back().to_tenths} + step_tenths) {
      range.Problem("from", "gap or overlap with the range before");
    }
    const int points = range.Int("points");
    if (points < 0 || points > 3) range.Problem("points", "must be 0 to 3");
    table.push_back({from ? Tenths(*from) : std::numeric_limits<int>::min(),
                     to ? Tenths(*to) : std::numeric_limits<int>::max(), points});
    if (table.back().to_tenths < table.back().from_tenths) range.Problem("to", "below from");
    range.Done();
  }
  return table;
}

void ReadConsciousness(Reader& parameter, News2& news2) {
  Reader levels = parameter.Map("levels");
  const char* const names[] = {"alert", "confusion", "voice", "pain", "unresponsive"};
  for (size_t i = 0; i < news2.consciousness_points.size(); ++i) {
    news2.consciousness_points[i] = levels.Int(names[i]);
  }
  levels.Done();
}

int Most(const News2Table& table) {
  int most = 0;
  for (const domain::News2Range& range : table) most = std::max(most, range.points);
  return most;
}

// SpO2 counts by the worst of its three tables.
int LargestTotal(const News2& news2) {
  int sum = news2.oxygen_points;
  sum += *std::max_element(news2.consciousness_points.begin(), news2.consciousness_points.end());
  for (const auto* table :
       {&news2.respiratory_rate, &news2.systolic, &news2.pulse, &news2.temperature}) {
    sum += Most(*table);
  }
  return sum + std::max({Most(news2.spo2_scale1), Most(news2.spo2_scale2_air),
                         Most(news2.spo2_scale2_oxygen)});
}

void ReadParameter(Reader& entry, News2& news2, std::set<News2Parameter>& seen) {
  const std::string code = entry.Text("code");
  const auto parameter = domain::News2FromCode(code);
  if (!parameter) {
    entry.Problem("code", "no parameter of NEWS2");
    return;
  }
  if (!seen.insert(*parameter).second) entry.Problem("code", "duplicate parameter " + code);
  news2.last_known_for[static_cast<size_t>(*parameter)] = entry.DurationOf("last_known_for");
  for (const std::string& alias : entry.OptionalTexts("aliases")) {
    if (!news2.aliases.emplace(alias, code).second) {
      entry.Problem("aliases", "duplicate key " + alias);
    }
  }
  if (*parameter == News2Parameter::kOxygen) {
    news2.oxygen_points = entry.Int("on_oxygen");
  } else if (*parameter == News2Parameter::kConsciousness) {
    ReadConsciousness(entry, news2);
  } else {
    const int step = Tenths(entry.Number("step"));
    switch (*parameter) {
      case News2Parameter::kRespiratoryRate:
        news2.respiratory_rate = ReadTable(entry, "points", step);
        break;
      case News2Parameter::kSystolic:
        news2.systolic = ReadTable(entry, "points", step);
        break;
      case News2Parameter::kPulse:
        news2.pulse = ReadTable(entry, "points", step);
        break;
      case News2Parameter::kTemperature:
        news2.temperature = ReadTable(entry, "points", step);
        break;
      default:
        news2.spo2_scale1 = ReadTable(entry, "scale1", step);
        news2.spo2_scale2_air = ReadTable(entry, "scale2_air", step);
        news2.spo2_scale2_oxygen = ReadTable(entry, "scale2_oxygen", step);
    }
  }
  entry.Done();
}

}  // namespace

void LoadNews2(Reader& root, Catalogue& catalogue) {
  News2& news2 = catalogue.news2;
  news2.id = root.Text("id");
  if (news2.id != "NEWS2") root.Problem("id", "must be NEWS2");
  news2.title = root.Text("title");
  news2.licence = root.Text("licence");
  news2.source = root.Text("source");
  root.Choice<bool>("missing_items", {{"all_required", true}});
  news2.total_max = root.Int("total_max");
  Reader fresh = root.Map("fresh_for");
  news2.fresh_for = fresh.DurationOf("value");
  fresh.MarkOf("mark");
  fresh.Done();
  root.MarkOf("last_known_mark");
  std::set<News2Parameter> seen;
  for (Reader& entry : root.List("parameters")) ReadParameter(entry, news2, seen);
  if (seen.size() != domain::kNews2ParameterCount) {
    root.Problem("parameters", "all seven must be there");
  }
  if (news2.total_max != LargestTotal(news2)) {
    root.Problem("total_max", absl::StrCat("the parameters add up to ", LargestTotal(news2)));
  }
  Reader scheme = root.Map("scheme");
  news2.scheme = ReadScheme(scheme, news2.total_max);
  news2.single_three_band = root.Text("single_three_band");
  root.Done();
}

}  // namespace withdrawal::catalogue
