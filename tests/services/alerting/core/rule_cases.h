// tests/golden/rules.txt: for each rule a case that fires it and one just beside.
#pragma once

#include <string>
#include <vector>

#include "tests/services/alerting/core/story.h"

namespace withdrawal::alerting {

struct TimedLine {
  Duration after;  // the start
  std::string line;
};

struct RuleCase {
  std::string text;  // the whole line
  std::string rule;
  bool fires = false;
  std::string plan;  // a line
  std::vector<TimedLine> steps;
};

// WITHDRAWAL_TEST_RULE: only those of one rule (tests/mutation/run).
std::vector<RuleCase> RuleCases();

// An alert is raised that carries out `wanted`: a rule may stand for further ids of the reference.
bool IsRaised(const domain::AlertEvent& event, const std::string& wanted);

}  // namespace withdrawal::alerting
