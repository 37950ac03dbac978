// withdrawalctl pause, resume, transfer, discharge, merge, request-check-in PATIENT
#include <iostream>
#include <map>
#include <memory>
#include <vector>

#include "absl/time/clock.h"
#include "libs/codec/time.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"

namespace withdrawal::ctl {
namespace {

struct Words {
  std::string patient;
  std::string reason;
  std::string detail;  // --for, --to-team, --kind
  std::string destination;
  std::string override_reason;
};

// The subcommand with what all of them take.
CLI::App* AddWords(CLI::App& app, const char* name, const char* what, Words& words) {
  auto* command = app.add_subcommand(name, what);
  command->add_option("patient", words.patient, "Opaque patient id")->required();
  command->add_option("--reason", words.reason, "Why, kept with the plan")->required();
  return command;
}

template <typename Request>
Request Begin(const Words& words, const Settings& settings) {
  Request request;
  request.set_patient_id(words.patient);
  request.set_actor(settings.actor);
  request.set_reason(words.reason);
  return request;
}

template <typename Call>
int Send(const Settings& settings, const char* done, Call call) {
  const auto stub = ConnectClinician(settings);
  cpb::PutCarePlanResponse response;
  if (!Shows(response, [&](auto& context) { return call(*stub, context, response); })) return 1;
  std::cout << done << ' ' << response.care_plan().patient_id() << ", etag "
            << response.care_plan().etag() << '\n';
  return 0;
}

}  // namespace

void AddPause(CLI::App& app, const Settings& settings, int& exit_code) {
  auto words = std::make_shared<Words>();
  auto* command = AddWords(app, "pause", "Stop waiting for check-ins for a while", *words);
  command->add_option("--for", words->detail, "Goes on by itself after: 24h; default: resume");
  command->callback([=, &settings, &exit_code] {
    auto request = Begin<cpb::PausePatientRequest>(*words, settings);
    if (!words->detail.empty()) {
      absl::Duration pause;
      if (!absl::ParseDuration(words->detail, &pause) || pause <= absl::ZeroDuration()) {
        std::cerr << "pause: --for must be a duration such as 24h\n";
        exit_code = 2;
        return;
      }
      *request.mutable_until() = codec::ToProto(absl::Now() + pause);
    }
    exit_code = Send(settings, "paused", [&](auto& stub, auto& context, auto& response) {
      return stub.PausePatient(&context, request, &response);
    });
  });
}

void AddResume(CLI::App& app, const Settings& settings, int& exit_code) {
  auto words = std::make_shared<Words>();
  auto* command = AddWords(app, "resume", "Wait for check-ins again", *words);
  command->add_option("--override-reason", words->override_reason,
                      "Why to go on although a finding blocks the plan");
  command->callback([=, &settings, &exit_code] {
    auto request = Begin<cpb::ResumePatientRequest>(*words, settings);
    request.set_override_reason(words->override_reason);
    exit_code = Send(settings, "resumed", [&](auto& stub, auto& context, auto& response) {
      return stub.ResumePatient(&context, request, &response);
    });
  });
}

void AddTransfer(CLI::App& app, const Settings& settings, int& exit_code) {
  auto words = std::make_shared<Words>();
  auto* command =
      AddWords(app, "transfer", "Hand a person and the open alerts to another team", *words);
  command->add_option("--to-team", words->detail, "Team that takes over")->required();
  command->callback([=, &settings, &exit_code] {
    auto request = Begin<cpb::TransferPatientRequest>(*words, settings);
    request.set_to_team(words->detail);
    exit_code = Send(settings, "transferred", [&](auto& stub, auto& context, auto& response) {
      return stub.TransferPatient(&context, request, &response);
    });
  });
}

void AddDischarge(CLI::App& app, const Settings& settings, int& exit_code) {
  static const std::map<std::string, epb::DischargeKind> kKinds = {
      {"completed", epb::DISCHARGE_KIND_COMPLETED},
      {"transferred", epb::DISCHARGE_KIND_TRANSFERRED},
      {"left", epb::DISCHARGE_KIND_LEFT},
      {"died", epb::DISCHARGE_KIND_DIED}};
  auto words = std::make_shared<Words>();
  auto* command = AddWords(app, "discharge", "End monitoring", *words);
  command->add_option("--kind", words->detail, "completed, transferred, left or died")
      ->required()
      ->check(CLI::IsMember({"completed", "transferred", "left", "died"}));
  command->add_option("--destination", words->destination, "Opaque id of the next service");
  command->callback([=, &settings, &exit_code] {
    auto request = Begin<cpb::DischargePatientRequest>(*words, settings);
    request.set_kind(kKinds.at(words->detail));
    request.set_destination(words->destination);
    exit_code = Send(settings, "discharged", [&](auto& stub, auto& context, auto& response) {
      return stub.DischargePatient(&context, request, &response);
    });
  });
}

void AddMerge(CLI::App& app, const Settings& settings, int& exit_code) {
  auto words = std::make_shared<Words>();
  auto* command = AddWords(app, "merge", "End a record: the person goes on under another", *words);
  command->add_option("--into", words->detail, "Patient id of the record that goes on")->required();
  command->callback([=, &settings, &exit_code] {
    auto request = Begin<cpb::MergePatientRequest>(*words, settings);
    request.set_into_patient_id(words->detail);
    exit_code = Send(settings, "merged", [&](auto& stub, auto& context, auto& response) {
      return stub.MergePatient(&context, request, &response);
    });
  });
}

void AddRequestCheckIn(CLI::App& app, const Settings& settings, int& exit_code) {
  auto words = std::make_shared<Words>();
  auto kinds = std::make_shared<std::vector<std::string>>();
  auto* command = AddWords(app, "request-check-in",
                           "Ask for a check-in now; it is missed like any other", *words);
  command->add_option("--what", *kinds,
                      "vital-signs, red-flags, sedation or an instrument; default: anything");
  command->add_option("--within", words->detail, "Until when: 2h; default 30m, at most 24h");
  command->callback([=, &settings, &exit_code] {
    auto request = Begin<cpb::RequestCheckInRequest>(*words, settings);
    for (const std::string& kind : *kinds) request.add_satisfied_by(kind);
    if (!words->detail.empty()) {
      absl::Duration within;
      if (!absl::ParseDuration(words->detail, &within) || within <= absl::ZeroDuration()) {
        std::cerr << "request-check-in: --within must be a duration such as 2h\n";
        exit_code = 2;
        return;
      }
      *request.mutable_within() = codec::ToProto(within);
    }
    exit_code = Send(settings, "asked", [&](auto& stub, auto& context, auto& response) {
      return stub.RequestCheckIn(&context, request, &response);
    });
  });
}

}  // namespace withdrawal::ctl
