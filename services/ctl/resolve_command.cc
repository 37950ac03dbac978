// withdrawalctl resolve ALERT_ID --reason TEXT
#include <iostream>
#include <memory>

#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"

namespace withdrawal::ctl {

void AddResolve(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("resolve", "Close an alert");
  auto alert_id = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  command->add_option("alert", *alert_id, "Alert id as shown by alerts and watch")->required();
  command->add_option("--reason", *reason, "What was found or done")->required();
  command->callback([=, &settings, &exit_code] {
    cpb::ResolveAlertRequest request;
    request.set_alert_id(*alert_id);
    request.set_reason(*reason);
    request.set_actor(settings.actor);
    request.set_request_id(RandomId());
    const auto stub = ConnectClinician(settings.clinician_address);
    cpb::AlertCommandResponse response;
    exit_code =
        Succeeds([&](auto& context) { return stub->ResolveAlert(&context, request, &response); })
            ? 0
            : 1;
    if (exit_code == 0) std::cout << "command " << response.command_id() << " stored\n";
  });
}

}  // namespace withdrawal::ctl
