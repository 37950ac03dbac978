// Late data may raise but never clears: what the facts of a story raise, they raise in whatever
// order they arrive.
#include <algorithm>
#include <random>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/services/alerting/core/rule_cases.h"

namespace withdrawal::alerting {
namespace {

const Instant kStart = absl::FromUnixSeconds(1'772'409'600);

bool IsCheckIn(const std::string& line) {
  static const std::vector<std::string> others = {
      "plan", "intake", "remove-plan", "wait", "resolve", "acknowledge", "shelve", "outage"};
  return std::none_of(others.begin(), others.end(),
                      [&line](const auto& verb) { return absl::StartsWith(line, verb); });
}

// Two or more check-ins and nothing else, of different moments.
bool HasAnOrder(const RuleCase& rule_case) {
  const auto& steps = rule_case.steps;
  return steps.size() > 1 && steps.front().after < steps.back().after &&
         std::all_of(steps.begin(), steps.end(),
                     [](const TimedLine& step) { return IsCheckIn(step.line); });
}

// The check-ins are made when the story says, and all arrive within minutes of the last one.
bool FiresInOrder(const RuleCase& rule_case, const std::vector<size_t>& order) {
  Person person(kStart, domain::Rater::kClinicianInPerson);
  person.Do(kStart, rule_case.plan);
  Instant now = kStart + rule_case.steps.back().after;
  bool fired = false;
  for (const size_t i : order) {
    const TimedLine& step = rule_case.steps[i];
    now += absl::Seconds(1);
    const Duration ago = now - (kStart + step.after);
    for (const auto& event :
         person.Do(now, absl::StrCat(step.line, " observed=-", absl::FormatDuration(ago)))) {
      fired |= IsRaised(event, rule_case.rule);
    }
  }
  for (const auto& event : person.Do(now + absl::Minutes(30), "wait")) {
    fired |= IsRaised(event, rule_case.rule);
  }
  return fired;
}

std::vector<std::vector<size_t>> Orders(size_t of) {
  std::vector<size_t> order(of);
  for (size_t i = 0; i < of; ++i) order[i] = i;
  std::vector<std::vector<size_t>> orders;
  if (of <= 4) {
    do orders.push_back(order);
    while (std::next_permutation(order.begin(), order.end()));
    return orders;
  }
  std::mt19937 random(7);
  orders.emplace_back(order.rbegin(), order.rend());
  for (int i = 0; i < 8; ++i) {
    std::shuffle(order.begin(), order.end(), random);
    orders.push_back(order);
  }
  return orders;
}

std::string Describe(const std::vector<size_t>& order) {
  std::string text;
  for (const size_t i : order) absl::StrAppend(&text, " ", i + 1);
  return text;
}

TEST(OrderOfArrival, WhatRaisesARuleRaisesItInAnyOrder) {
  int judged = 0;
  for (const RuleCase& rule_case : RuleCases()) {
    if (!rule_case.fires || !HasAnOrder(rule_case)) continue;
    for (const auto& order : Orders(rule_case.steps.size())) {
      ++judged;
      EXPECT_TRUE(FiresInOrder(rule_case, order)) << rule_case.text << "\nin" << Describe(order);
    }
  }
  EXPECT_GT(judged, 400);
}

bool HasNone(const domain::Condition& condition) {
  if (std::holds_alternative<domain::NoneOf>(condition.kind)) return true;
  const auto any = [](const auto& of) { return std::any_of(of.begin(), of.end(), HasNone); };
  if (const auto* all = std::get_if<domain::AllOf>(&condition.kind)) return any(all->of);
  const auto* one = std::get_if<domain::AnyOf>(&condition.kind);
  return one != nullptr && any(one->of);
}

// What a fact rules out may be raised before it is known: the rules with a "none", and these. (The
// 12 h of CO-01a end for the sign before they end for the dose whose hour it lies in.)
const std::set<std::string> kRuledOutLater = {"ME-M06", "RR-02",   "RR-07",
                                              "EN-03b", "ME-A01a", "CO-01a"};

TEST(OrderOfArrival, WhatRaisesNothingRaisesNothingInAnyOrder) {
  for (const RuleCase& rule_case : RuleCases()) {
    const domain::Rule* rule = TestPolicy().FindRule(rule_case.rule);
    if (rule_case.fires || rule == nullptr || !HasAnOrder(rule_case)) continue;
    if (HasNone(rule->when) || kRuledOutLater.contains(rule->id)) continue;
    for (const auto& order : Orders(rule_case.steps.size())) {
      EXPECT_FALSE(FiresInOrder(rule_case, order)) << rule_case.text << "\nin" << Describe(order);
    }
  }
}

}  // namespace
}  // namespace withdrawal::alerting
