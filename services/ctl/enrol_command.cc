// withdrawalctl enrol PATIENT ...
#include <iostream>
#include <memory>

#include "absl/strings/str_split.h"
#include "services/ctl/arguments.h"
#include "services/ctl/care_plan.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/plan_text.h"
#include "services/ctl/printable.h"

namespace withdrawal::ctl {
namespace {

// The plan filled in from the template; false after a refusal.
bool Propose(cpb::ClinicianService::Stub& stub, const std::string& plan_template,
             epb::CarePlan& plan) {
  cpb::ProposeCarePlanRequest request;
  request.set_template_id(plan_template);
  *request.mutable_care_plan() = plan;
  *request.mutable_start() = plan.monitoring_started_at();
  cpb::ProposeCarePlanResponse response;
  if (!Succeeds(
          [&](auto& context) { return stub.ProposeCarePlan(&context, request, &response); })) {
    return false;
  }
  plan = response.care_plan();
  return true;
}

}  // namespace

void AddEnrol(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("enrol", "Enrol a person or replace the care plan");
  auto words = std::make_shared<CarePlanWords>();
  auto reason = std::make_shared<std::string>("enrolled with withdrawalctl");
  command->add_option("patient", words->patient_id, "Opaque patient id")->required();
  auto plan_template = std::make_shared<std::string>();
  auto override_reason = std::make_shared<std::string>();
  auto* from_template =
      command->add_option("--template", *plan_template, "Schedule and therapy of `plan templates`");
  command->add_option("--programme", words->programmes, "alcohol, opioid, benzodiazepine, ...");
  command->add_option("--last-use", words->last_use,
                      "[CLASS=]RFC 3339 time, or how long ago (14h); once per substance");
  command->add_option("--check-in-every", words->every, "A check-in is due this often: 4h");
  command->add_option("--daily-at", words->daily_at, "Due at these local times: 08:00,20:00");
  command->add_option("--time-zone", words->time_zone, "IANA name, needed with --daily-at");
  command->add_option("--satisfied-by", words->satisfied_by,
                      "What counts: vital-signs, red-flags, sedation, an instrument; else all");
  command->add_option("--team", words->team, "Responsible team");
  command->add_option("--spo2-scale", words->spo2_scale, "NEWS2 SpO2 scale, 2 by decision only")
      ->check(CLI::IsMember({1, 2}));
  command->add_option("--baseline", words->baselines, "INSTRUMENT=TOTAL, once per instrument");
  command->add_option("--pregnant", words->pregnant, "true or false; default not known");
  command->add_option("--monitoring-from", words->monitoring_from, "When monitoring began");
  command->add_option("--reason", *reason, "Why, kept with the plan");
  command->add_option("--override-reason", *override_reason,
                      "Why to record it although a finding blocks it");
  command->callback([=, &settings, &exit_code] {
    if (words->programmes.empty() && from_template->count() == 0) {
      std::cerr << "enrol: needs --programme or --template\n";
      exit_code = 2;
      return;
    }
    const auto plan = BuildCarePlan(*words, absl::Now());
    if (!plan.ok()) {
      std::cerr << "enrol: " << Printable(plan.status().message()) << '\n';
      exit_code = 2;
      return;
    }
    const auto stub = ConnectClinician(settings);
    cpb::PutCarePlanRequest request;
    *request.mutable_care_plan() = *plan;
    if (!plan_template->empty() && !Propose(*stub, *plan_template, *request.mutable_care_plan())) {
      exit_code = 1;
      return;
    }
    request.set_actor(settings.actor);
    request.set_reason(*reason);
    request.set_override_reason(*override_reason);
    cpb::PutCarePlanResponse response;
    if (!Shows(response,
               [&](auto& context) { return stub->PutCarePlan(&context, request, &response); })) {
      exit_code = 1;
      return;
    }
    std::cout << "enrolled " << words->patient_id << ", etag " << response.care_plan().etag()
              << '\n';
    if (response.findings_size() > 0) std::cout << FindingsText(response.findings());
  });
}

}  // namespace withdrawal::ctl
