// withdrawalctl evaluate --format ctn0094 --withdrawal FILE --treatment FILE
#include <iostream>
#include <memory>

#include "libs/catalogue/overrides.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/evaluation.h"

namespace withdrawal::ctl {
namespace {

constexpr char kName[] = "evaluate";

struct Words {
  std::string format;
  std::string withdrawal;
  std::string treatment;
  TrialWords trial;
  int days_max = 0;
  int patients_max = 0;
};

int Run(const Settings& settings, const Words& words) {
  const auto files = catalogue::ReadEffective(settings.catalogue);
  if (!files.ok()) return Fail(kName, files.status());
  const auto catalogue = catalogue::LoadEffective(*files);
  if (!catalogue.ok()) return Fail(kName, catalogue.status());
  const auto plain =
      catalogue::LoadFiles(WithoutHysteresis(files->For(domain::Programme::kOpioid)));
  if (!plain.ok()) return Fail(kName, plain.status());
  const auto withdrawal = ReadInput(words.withdrawal);
  if (!withdrawal.ok()) return Fail(kName, withdrawal.status());
  const auto treatment = ReadInput(words.treatment);
  if (!treatment.ok()) return Fail(kName, treatment.status());
  const auto trial = ReadTrial(*withdrawal, *treatment);
  if (!trial.ok()) return Fail(kName, trial.status());

  const auto persons = Selected(*trial, words.patients_max, words.days_max);
  const auto evaluation = Evaluate(*catalogue, persons, words.trial);
  if (!evaluation.ok()) return Fail(kName, evaluation.status());
  const auto without = Evaluate(*plain, persons, words.trial);
  if (!without.ok()) return Fail(kName, without.status());
  std::cout << "catalogue " << catalogue->version.version << '\n';
  for (const std::string& line : TrialAssumptions(words.trial)) {
    std::cout << "assuming " << line << '\n';
  }
  std::cout << trial->rows_read << " rows read";
  for (const auto& [reason, count] : trial->rows_refused) {
    std::cout << ", " << count << " refused as " << reason;
  }
  std::cout << "; " << persons.size() << " of " << trial->persons.size()
            << " people are on buprenorphine\n"
            << EvaluationText(*evaluation, *without, MissedDoseRules(files->all));
  return 0;
}

}  // namespace

void AddEvaluate(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand(
      "evaluate", "Count the alerts a catalogue makes of recorded courses; needs no service");
  auto words = std::make_shared<Words>();
  command->add_option("--format", words->format, "ctn0094")
      ->required()
      ->check(CLI::IsMember({"ctn0094"}));
  command->add_option("--withdrawal", words->withdrawal, "CSV: who,withdrawal,when")->required();
  command->add_option("--treatment", words->treatment, "CSV: who,amount,when")->required();
  command->add_option("--instrument", words->trial.instrument, "What bands are reported as")
      ->check(CLI::IsMember({"SOWS16", "COWS"}));
  command->add_option("--days", words->days_max, "At most, from the first dose; 0 = all")
      ->check(CLI::Range(0, 3650));
  command->add_option("--patients", words->patients_max, "At most; 0 = all")
      ->check(CLI::Range(0, 1000000));
  command->callback([=, &settings, &exit_code] { exit_code = Run(settings, *words); });
}

}  // namespace withdrawal::ctl
