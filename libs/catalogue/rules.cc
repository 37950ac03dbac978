#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
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

domain::Duration ReadAfter(Reader& reader, const std::string& key) {
  domain::Duration after;
  const std::string text = reader.Text(key);
  if (!absl::ParseDuration(text, &after) || after < absl::ZeroDuration()) {
    reader.Problem(key, "must be a duration such as 0s, 15m or 24h");
  }
  return after;
}

std::vector<domain::Adjustable> AdjustablesOf(const domain::Condition& condition) {
  std::vector<domain::Adjustable> found;
  domain::EachLeafOf<domain::Observed>(condition, [&found](const domain::Observed& observed) {
    if (observed.adjustable) found.push_back(*observed.adjustable);
  });
  return found;
}

bool HasRule(const Catalogue& catalogue, const std::string& id) {
  return id == catalogue.missed.rule.id || id == catalogue.missed.device_silent.id ||
         std::any_of(catalogue.rules.begin(), catalogue.rules.end(),
                     [&](const Rule& rule) { return rule.id == id; });
}

}  // namespace

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
  root.Done();
}

void LoadRules(Reader& root, Catalogue& catalogue) {
  std::map<std::string, std::string> conditions;  // as written -> rule
  for (Reader& reader : root.List("rules")) {
    Rule rule = ReadRuleHead(reader, catalogue);
    rule.latch = reader.Flag("latch");
    rule.technical = reader.Flag("technical");
    if (reader.Has("ladder")) rule.ladder = reader.Text("ladder");
    if (!catalogue.ladders.by_id.contains(rule.ladder)) {
      reader.Problem("ladder", "unknown ladder " + rule.ladder);
    }
    rule.covers = reader.OptionalTexts("covers");
    rule.clear_readings = reader.OptionalInt("clear_readings").value_or(0);
    if (rule.clear_readings < 0) reader.Problem("clear_readings", "must not be negative");
    if (reader.Has("for")) rule.lasting = reader.DurationOf("for");
    Reader when = reader.Map("when");
    rule.when = ReadCondition(when, catalogue);
    rule.timed = domain::IsTimed(rule.when);
    const std::vector<domain::Adjustable> adjustable = AdjustablesOf(rule.when);
    if (adjustable.size() > 1) reader.Problem("when", "more than one adjustable edge");
    if (!adjustable.empty()) rule.adjustable = adjustable.front();
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

void LoadMissedCheckIn(Reader& root, Catalogue& catalogue) {
  domain::MissedCheckInPolicy& missed = catalogue.missed;
  missed.rule = ReadRuleHead(root, catalogue);
  Reader silent = root.Map("device_silent");
  missed.device_silent = ReadRuleHead(silent, catalogue);
  missed.device_silent.technical = true;
  missed.device_silent.latch = true;
  silent.Done();
  missed.danger_ladder = root.Text("danger_ladder");
  missed.other_ladder = root.Text("other_ladder");
  missed.rare_ladder = root.Text("rare_ladder");
  missed.rare_from = root.DurationOf("rare_from");
  missed.rare_watched_within = root.DurationOf("rare_watched_within");
  missed.rare_forms = root.Texts("rare_forms");
  for (const std::string& name : missed.rare_forms) {
    if (!IsCheckIn(name, catalogue)) root.Problem("rare_forms", "unknown check-in " + name);
  }
  for (const std::string& id : {missed.danger_ladder, missed.other_ladder, missed.rare_ladder}) {
    const auto found = catalogue.ladders.by_id.find(id);
    if (found == catalogue.ladders.by_id.end() || found->second.rungs.empty()) {
      root.Problem("danger_ladder", "no such ladder, or one without rungs: " + id);
    }
  }
  missed.early = root.DurationOf("early");
  for (Reader& reader : root.List("moderate_from")) {
    const std::string instrument = reader.Text("instrument");
    if (catalogue.FindInstrument(instrument) == nullptr && instrument != catalogue.news2.id) {
      reader.Problem("instrument", "unknown instrument " + instrument);
    }
    missed.moderate_from[instrument] = reader.Int("total");
    reader.Done();
  }
  std::set<std::string> seen;
  for (Reader& reader : root.List("danger_windows")) {
    domain::DangerWindow window;
    window.substance_class = reader.Text("class");
    window.from = ReadAfter(reader, "from");
    window.to = ReadAfter(reader, "to");
    window.source = reader.Text("source");
    if (window.to <= window.from) reader.Problem("to", "not after from");
    const auto& classes = SubstanceClasses();
    if (std::find(classes.begin(), classes.end(), window.substance_class) == classes.end()) {
      reader.Problem("class", "unknown substance class " + window.substance_class);
    }
    if (!seen.insert(window.substance_class).second) reader.Problem("class", "stands twice");
    reader.Done();
    missed.danger_windows.push_back(std::move(window));
  }
  root.Done();
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
