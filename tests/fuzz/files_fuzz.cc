// Any text as each kind of file withdrawalctl reads. What is read well must also be turned into
// messages.
#include "absl/strings/str_split.h"
#include "libs/catalogue/catalogue.h"
#include "services/ctl/answers_json.h"
#include "services/ctl/core/replay_plan.h"
#include "services/ctl/core/trial.h"
#include "services/ctl/intake.h"
#include "services/ctl/replay_messages.h"
#include "services/ctl/trial_replay.h"
#include "tests/fuzz/fuzz_target.h"

namespace withdrawal::fuzz {
namespace {

constexpr absl::Time kNow = absl::FromUnixSeconds(1'772'000'000);

const catalogue::Catalogue& TheCatalogue() {
  static const auto* const kCatalogue =
      new catalogue::Catalogue(catalogue::Load(catalogue::Location{}).value());
  return *kCatalogue;
}

void Replay(std::string_view text) {
  ctl::ReplayPlan plan;
  if (!ctl::AddFile(text, "id", plan).ok()) return;
  ctl::ReplayMessages(TheCatalogue(), ctl::Schedule(plan, kNow, 60), {}, "r-", 2);
}

// Two tables, parted by a line of equal signs.
void Trial(const std::string& text) {
  const std::vector<std::string> tables =
      absl::StrSplit(text, absl::MaxSplits(absl::ByString("\n====\n"), 1));
  if (tables.size() < 2) return;
  const auto trial = ctl::ReadTrial(tables[0], tables[1]);
  if (!trial.ok()) return;
  ctl::PlanTrialReplay(ctl::Selected(*trial, 5, 40), {"t-", "SOWS16", "team"}, TheCatalogue(), kNow,
                       10);
}

void Intake(const std::string& text) {
  (void)ctl::BuildIntake({"p1", {"alcohol"}, ctl::AnswersOfText(text)},
                         TheCatalogue().intake.inputs);
}

void Json(const std::string& text) {
  for (const auto& [id, instrument] : TheCatalogue().instruments) {
    auto parsed = ctl::ParseAnswers(instrument, text);
    ctl::NameKeys(parsed, parsed.errors);
  }
  (void)ctl::ParseVitalsJson(TheCatalogue().news2, TheCatalogue().vitals, text);
}

}  // namespace

void TestOne(std::string_view input) {
  const std::string text(input);
  Replay(input);
  Trial(text);
  Intake(text);
  Json(text);
}

}  // namespace withdrawal::fuzz
