#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/catalogue/condition_parts.h"
#include "libs/catalogue/never.h"
#include "libs/catalogue/sections.h"

namespace withdrawal::catalogue {
namespace {

using domain::Ladder;
using domain::Priority;
using domain::Rule;
using domain::Rung;

const std::map<std::string, Priority>& Priorities() {
  static const std::map<std::string, Priority> priorities = {{"routine", Priority::kRoutine},
                                                             {"urgent", Priority::kUrgent},
                                                             {"emergency", Priority::kEmergency}};
  return priorities;
}

const char* LadderOf(Priority priority) {
  if (priority == Priority::kEmergency) return "emergency";
  return priority == Priority::kUrgent ? "urgent" : "routine";
}

void CheckLadder(Reader& reader, const Ladder& ladder) {
  for (size_t i = 0; i < ladder.rungs.size(); ++i) {
    if (i > 0 && ladder.rungs[i].after <= ladder.rungs[i - 1].after) {
      reader.Problem("rungs", "must ascend in time");
    }
    if (i > 0 && ladder.rungs[i].priority < ladder.rungs[i - 1].priority) {
      reader.Problem("rungs", "priority must not fall");
    }
  }
}

// Edges that a plan may move, each with the number that it is an edge of.
std::vector<std::pair<std::string, domain::Adjustable>> AdjustablesOf(
    const domain::Condition& condition) {
  std::vector<std::pair<std::string, domain::Adjustable>> found;
  domain::EachLeafOf<domain::Observed>(condition, [&found](const domain::Observed& observed) {
    if (!observed.adjustable) return;
    found.emplace_back(
        absl::StrCat(static_cast<int>(observed.measure), " ", observed.subject, " ", observed.item),
        *observed.adjustable);
  });
  domain::EachLeafOf<domain::TotalWithin>(condition, [&found](const domain::TotalWithin& total) {
    if (total.adjustable) found.emplace_back(total.instrument, *total.adjustable);
  });
  return found;
}

// One edge moves, wherever in the rule it stands.
std::optional<domain::Adjustable> AdjustableOf(Reader& reader, const domain::Condition& condition) {
  const auto all = AdjustablesOf(condition);
  if (all.empty()) return std::nullopt;
  const auto& [of, edge] = all.front();
  for (const auto& [other_of, other] : all) {
    if (other_of != of || other.from != edge.from || other.to != edge.to) {
      reader.Problem("when", "more than one adjustable edge");
    }
  }
  return edge;
}

bool HasRule(const Catalogue& catalogue, const std::string& id) {
  const domain::MissedCheckInPolicy& missed = catalogue.missed;
  return id == missed.rule.id || id == missed.device_silent.id || id == missed.nothing_due.id ||
         id == missed.long_pause.id ||
         std::any_of(catalogue.rules.begin(), catalogue.rules.end(),
                     [&](const Rule& rule) { return rule.id == id; });
}

}  // namespace

domain::Duration ReadAfter(Reader& reader, const std::string& key) {
  domain::Duration after;
  const std::string text = reader.Text(key);
  if (!absl::ParseDuration(text, &after) || after < absl::ZeroDuration()) {
    reader.Problem(key, "must be a duration such as 0s, 15m or 24h");
  }
  return after;
}

Rule ReadHead(Reader& reader) {
  Rule rule;
  rule.id = reader.Text("id");
  rule.priority = reader.Choice<Priority>("priority", Priorities());
  rule.title = reader.Text("title");
  rule.advice = reader.Text("advice");
  rule.source = reader.Text("source");
  rule.mark = reader.MarkOf("mark");
  rule.sign_off = reader.OptionalText("sign_off");
  if (rule.sign_off.empty()) rule.sign_off = "unsigned";
  reader.OptionalText("note");
  return rule;
}

Rule ReadRuleHead(Reader& reader, const Catalogue& catalogue) {
  Rule rule = ReadHead(reader);
  if (HasRule(catalogue, rule.id)) reader.Problem("id", "duplicate rule " + rule.id);
  rule.ladder = LadderOf(rule.priority);
  return rule;
}

void LoadDosePolicy(Reader& root, Catalogue& catalogue) {
  domain::DosePolicy& doses = catalogue.doses;
  root.Text("source");
  root.MarkOf("mark");
  for (const auto& [key, share] : {std::pair("amount_share", &doses.amount_share),
                                   std::pair("too_soon_share", &doses.too_soon_share),
                                   std::pair("late_share", &doses.late_share)}) {
    *share = root.Number(key);
    if (*share < 0 || *share >= 1) root.Problem(key, "must be 0 to below 1");
  }
  doses.late_min = root.DurationOf("late_min");
  doses.late_max = root.DurationOf("late_max");
  if (doses.late_max < doses.late_min) root.Problem("late_max", "below late_min");
  doses.course_gap = root.DurationOf("course_gap");
  doses.continued_from = root.DurationOf("continued_from");
  root.Done();
}

void LoadRules(Reader& root, Catalogue& catalogue) {
  std::map<std::string, std::string> conditions;  // as written -> rule
  for (Reader& reader : root.List("rules")) {
    Rule rule = ReadRuleHead(reader, catalogue);
    rule.latch = reader.Flag("latch");
    rule.technical = reader.Flag("technical");
    if (reader.Has("ladder")) rule.ladder = reader.Text("ladder");
    const auto ladder = catalogue.ladders.by_id.find(rule.ladder);
    if (ladder == catalogue.ladders.by_id.end()) {
      reader.Problem("ladder", "unknown ladder " + rule.ladder);
    } else if (!ladder->second.rungs.empty() &&
               ladder->second.rungs.front().priority < rule.priority) {
      reader.Problem("ladder", "begins below the priority of the rule: " + rule.ladder);
    }
    rule.covers = reader.OptionalTexts("covers");
    rule.clear_readings = reader.OptionalInt("clear_readings").value_or(0);
    if (rule.clear_readings < 0) reader.Problem("clear_readings", "must not be negative");
    if (reader.Has("for")) rule.lasting = reader.DurationOf("for");
    Reader when = reader.Map("when");
    rule.when = ReadCondition(when, catalogue);
    rule.timed = domain::IsTimed(rule.when);
    rule.adjustable = AdjustableOf(reader, rule.when);
    if (const std::string why = WhyNever(rule.when); !why.empty()) {
      reader.Problem("when", why + ": can never be true");
    }
    const auto [same, added] = conditions.emplace(reader.YamlOf("when"), rule.id);
    if (!added) reader.Problem("when", "the same as of rule " + same->second);
    reader.Done();
    catalogue.rules.push_back(std::move(rule));
  }
  root.Done();
}

void LoadLadders(Reader& root, Catalogue& catalogue) {
  domain::Ladders& ladders = catalogue.ladders;
  ladders.late_after = root.DurationOf("late_after");
  ladders.paging_off_after = root.DurationOf("paging_off_after");
  ladders.clear_readings = root.Int("clear_readings");
  if (ladders.clear_readings < 1) root.Problem("clear_readings", "must be 1 or more");
  if (ladders.paging_off_after <= ladders.late_after) {
    root.Problem("paging_off_after", "must be after late_after");
  }
  root.Text("source");
  Reader assessment = root.Map("assessment");
  for (const auto& [name, priority] : Priorities()) {
    if (assessment.Has(name)) ladders.assessment[priority] = assessment.DurationOf(name);
  }
  assessment.Done();
  for (Reader& reader : root.List("ladders")) {
    Ladder ladder;
    ladder.id = reader.Text("id");
    ladder.source = reader.Text("source");
    ladder.runs_while_acknowledged = reader.Flag("runs_while_acknowledged");
    if (reader.Has("repeat_last_every")) {
      ladder.repeat_last_every = reader.DurationOf("repeat_last_every");
    }
    for (Reader& rung : reader.List("rungs")) {
      ladder.rungs.push_back({ReadAfter(rung, "after"), rung.Text("target"),
                              rung.Choice<Priority>("priority", Priorities()), rung.Flag("quiet")});
      rung.OptionalText("stage");
      rung.Done();
    }
    CheckLadder(reader, ladder);
    reader.Done();
    if (!ladders.by_id.emplace(ladder.id, ladder).second) {
      reader.Problem("id", "duplicate ladder " + ladder.id);
    }
  }
  root.Done();
  for (const char* id : {"emergency", "urgent", "routine"}) {
    if (!ladders.by_id.contains(id)) root.Problem("ladders", absl::StrCat("no ladder ", id));
  }
}

domain::AlertPolicy AlertPolicyOf(const Catalogue& catalogue) {
  domain::AlertPolicy policy;
  policy.version = catalogue.version;
  policy.rules = catalogue.rules;
  policy.ladders = catalogue.ladders;
  policy.missed = catalogue.missed;
  policy.engagement = catalogue.engagement;
  policy.doses = catalogue.doses;
  for (const auto& [id, instrument] : catalogue.instruments) {
    policy.trigger_instruments.push_back(id);
  }
  policy.management = catalogue.management;
  policy.tolerance_loss = catalogue.tolerance_loss;
  policy.suitability = SuitabilityPolicyOf(catalogue);
  policy.reassessment = catalogue.reassessment;
  for (const auto& [product, medication] : catalogue.medications) {
    const domain::MedicationName name{product, medication.medication_class,
                                      medication.never_prescribed};
    policy.medications[absl::AsciiStrToLower(product)] = name;
    for (const std::string& alias : medication.aliases) {
      policy.medications[absl::AsciiStrToLower(alias)] = name;
    }
  }
  for (const auto& [programme, own] : catalogue.for_programme) {
    policy.for_programme[programme] =
        std::make_shared<const domain::AlertPolicy>(AlertPolicyOf(*own));
  }
  return policy;
}

}  // namespace withdrawal::catalogue
