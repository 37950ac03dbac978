// withdrawalctl simulate: a ward of invented people.
#include <fstream>
#include <iostream>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/catalogue/catalogue.h"
#include "services/ctl/commands.h"
#include "services/ctl/printable.h"
#include "services/ctl/sending.h"
#include "services/ctl/simulation_messages.h"

namespace withdrawal::ctl {
namespace {

struct Words {
  int patients = 12;
  double days = 3;
  uint64_t seed = 1;
  double speed = 0;
  bool backfill = false;
  std::string prefix;
  std::string team = "simulated-ward";
  std::string truth = "simulate-truth.jsonl";
  int in_flight_max = 256;
};

int Fail(const std::string& message) {
  std::cerr << "simulate: " << Printable(message) << '\n';
  return 1;
}

bool WriteTruth(const std::string& path, const std::vector<SimulatedPatient>& patients,
                const SimulatedClock& clock) {
  std::ofstream file(path);
  for (const SimulatedPatient& patient : patients) file << TruthLine(patient, clock);
  return static_cast<bool>(file.flush());
}

void PrintReport(const SendReport& report, size_t sent) {
  std::cout << "check-ins sent " << sent << ", accepted " << report.tally.accepted << ", retries "
            << report.retries << '\n';
  for (const auto& [reason, count] : report.tally.refused) {
    std::cout << "refused " << reason << ' ' << count << '\n';
  }
  for (const auto& [reason, count] : report.tally.set_aside) {
    std::cout << "readings set aside " << reason << ' ' << count << '\n';
  }
}

int Run(const Settings& settings, Words words) {
  const auto catalogue = catalogue::Load(settings.catalogue);
  if (!catalogue.ok()) return Fail(std::string(catalogue.status().message()));
  const Interrupt interrupt([] {});
  const absl::Time now = absl::Now();
  if (words.prefix.empty()) {
    words.prefix = absl::FormatTime("w%Y%m%dT%H%M%S-", now, absl::UTCTimeZone());
  }
  const auto patients = Simulate(
      catalogue->instruments,
      {.patients = words.patients, .days = words.days, .seed = words.seed, .prefix = words.prefix});
  const absl::Duration length = absl::Hours(24 * words.days);
  const SimulatedClock clock = {.ends_at = words.speed > 0 ? now + length / words.speed : now,
                                .length = length,
                                .speed = words.speed};
  if (!WriteTruth(words.truth, patients, clock)) return Fail("cannot write " + words.truth);
  std::vector<epb::CarePlan> plans;
  for (const SimulatedPatient& patient : patients) {
    plans.push_back(SimulationPlan(patient, clock, words.team, now));
  }
  const auto batch = SimulationMessages(patients, clock);
  std::cout << "simulating " << patients.size() << " people (" << words.prefix << "...), "
            << words.days << " days, " << batch.size() << " check-ins";
  if (words.speed > 0) std::cout << ", in " << absl::FormatDuration(length / words.speed);
  std::cout << "; the truth is in " << words.truth << std::endl;
  if (!PutCarePlans(settings, plans)) return 1;
  const SendReport report = SendBatch(settings, batch, words.in_flight_max, interrupt);
  PrintReport(report, batch.size());
  if (!report.status.ok()) return Fail(std::string(report.status.message()));
  return report.tally.refused.empty() ? 0 : 1;
}

}  // namespace

void AddSimulate(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand(
      "simulate", "Enrol invented people and send their course, with the truth beside");
  auto words = std::make_shared<Words>();
  command->add_option("--patients", words->patients, "How many")->check(CLI::Range(1, 100000));
  command->add_option("--days", words->days, "Of simulated time, at most 13")
      ->check(CLI::Range(0.1, 13.0));
  command->add_option("--seed", words->seed, "Same seed, same people");
  auto* speed = command->add_option("--speed", words->speed,
                                    "Times faster than life, >= 1; default as --backfill");
  speed->check(CLI::Range(1.0, 1e6));
  command->add_flag("--backfill", words->backfill, "Send all at once; simulated time ends now")
      ->excludes(speed);
  command->add_option("--prefix", words->prefix, "Of patient ids; default one of this run");
  command->add_option("--team", words->team, "The responsible team");
  command->add_option("--truth", words->truth, "Where to write the truth, as lines of JSON");
  command->add_option("--in-flight-max", words->in_flight_max, "Check-ins awaiting an answer")
      ->check(CLI::Range(1, 100000));
  command->callback([=, &settings, &exit_code] { exit_code = Run(settings, *words); });
}

}  // namespace withdrawal::ctl
