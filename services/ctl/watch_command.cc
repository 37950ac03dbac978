// withdrawalctl watch [patients]: the open alerts, or whose record changes, live.
#include <iostream>
#include <memory>

#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/patient_watch.h"
#include "services/ctl/printable.h"
#include "services/ctl/watch.h"

namespace withdrawal::ctl {
namespace {

struct Words {
  std::string team;
  std::string patient;
  std::string priority;
  bool lines = false;
  int events_max = 0;  // 0 = no end
};

int Run(const Settings& settings, const Words& words) {
  cpb::WatchAlertsRequest request;
  request.set_team(words.team);
  request.set_patient_id(words.patient);
  if (!words.priority.empty()) {
    const auto priority = ParsePriority(words.priority);
    if (!priority.ok()) {
      std::cerr << "watch: --priority-at-least: " << Printable(priority.status().message()) << '\n';
      return 2;
    }
    request.set_priority_at_least(*priority);
  }
  return Watch(settings, std::move(request), words.lines, words.events_max).Run();
}

// What the subcommand of its own says.
void AddWatchPatients(CLI::App& watch, const Settings& settings, int& exit_code) {
  auto* command = watch.add_subcommand("patients", "Whose record changed and what of it, live");
  auto words = std::make_shared<Words>();
  command->add_option("--team", words->team, "Only this team's");
  command->add_option("--patient", words->patient, "Only this person's");
  command->add_option("--events", words->events_max, "End after this many changes; 0 = go on")
      ->check(CLI::NonNegativeNumber);
  command->callback([=, &settings, &exit_code] {
    cpb::WatchPatientsRequest request;
    request.set_team(words->team);
    request.set_patient_id(words->patient);
    exit_code = PatientWatch(settings, std::move(request), words->events_max).Run();
  });
}

}  // namespace

void AddWatch(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand(
      "watch", "Open alerts, live: a worklist on a terminal, else a line per event");
  auto words = std::make_shared<Words>();
  command->add_option("--team", words->team, "Only this team's");
  command->add_option("--patient", words->patient, "Only this person's");
  command->add_option("--priority-at-least", words->priority, "routine, urgent or emergency");
  command->add_flag("--lines", words->lines, "A line per event, also on a terminal");
  command->add_option("--events", words->events_max, "End after this many events; 0 = go on")
      ->check(CLI::NonNegativeNumber);
  AddWatchPatients(*command, settings, exit_code);
  command->callback([=, &settings, &exit_code] {
    if (command->get_subcommands().empty()) exit_code = Run(settings, *words);
  });
}

}  // namespace withdrawal::ctl
