// The review of care plans (reference E): facts, what the intake is asked for it, equivalents,
// rules.
#include <algorithm>
#include <set>

#include "libs/catalogue/sections.h"
#include "libs/domain/plan_facts.h"
#include "libs/domain/satisfiable.h"

namespace withdrawal::catalogue {
namespace {

using domain::PlanRule;
using domain::PlanRuleOutcome;
using domain::PlanSeverity;

PlanSeverity ReadSeverity(Reader& reader, const std::string& key) {
  return reader.Choice<PlanSeverity>(key, {{"info", PlanSeverity::kInfo},
                                           {"note", PlanSeverity::kNote},
                                           {"review", PlanSeverity::kReview},
                                           {"block", PlanSeverity::kBlock}});
}

PlanRuleOutcome ReadPlanOutcome(Reader& reader, const domain::assessment::Vocabulary& vocabulary) {
  PlanRuleOutcome outcome;
  outcome.severity = ReadSeverity(reader, "severity");
  outcome.advice = reader.Text("advice");
  Reader when = reader.Map("when");
  outcome.when = ReadInputCondition(when, vocabulary);
  reader.Done();
  return outcome;
}

void CheckProduct(Reader& reader, const std::string& product, const Catalogue& catalogue) {
  const domain::Medication* medication = catalogue.FindMedication(product);
  if (medication == nullptr || medication->medication_class != "benzodiazepine") {
    reader.Problem("product", "no benzodiazepine of medications.yaml: " + product);
  }
}

}  // namespace

void LoadMedicationIntake(Reader& root, Catalogue& catalogue) {
  for (auto& [id, input] : ReadInputs(root, catalogue)) {
    if (!catalogue.intake.inputs.emplace(id, input).second) {
      root.Problem("inputs", "is asked in intake.yaml already: " + id);
    }
  }
  root.Done();
}

void LoadBenzodiazepines(Reader& root, Catalogue& catalogue) {
  domain::BenzodiazepineEquivalents& table = catalogue.plan_review.equivalents;
  root.Text("source");
  root.MarkOf("mark");
  catalogue.plan_review.taper_schemes = root.Texts("taper_schemes");
  if (catalogue.plan_review.taper_schemes.empty()) root.Problem("taper_schemes", "is empty");
  for (Reader& reader : root.List("equivalents")) {
    const std::string product = reader.Text("product");
    CheckProduct(reader, product, catalogue);
    const double milligrams = reader.Number("milligrams");
    if (milligrams <= 0) reader.Problem("milligrams", "must be positive");
    if (reader.Flag("long_acting")) table.long_acting.insert(product);
    reader.Done();
    if (!table.milligrams_per_5_diazepam.emplace(product, milligrams).second) {
      reader.Problem("product", "duplicate product " + product);
    }
  }
  for (const std::string& product : root.OptionalTexts("long_acting")) {
    CheckProduct(root, product, catalogue);
    if (!table.long_acting.insert(product).second) {
      root.Problem("long_acting", "marked above already: " + product);
    }
  }
  root.Done();
}

void LoadPlanFacts(Reader& root, Catalogue& catalogue) {
  domain::assessment::Inputs& inputs = catalogue.plan_review.inputs;
  inputs = ReadInputs(root, catalogue);
  const auto& types = domain::PlanFactTypes();
  for (const auto& [id, input] : inputs) {
    const auto type = types.find(id);
    if (type == types.end()) {
      root.Problem("inputs", "no fact of a plan: " + id);
    } else if (type->second != input.type) {
      root.Problem("inputs", "is of another type: " + id);
    }
    if (id == "taper_scheme" && input.choices != catalogue.plan_review.taper_schemes) {
      root.Problem("inputs", "taper_scheme: choices are not those of benzodiazepines.yaml");
    }
  }
  for (const auto& [id, type] : types) {
    if (!inputs.contains(id)) root.Problem("inputs", "is missing: " + id);
  }
  for (const auto& [id, input] : catalogue.intake.inputs) {
    if (!inputs.emplace(id, input).second) root.Problem("inputs", "is asked at intake: " + id);
  }
  root.Done();
}

void LoadPlanRules(Reader& root, Catalogue& catalogue) {
  auto& rules = catalogue.plan_review.rules;
  const domain::assessment::Vocabulary vocabulary{catalogue.plan_review.inputs, {}};
  for (Reader& reader : root.List("rules")) {
    PlanRule rule;
    rule.id = reader.Text("id");
    rule.title = reader.Text("title");
    rule.programmes = ReadProgrammes(reader, "programmes");
    for (Reader& outcome : reader.List("outcomes")) {
      rule.outcomes.push_back(ReadPlanOutcome(outcome, vocabulary));
    }
    if (reader.Has("when_unknown")) rule.when_unknown = ReadSeverity(reader, "when_unknown");
    rule.source = reader.Text("source");
    rule.mark = reader.MarkOf("mark");
    rule.sign_off = reader.OptionalText("sign_off");
    if (rule.sign_off.empty()) rule.sign_off = "unsigned";
    reader.Done();
    if (std::any_of(rules.begin(), rules.end(),
                    [&](const PlanRule& other) { return other.id == rule.id; })) {
      reader.Problem("id", "duplicate rule " + rule.id);
    }
    rules.push_back(std::move(rule));
  }
  root.Done();
}

domain::PlanReviewPolicy PlanReviewPolicyOf(const Catalogue& catalogue) {
  domain::PlanReviewPolicy policy = catalogue.plan_review;
  policy.version = catalogue.version;
  for (const auto& [product, medication] : catalogue.medications) {
    policy.medication_classes[product] = medication.medication_class;
  }
  return policy;
}

}  // namespace withdrawal::catalogue
