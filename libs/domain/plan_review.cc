#include "libs/domain/plan_review.h"

#include <algorithm>

#include "libs/domain/plan_facts.h"

namespace withdrawal::domain {
namespace {

using assessment::Assessment;
using assessment::Evaluation;
using assessment::Truth;

bool Applies(const PlanRule& rule, const CarePlan& plan) {
  if (rule.programmes.empty()) return true;
  return std::any_of(plan.programmes.begin(), plan.programmes.end(), [&](Programme programme) {
    return std::find(rule.programmes.begin(), rule.programmes.end(), programme) !=
           rule.programmes.end();
  });
}

// What somebody could answer: of the intake, or a baseline of the plan. Other facts of the plan are
// absent because it plans nothing of the kind.
bool CanBeAsked(const std::string& id) {
  return !PlanFactTypes().contains(id) || id.starts_with("baseline_");
}

std::optional<PlanFinding> Judge(const PlanRule& rule, const assessment::Inputs& inputs,
                                 const Assessment& facts) {
  PlanFinding finding;
  finding.rule_id = rule.id;
  finding.title = rule.title;
  finding.sign_off = rule.sign_off;
  std::string advice_unknown;
  for (const PlanRuleOutcome& outcome : rule.outcomes) {
    Evaluation evaluation = Evaluate(outcome.when, inputs, facts);
    if (evaluation.truth == Truth::kTrue) {
      finding.severity = outcome.severity;
      finding.advice = outcome.advice;
      finding.why = std::move(evaluation.why);
      finding.unknown.clear();
      return finding;
    }
    const auto& missing = evaluation.unknown;
    if (evaluation.truth != Truth::kUnknown || missing.empty() ||
        !std::all_of(missing.begin(), missing.end(), CanBeAsked)) {
      continue;
    }
    if (advice_unknown.empty()) advice_unknown = outcome.advice;
    for (const std::string& id : missing) {
      auto& unknown = finding.unknown;
      if (std::find(unknown.begin(), unknown.end(), id) == unknown.end()) unknown.push_back(id);
    }
  }
  if (!rule.when_unknown || finding.unknown.empty()) return std::nullopt;
  finding.severity = *rule.when_unknown;
  finding.advice = advice_unknown;
  return finding;
}

}  // namespace

std::vector<PlanFinding> ReviewPlan(const PlanReviewPolicy& policy, const CarePlan& plan,
                                    const Assessment& intake) {
  Assessment facts = PlanFacts(policy, plan);
  for (const auto& [id, value] : intake.values) facts.values.emplace(id, value);
  std::vector<PlanFinding> findings;
  for (const PlanRule& rule : policy.rules) {
    if (!Applies(rule, plan)) continue;
    if (auto finding = Judge(rule, policy.inputs, facts)) findings.push_back(*std::move(finding));
  }
  std::stable_sort(
      findings.begin(), findings.end(),
      [](const PlanFinding& a, const PlanFinding& b) { return a.severity > b.severity; });
  return findings;
}

const PlanFinding* FindBlock(const std::vector<PlanFinding>& findings) {
  for (const PlanFinding& finding : findings) {
    if (finding.severity == PlanSeverity::kBlock) return &finding;
  }
  return nullptr;
}

}  // namespace withdrawal::domain
