// withdrawalctl alerts [--patient ID] [--all]
#include <unistd.h>

#include <iostream>
#include <memory>

#include "libs/codec/time.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/printable.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

struct Words {
  std::string patient;
  std::string team;
  std::string priority;
  bool all = false;
};

int Run(const Settings& settings, const Words& words) {
  cpb::ListAlertsRequest request;
  request.set_page_size(500);
  request.set_patient_id(words.patient);
  request.set_team(words.team);
  if (!words.priority.empty()) {
    const auto priority = ParsePriority(words.priority);
    if (!priority.ok()) {
      std::cerr << "alerts: --priority-at-least: " << Printable(priority.status().message())
                << '\n';
      return 2;
    }
    request.set_priority_at_least(*priority);
  }
  if (words.all) {
    for (const auto state :
         {epb::ALERT_STATE_OPEN, epb::ALERT_STATE_ACKNOWLEDGED, epb::ALERT_STATE_RESOLVED}) {
      request.add_states(state);
    }
  }
  const auto stub = ConnectClinician(settings);
  Table table({"PRIORITY", "PATIENT", "RULE", "AGE", "STATE", "RUNG", "COUNT", "TITLE", "EVIDENCE",
               "SIGN-OFF", "ALERT"});
  do {
    cpb::ListAlertsResponse page;
    if (!Shows(page, [&](auto& context) { return stub->ListAlerts(&context, request, &page); })) {
      return 1;
    }
    for (const auto& alert : page.alerts()) {
      table.Add({PriorityName(alert.priority()), alert.patient_id(), alert.rule_id(),
                 Age(absl::Now() - codec::FromProto(alert.raised_at())), StateName(alert),
                 std::to_string(alert.rung()), std::to_string(alert.count()), alert.title(),
                 alert.evidence(), alert.rule_sign_off(), alert.alert_id()});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  std::cout << table.Text();
  return 0;
}

}  // namespace

void AddAlerts(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("alerts", "List open alerts, highest priority first");
  auto words = std::make_shared<Words>();
  command->add_option("--patient", words->patient, "Only this person's");
  command->add_option("--team", words->team, "Only this team's");
  command->add_option("--priority-at-least", words->priority, "routine, urgent or emergency");
  command->add_flag("--all", words->all, "Resolved ones too");
  command->callback([=, &settings, &exit_code] { exit_code = Run(settings, *words); });
}

}  // namespace withdrawal::ctl
