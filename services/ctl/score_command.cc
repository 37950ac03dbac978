// withdrawalctl score INSTRUMENT --json FILE|-
#include <iostream>
#include <memory>

#include "libs/catalogue/catalogue.h"
#include "services/ctl/arguments.h"
#include "services/ctl/commands.h"
#include "services/ctl/printable.h"
#include "services/ctl/score_report.h"

namespace withdrawal::ctl {
namespace {

struct Words {
  std::string instrument;
  std::string json;
  std::string scheme;
  std::string rater;
};

int Run(const Settings& settings, const Words& words) {
  const auto catalogue = catalogue::Load(settings.catalogue);
  const auto input = ReadInput(words.json);
  if (!catalogue.ok() || !input.ok()) {
    const absl::Status status = catalogue.ok() ? input.status() : catalogue.status();
    std::cerr << "score: " << Printable(status.message()) << '\n';
    return 1;
  }
  const ScoreReport report = Score(*catalogue, words.instrument, *input, words.scheme, words.rater);
  std::cout << report.json;
  return report.refused ? 1 : 0;
}

}  // namespace

void AddScore(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command =
      app.add_subcommand("score", "Score answers offline, as the services do; JSON in and out");
  auto words = std::make_shared<Words>();
  command
      ->add_option("instrument", words->instrument,
                   "Catalogue id: CIWA-Ar, COWS, PHQ-9, NEWS2, ...")
      ->required();
  command->add_option("--json", words->json, "File, - for stdin, or the object itself")->required();
  command->add_option("--scheme", words->scheme, "Band scheme; default the instrument's own");
  command->add_option("--rater", words->rater, "patient, support_person, clinician_video, ...");
  command->callback([=, &settings, &exit_code] { exit_code = Run(settings, *words); });
}

}  // namespace withdrawal::ctl
