#include "tests/services/alerting/core/rule_cases.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "tests/services/alerting/core/story_orders.h"

namespace withdrawal::alerting {
namespace {

std::vector<TimedLine> ReadSteps(const std::string& text) {
  std::vector<TimedLine> steps;
  Duration after;
  const std::vector<std::string> cells = absl::StrSplit(text, ';');
  for (std::string step : cells) {
    absl::StripAsciiWhitespace(&step);
    if (step[0] == '+') {
      const std::pair<std::string, std::string> parts =
          absl::StrSplit(step.substr(1), absl::MaxSplits(' ', 1));
      Duration delay;
      if (!absl::ParseDuration(parts.first, &delay)) Bad(step);
      after += delay;
      step = parts.second;
    }
    steps.push_back({after, step});
  }
  return steps;
}

}  // namespace

std::vector<RuleCase> RuleCases() {
  const char* only = std::getenv("WITHDRAWAL_TEST_RULE");
  std::ifstream file(WITHDRAWAL_SOURCE_DIR "/tests/golden/rules.txt");
  std::vector<RuleCase> cases;
  for (std::string line; std::getline(file, line);) {
    absl::StripAsciiWhitespace(&line);
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> cells = absl::StrSplit(line, '|');
    const std::vector<std::string> head = absl::StrSplit(cells.at(0), ' ', absl::SkipEmpty());
    if (only != nullptr && head.at(0) != only) continue;
    cases.push_back(
        {line, head.at(0), head.at(1) == "fires", "plan " + cells.at(1), ReadSteps(cells.at(2))});
  }
  return cases;
}

bool IsRaised(const domain::AlertEvent& event, const std::string& wanted) {
  if (!std::holds_alternative<domain::AlertRaised>(event.kind)) return false;
  if (event.alert.rule_id == wanted) return true;
  const domain::Rule* rule = TestPolicy().FindRule(event.alert.rule_id);
  return rule != nullptr &&
         std::find(rule->covers.begin(), rule->covers.end(), wanted) != rule->covers.end();
}

}  // namespace withdrawal::alerting
