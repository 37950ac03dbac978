// Suitability rules, levels of care and the alert of a reassessment (reference C) as data.
#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/catalogue/sections.h"
#include "libs/domain/satisfiable.h"

namespace withdrawal::catalogue {
namespace {

using domain::AsamEdition;
using domain::Consequence;
using domain::Remedy;
using domain::SuitabilityOutcome;
using domain::SuitabilityPolicy;
using domain::SuitabilityRule;

constexpr int kDimensions = 6;

void ReadMeanings(Reader& reader, const std::string& key, AsamEdition edition,
                  std::map<std::pair<AsamEdition, int>, std::string>& meanings) {
  Reader texts = reader.Map(key);
  for (int number = 1; number <= kDimensions; ++number) {
    meanings[{edition, number}] = texts.Text(absl::StrCat(number));
  }
  texts.Done();
}

std::vector<domain::Dimension> ReadDimensions(Reader& reader, const Catalogue& catalogue) {
  std::vector<domain::Dimension> dimensions;
  Reader numbers = reader.Map("dimensions");
  for (const auto& [key, edition] :
       {std::pair("third", AsamEdition::kThird), std::pair("fourth", AsamEdition::kFourth)}) {
    const int number = numbers.Int(key);
    const auto meaning = catalogue.dimension_meanings.find({edition, number});
    if (meaning == catalogue.dimension_meanings.end()) {
      numbers.Problem(key, "no dimension of this edition");
      continue;
    }
    dimensions.push_back({edition, number, meaning->second});
  }
  numbers.Done();
  return dimensions;
}

// The rule's programmes bind all its outcomes.
domain::assessment::Condition InProgrammes(const std::vector<domain::Programme>& programmes,
                                           domain::assessment::Condition when) {
  if (programmes.empty()) return when;
  return {
      domain::assessment::All{{{domain::assessment::InProgramme{programmes}}, std::move(when)}}};
}

SuitabilityOutcome ReadOutcome(Reader& reader, const SuitabilityRule& rule,
                               const Catalogue& catalogue) {
  SuitabilityOutcome outcome;
  outcome.variant = reader.OptionalText("variant");
  outcome.consequence =
      reader.Choice<Consequence>("consequence", {{"suitable", Consequence::kSuitable},
                                                 {"caution", Consequence::kCaution},
                                                 {"not_suitable", Consequence::kNotSuitable}});
  if (reader.Has("remedy")) {
    outcome.remedy = reader.Choice<Remedy>(
        "remedy",
        {{"level", Remedy::kLevel}, {"wait", Remedy::kWait}, {"other-plan", Remedy::kOtherPlan}});
  }
  outcome.level = reader.OptionalText("level");
  const int rank = domain::RankOf(catalogue.suitability, outcome.level);
  if (!outcome.level.empty() && rank < 0) reader.Problem("level", "unknown " + outcome.level);
  if (outcome.remedy != Remedy::kLevel && !outcome.level.empty()) {
    reader.Problem("level", "contradicts the remedy");
  }
  const bool home = rank >= 0 && catalogue.suitability.levels[rank].at_home;
  if (home && outcome.consequence == Consequence::kNotSuitable) {
    reader.Problem("level", "is at home, and so contradicts not_suitable");
  }
  outcome.task = reader.Text("task");
  Reader when = reader.Map("when");
  outcome.when = InProgrammes(rule.programmes, ReadInputCondition(when, catalogue.intake));
  if (!domain::assessment::CanBeTrue(outcome.when, catalogue.intake.inputs)) {
    reader.Problem("when", "can never be true in the rule's programmes");
  }
  reader.Done();
  return outcome;
}

void CheckVariants(Reader& reader, const SuitabilityRule& rule) {
  std::set<std::string> variants;
  for (const SuitabilityOutcome& outcome : rule.outcomes) {
    if (!outcome.variant.empty()) variants.insert(outcome.variant);
  }
  if (rule.variant.empty() ? !variants.empty() : !variants.contains(rule.variant)) {
    reader.Problem("variant", "must be that of an outcome: \"" + rule.variant + "\"");
  }
}

bool AsksIn(const SuitabilityRule& rule, domain::Programme programme) {
  const auto& in = rule.programmes;
  return in.empty() || std::find(in.begin(), in.end(), programme) != in.end();
}

}  // namespace

void LoadLevels(Reader& root, Catalogue& catalogue) {
  SuitabilityPolicy& policy = catalogue.suitability;
  for (Reader& reader : root.List("levels")) {
    domain::CareLevel level{reader.Text("id"), reader.Text("title"), reader.Text("fourth_edition"),
                            reader.Flag("at_home")};
    if (domain::RankOf(policy, level.id) >= 0) reader.Problem("id", "duplicate " + level.id);
    if (level.at_home && !policy.levels.empty() && !policy.levels.back().at_home) {
      reader.Problem("at_home", "must not follow a level off home");
    }
    reader.Done();
    policy.levels.push_back(std::move(level));
  }
  policy.not_suitable_at_least = root.Text("not_suitable_at_least");
  const int floor = domain::RankOf(policy, policy.not_suitable_at_least);
  if (floor < 0 || policy.levels[floor].at_home) {
    root.Problem("not_suitable_at_least", "must be a level off home");
  }
  Reader dimensions = root.Map("dimensions");
  ReadMeanings(dimensions, "third_edition", AsamEdition::kThird, catalogue.dimension_meanings);
  ReadMeanings(dimensions, "fourth_edition", AsamEdition::kFourth, catalogue.dimension_meanings);
  dimensions.Done();
  root.Text("source");
  root.MarkOf("mark");
  root.Done();
}

void LoadReassessment(Reader& root, Catalogue& catalogue) {
  catalogue.reassessment = ReadHead(root);
  catalogue.reassessment.ladder = "urgent";
  catalogue.reassessment.latch = true;
  root.Done();
}

void LoadSuitability(Reader& root, Catalogue& catalogue) {
  auto& rules = catalogue.suitability.rules;
  for (Reader& reader : root.List("rules")) {
    SuitabilityRule rule;
    rule.id = reader.Text("id");
    rule.title = reader.Text("title");
    rule.programmes = ReadProgrammes(reader, "programmes");
    rule.only_alone = reader.Flag("only_alone");
    rule.variant = reader.OptionalText("variant");
    for (Reader& outcome : reader.List("outcomes")) {
      rule.outcomes.push_back(ReadOutcome(outcome, rule, catalogue));
    }
    CheckVariants(reader, rule);
    rule.dimensions = ReadDimensions(reader, catalogue);
    rule.source = reader.Text("source");
    rule.mark = reader.MarkOf("mark");
    rule.sign_off = reader.OptionalText("sign_off");
    if (rule.sign_off.empty()) rule.sign_off = "unsigned";
    reader.OptionalText("note");
    reader.Done();
    if (std::any_of(rules.begin(), rules.end(),
                    [&](const auto& other) { return other.id == rule.id; })) {
      reader.Problem("id", "duplicate rule " + rule.id);
    }
    rules.push_back(std::move(rule));
  }
  root.Done();
}

void CheckIntakeIsUsed(const Catalogue& catalogue, std::vector<std::string>& problems) {
  std::map<std::string, std::set<std::string>> used;  // rules by input
  std::map<std::string, std::set<domain::Programme>> asked;
  for (const SuitabilityRule& rule : catalogue.suitability.rules) {
    for (const SuitabilityOutcome& outcome : rule.outcomes) {
      for (const std::string& id : domain::assessment::InputsOf(outcome.when)) {
        used[id].insert(rule.id);
        const auto input = catalogue.intake.inputs.find(id);
        if (input == catalogue.intake.inputs.end()) continue;
        for (const domain::Programme programme : input->second.required_for) {
          if (AsksIn(rule, programme)) asked[id].insert(programme);
        }
      }
    }
  }
  for (const domain::PlanRule& rule : catalogue.plan_review.rules) {
    for (const domain::PlanRuleOutcome& outcome : rule.outcomes) {
      for (const std::string& id : domain::assessment::InputsOf(outcome.when)) {
        used[id].insert(rule.id);
      }
    }
  }
  for (const auto& [id, input] : catalogue.intake.inputs) {
    if (used[id] != std::set<std::string>(input.rules.begin(), input.rules.end())) {
      problems.push_back("intake.yaml: " + id + ": rules are not those that look at it");
    }
    if (asked[id].size() != input.required_for.size()) {
      problems.push_back("intake.yaml: " + id + ": required where no rule looks at it");
    }
  }
}

domain::SuitabilityPolicy SuitabilityPolicyOf(const Catalogue& catalogue) {
  SuitabilityPolicy policy = catalogue.suitability;
  policy.version = catalogue.version;
  policy.vocabulary = catalogue.intake;
  return policy;
}

}  // namespace withdrawal::catalogue
