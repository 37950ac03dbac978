// Does a care plan agree with what is known of safe medication? (Reference E, the rules that look
// at a plan before it is followed; doses as they are taken are judged by alerting.) Advice to
// clinicians: the system never doses. Facts are derived from the plan (plan_facts.h) and taken from
// the intake; rules over them are data. Pure and thread-safe.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "libs/domain/assessment.h"
#include "libs/domain/care_plan.h"
#include "libs/domain/score.h"

namespace withdrawal::domain {

enum class PlanSeverity {
  kInfo,    // good to know
  kNote,    // unusual, within what is published
  kReview,  // outside what is published: think again
  kBlock,   // refused, unless a clinician gives a reason to override
};

// The outcomes of a rule are tried in order; the first whose condition holds speaks.
struct PlanRuleOutcome {
  assessment::Condition when;
  PlanSeverity severity = PlanSeverity::kNote;
  std::string advice;
};

struct PlanRule {
  std::string id;  // of reference E or C: "ME-M01"
  std::string title;
  std::vector<Programme> programmes;  // empty = all
  std::vector<PlanRuleOutcome> outcomes;
  // When no outcome holds and answers are missing that could make one hold: said so at this
  // severity. Absent = silence.
  std::optional<PlanSeverity> when_unknown;
  std::string source;
  Mark mark = Mark::kEngineering;
  std::string sign_off;
};

// Milligrams that stand for 5 mg of diazepam, by product. Used inside a taper only: tables
// disagree.
struct BenzodiazepineEquivalents {
  std::map<std::string, double> milligrams_per_5_diazepam;
  std::set<std::string> long_acting;
};

struct PlanReviewPolicy {
  CatalogueVersion version;
  assessment::Inputs inputs;  // of the plan and of the intake
  std::vector<PlanRule> rules;
  BenzodiazepineEquivalents equivalents;
  std::map<std::string, std::string> medication_classes;  // by product
  std::vector<std::string> taper_schemes;                 // the first is the default
};

struct PlanFinding {
  std::string rule_id;
  std::string title;
  PlanSeverity severity = PlanSeverity::kNote;
  std::string advice;
  std::string why;                   // the facts that made it true
  std::vector<std::string> unknown;  // input ids that would settle it; then `why` is empty
  std::string sign_off;

  bool operator==(const PlanFinding&) const = default;
};

// In order of severity, worst first, then of the rules. `intake` is what was recorded of the person
// (empty when nothing was); age and pregnancy of the plan come before those of the intake.
std::vector<PlanFinding> ReviewPlan(const PlanReviewPolicy& policy, const CarePlan& plan,
                                    const assessment::Assessment& intake);

// The first block among the findings; null without one.
const PlanFinding* FindBlock(const std::vector<PlanFinding>& findings);

}  // namespace withdrawal::domain
