// withdrawalctl ack, resolve, shelve, unshelve, call-failed ALERT_ID
#include <iostream>
#include <memory>

#include "absl/time/time.h"
#include "libs/codec/time.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"

namespace withdrawal::ctl {
namespace {

using Stub = cpb::ClinicianService::Stub;

template <typename Request>
using Rpc = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&,
                                   cpb::AlertCommandResponse*);

// The subcommand with the alert it is about.
CLI::App* AddCommand(CLI::App& app, const char* name, const char* what, std::string& alert_id) {
  auto* command = app.add_subcommand(name, what);
  command->add_option("alert", alert_id, "Alert id as shown by alerts and watch")->required();
  return command;
}

// Sends what `request` says of the alert; the exit code.
template <typename Request>
int Send(const Settings& settings, const std::string& alert_id, Request request, Rpc<Request> rpc) {
  request.set_alert_id(alert_id);
  request.set_actor(settings.actor);
  request.set_request_id(RandomId());
  const auto stub = ConnectClinician(settings);
  cpb::AlertCommandResponse response;
  if (!Shows(response,
             [&](auto& context) { return ((*stub).*rpc)(&context, request, &response); })) {
    return 1;
  }
  std::cout << "command " << response.command_id() << " stored\n";
  return 0;
}

// A command that takes nothing but a note.
template <typename Request>
void AddWithNote(CLI::App& app, const char* name, const char* what, Rpc<Request> rpc,
                 const Settings& settings, int& exit_code) {
  auto alert_id = std::make_shared<std::string>();
  auto note = std::make_shared<std::string>();
  auto* command = AddCommand(app, name, what, *alert_id);
  command->add_option("--note", *note, "Kept with the alert");
  command->callback([=, &settings, &exit_code] {
    Request request;
    request.set_note(*note);
    exit_code = Send(settings, *alert_id, std::move(request), rpc);
  });
}

}  // namespace

void AddAck(CLI::App& app, const Settings& settings, int& exit_code) {
  AddWithNote<cpb::AcknowledgeAlertRequest>(app, "ack", "Acknowledge an alert: paging stops",
                                            &Stub::AcknowledgeAlert, settings, exit_code);
}

void AddUnshelve(CLI::App& app, const Settings& settings, int& exit_code) {
  AddWithNote<cpb::UnshelveAlertRequest>(app, "unshelve", "Take an alert off the shelf",
                                         &Stub::UnshelveAlert, settings, exit_code);
}

void AddCallFailed(CLI::App& app, const Settings& settings, int& exit_code) {
  AddWithNote<cpb::ReportFailedCallRequest>(
      app, "call-failed", "The person was called about a missed check-in and did not answer",
      &Stub::ReportFailedCall, settings, exit_code);
}

void AddResolve(CLI::App& app, const Settings& settings, int& exit_code) {
  auto alert_id = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  auto* command = AddCommand(app, "resolve", "Close an alert", *alert_id);
  command->add_option("--reason", *reason, "What was found or done")->required();
  command->callback([=, &settings, &exit_code] {
    cpb::ResolveAlertRequest request;
    request.set_reason(*reason);
    exit_code = Send(settings, *alert_id, std::move(request), &Stub::ResolveAlert);
  });
}

void AddShelve(CLI::App& app, const Settings& settings, int& exit_code) {
  auto alert_id = std::make_shared<std::string>();
  auto length = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  auto* command = AddCommand(
      app, "shelve", "Set an alert aside for a while: nobody is paged, then its ladder begins anew",
      *alert_id);
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
    request.set_reason(*reason);
    *request.mutable_shelve_for() = codec::ToProto(shelve_for);
    exit_code = Send(settings, *alert_id, std::move(request), &Stub::ShelveAlert);
  });
}

}  // namespace withdrawal::ctl
