// withdrawalctl ack, resolve, shelve, unshelve, call-failed, reassign, comment ALERT_ID
#include <iostream>
#include <map>
#include <memory>

#include "absl/time/time.h"
#include "libs/codec/time.h"
#include "services/ctl/alert_text.h"
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
  static const std::map<std::string, epb::AlertOutcome> kOutcomes = {
      {"", epb::ALERT_OUTCOME_UNSPECIFIED},
      {"true", epb::ALERT_OUTCOME_TRUE},
      {"false", epb::ALERT_OUTCOME_FALSE},
      {"technical", epb::ALERT_OUTCOME_TECHNICAL}};
  auto alert_id = std::make_shared<std::string>();
  auto reason = std::make_shared<std::string>();
  auto outcome = std::make_shared<std::string>();
  auto* command = AddCommand(app, "resolve", "Close an alert", *alert_id);
  command->add_option("--reason", *reason, "What was found or done")->required();
  command
      ->add_option("--outcome", *outcome,
                   "true (the person needed it), false, or technical (device, wrong entry)")
      ->check(CLI::IsMember({"true", "false", "technical"}));
  command->callback([=, &settings, &exit_code] {
    cpb::ResolveAlertRequest request;
    request.set_reason(*reason);
    request.set_outcome(kOutcomes.at(*outcome));
    exit_code = Send(settings, *alert_id, std::move(request), &Stub::ResolveAlert);
  });
}

void AddReassign(CLI::App& app, const Settings& settings, int& exit_code) {
  auto alert_id = std::make_shared<std::string>();
  auto to_actor = std::make_shared<std::string>();
  auto note = std::make_shared<std::string>();
  auto* command =
      AddCommand(app, "reassign", "Give an alert to a clinician; its ladder goes on", *alert_id);
  command->add_option("--to", *to_actor, "Opaque id of the clinician; without: back to the team");
  command->add_option("--note", *note, "Kept with the alert");
  command->callback([=, &settings, &exit_code] {
    cpb::ReassignAlertRequest request;
    request.set_to_actor(*to_actor);
    request.set_note(*note);
    exit_code = Send(settings, *alert_id, std::move(request), &Stub::ReassignAlert);
  });
}

void AddComment(CLI::App& app, const Settings& settings, int& exit_code) {
  auto alert_id = std::make_shared<std::string>();
  auto note = std::make_shared<std::string>();
  auto* command = AddCommand(app, "comment", "Write something down with an alert", *alert_id);
  command->add_option("--note", *note, "Kept with the alert")->required();
  command->callback([=, &settings, &exit_code] {
    cpb::CommentAlertRequest request;
    request.set_note(*note);
    exit_code = Send(settings, *alert_id, std::move(request), &Stub::CommentAlert);
  });
}

void AddAlert(CLI::App& app, const Settings& settings, int& exit_code) {
  auto alert_id = std::make_shared<std::string>();
  auto* command = app.add_subcommand("alert", "One alert");
  command->require_subcommand(1);
  auto* show =
      AddCommand(*command, "show", "The alert and everything that happened to it", *alert_id);
  show->callback([=, &settings, &exit_code] {
    cpb::GetAlertRequest request;
    request.set_alert_id(*alert_id);
    const auto stub = ConnectClinician(settings);
    cpb::GetAlertResponse answer;
    if (!Shows(answer, [&](auto& context) { return stub->GetAlert(&context, request, &answer); })) {
      exit_code = 1;
      return;
    }
    std::cout << AlertHistoryText(answer);
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
