// missed-check-in.yaml: what a silence is, and when it is dangerous.
#include <algorithm>
#include <tuple>

#include "libs/catalogue/condition_parts.h"
#include "libs/catalogue/sections.h"

namespace withdrawal::catalogue {
namespace {

// After a last use of `class`; or `since` a cut or first doses of `of`.
domain::DangerWindow ReadDangerWindow(Reader& reader, const Catalogue& catalogue) {
  using Since = domain::DangerWindow::Since;
  domain::DangerWindow window;
  if (reader.Has("since")) {
    window.since = reader.Choice<Since>(
        "since", {{"dose_cut", Since::kDoseCut}, {"first_dose", Since::kFirstDose}});
    window.name = reader.Text("of");
    CheckNames(reader, "of", {window.name}, catalogue);
  } else {
    window.name = reader.Text("class");
    const auto& classes = SubstanceClasses();
    if (std::find(classes.begin(), classes.end(), window.name) == classes.end()) {
      reader.Problem("class", "unknown substance class " + window.name);
    }
  }
  window.programmes = ReadProgrammes(reader, "programmes");
  window.from = ReadAfter(reader, "from");
  window.to = ReadAfter(reader, "to");
  window.source = reader.Text("source");
  if (window.to <= window.from) reader.Problem("to", "not after from");
  reader.Done();
  return window;
}

// Silence is never left to a list that calls nobody, and in danger it is told no later than else.
void CheckLadders(Reader& root, const Catalogue& catalogue) {
  const domain::MissedCheckInPolicy& missed = catalogue.missed;
  std::vector<const domain::Ladder*> ladders;
  for (const auto& [key, id] : {std::pair("danger_ladder", missed.danger_ladder),
                                std::pair("other_ladder", missed.other_ladder),
                                std::pair("rare_ladder", missed.rare_ladder)}) {
    const auto found = catalogue.ladders.by_id.find(id);
    if (found == catalogue.ladders.by_id.end() || found->second.rungs.empty()) {
      return root.Problem(key, "no such ladder, or one without rungs: " + id);
    }
    ladders.push_back(&found->second);
    // A form due seldom may end on the worklist.
    const bool is_silence = ladders.size() <= 2;
    if (is_silence && found->second.rungs.back().priority < domain::Priority::kEmergency) {
      root.Problem(key, "does not end in an emergency: " + id);
    }
  }
  if (ladders[0]->rungs.front().after > ladders[1]->rungs.front().after ||
      ladders[0]->rungs.back().after > ladders[1]->rungs.back().after) {
    root.Problem("danger_ladder", "slower than other_ladder");
  }
}

}  // namespace

void LoadMissedCheckIn(Reader& root, Catalogue& catalogue) {
  domain::MissedCheckInPolicy& missed = catalogue.missed;
  missed.rule = ReadRuleHead(root, catalogue);
  Reader silent = root.Map("device_silent");
  missed.device_silent = ReadRuleHead(silent, catalogue);
  missed.device_silent.technical = true;
  missed.device_silent.latch = true;
  silent.Done();
  for (const auto& [key, rule, after] :
       {std::tuple("nothing_due", &missed.nothing_due, &missed.nothing_due_after),
        std::tuple("long_pause", &missed.long_pause, &missed.long_pause_after)}) {
    Reader reader = root.Map(key);
    *rule = ReadRuleHead(reader, catalogue);
    *after = reader.DurationOf("after");
    reader.Done();
  }
  missed.danger_ladder = root.Text("danger_ladder");
  missed.other_ladder = root.Text("other_ladder");
  missed.rare_ladder = root.Text("rare_ladder");
  missed.rare_from = root.DurationOf("rare_from");
  missed.rare_watched_within = root.DurationOf("rare_watched_within");
  missed.rare_forms = root.Texts("rare_forms");
  for (const std::string& name : missed.rare_forms) {
    if (!IsCheckIn(name, catalogue)) root.Problem("rare_forms", "unknown check-in " + name);
  }
  CheckLadders(root, catalogue);
  missed.early = root.DurationOf("early");
  for (Reader& reader : root.List("moderate_from")) {
    const std::string instrument = reader.Text("instrument");
    if (catalogue.FindInstrument(instrument) == nullptr && instrument != catalogue.news2.id) {
      reader.Problem("instrument", "unknown instrument " + instrument);
    }
    missed.moderate_from[instrument] = reader.Int("total");
    reader.Done();
  }
  for (Reader& reader : root.List("danger_windows")) {
    domain::DangerWindow window = ReadDangerWindow(reader, catalogue);
    const auto same = [&window](const domain::DangerWindow& other) {
      return other.since == window.since && other.name == window.name;
    };
    if (std::any_of(missed.danger_windows.begin(), missed.danger_windows.end(), same)) {
      reader.Problem("class", "stands twice");
    }
    missed.danger_windows.push_back(std::move(window));
  }
  root.Done();
}

}  // namespace withdrawal::catalogue
