// withdrawalctl call-failed ALERT_ID
#include <iostream>
#include <memory>

#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"

namespace withdrawal::ctl {

void AddCallFailed(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand(
      "call-failed", "The person was called about a missed check-in and did not answer");
  auto alert_id = std::make_shared<std::string>();
  auto note = std::make_shared<std::string>();
  command->add_option("alert", *alert_id, "Alert id as shown by alerts and watch")->required();
  command->add_option("--note", *note, "Kept with the alert");
  command->callback([=, &settings, &exit_code] {
    cpb::ReportFailedCallRequest request;
    request.set_alert_id(*alert_id);
    request.set_note(*note);
    request.set_actor(settings.actor);
    request.set_request_id(RandomId());
    const auto stub = ConnectClinician(settings.clinician_address);
    cpb::AlertCommandResponse response;
    const bool stored = Succeeds(
        [&](auto& context) { return stub->ReportFailedCall(&context, request, &response); });
    exit_code = stored ? 0 : 1;
    if (stored) std::cout << "command " << response.command_id() << " stored\n";
  });
}

}  // namespace withdrawal::ctl
