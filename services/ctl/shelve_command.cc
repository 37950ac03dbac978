// withdrawalctl shelve ALERT_ID --for 2h --reason TEXT; withdrawalctl unshelve ALERT_ID
#include <iostream>
#include <memory>

#include "absl/time/time.h"
#include "libs/codec/time.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"

namespace withdrawal::ctl {

void AddShelve(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand(
      "shelve", "Set an alert aside for a while: nobody is paged, then its ladder begins anew");
  auto alert_id = std::make_shared<std::string>();
  auto length = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  command->add_option("alert", *alert_id, "Alert id as shown by alerts and watch")->required();
  command->add_option("--for", *length, "How long: 90m; at most 4h urgent, 24h routine")
      ->required();
  command->add_option("--reason", *reason, "Why, kept with the alert")->required();
  command->callback([=, &settings, &exit_code] {
    absl::Duration shelve_for;
    if (!absl::ParseDuration(*length, &shelve_for) || shelve_for <= absl::ZeroDuration()) {
      std::cerr << "shelve: --for must be a duration such as 90m or 4h\n";
      exit_code = 2;
      return;
    }
    cpb::ShelveAlertRequest request;
    request.set_alert_id(*alert_id);
    request.set_reason(*reason);
    *request.mutable_shelve_for() = codec::ToProto(shelve_for);
    request.set_actor(settings.actor);
    request.set_request_id(RandomId());
    const auto stub = ConnectClinician(settings.clinician_address);
    cpb::AlertCommandResponse response;
    const bool stored =
        Succeeds([&](auto& context) { return stub->ShelveAlert(&context, request, &response); });
    exit_code = stored ? 0 : 1;
    if (stored) std::cout << "command " << response.command_id() << " stored\n";
  });
}

void AddUnshelve(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("unshelve", "Take an alert off the shelf");
  auto alert_id = std::make_shared<std::string>();
  auto note = std::make_shared<std::string>();
  command->add_option("alert", *alert_id, "Alert id as shown by alerts and watch")->required();
  command->add_option("--note", *note, "Kept with the alert");
  command->callback([=, &settings, &exit_code] {
    cpb::UnshelveAlertRequest request;
    request.set_alert_id(*alert_id);
    request.set_note(*note);
    request.set_actor(settings.actor);
    request.set_request_id(RandomId());
    const auto stub = ConnectClinician(settings.clinician_address);
    cpb::AlertCommandResponse response;
    const bool stored =
        Succeeds([&](auto& context) { return stub->UnshelveAlert(&context, request, &response); });
    exit_code = stored ? 0 : 1;
    if (stored) std::cout << "command " << response.command_id() << " stored\n";
  });
}

}  // namespace withdrawal::ctl
