// withdrawalctl plan show|history|diff|review|put|templates
#include <google/protobuf/util/json_util.h>

#include <iostream>
#include <memory>

#include "libs/catalogue/catalogue.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/plan_text.h"
#include "services/ctl/printable.h"

namespace withdrawal::ctl {
namespace {

struct Words {
  std::string patient;
  std::string file;
  std::string reason;
  std::string override_reason;
  bool json = false;
};

bool GetPlan(cpb::ClinicianService::Stub& stub, const std::string& patient, epb::CarePlan& plan) {
  cpb::GetPatientRequest request;
  request.set_patient_id(patient);
  cpb::PatientSummary summary;
  if (!Succeeds([&](auto& context) { return stub.GetPatient(&context, request, &summary); })) {
    return false;
  }
  if (!summary.has_care_plan()) {
    std::cerr << "plan: " << patient << " has no care plan\n";
    return false;
  }
  plan = summary.care_plan();
  return true;
}

int Show(const Settings& settings, const Words& words) {
  const auto stub = ConnectClinician(settings);
  epb::CarePlan plan;
  if (!GetPlan(*stub, words.patient, plan)) return 1;
  if (!words.json) {
    MakePrintable(plan);
    std::cout << PlanText(plan);
    return 0;
  }
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(plan, &text, options).ok()) return 1;
  std::cout << text;
  return 0;
}

// All versions, or the newest `versions_max`.
int History(const Settings& settings, const Words& words, size_t versions_max) {
  const auto stub = ConnectClinician(settings);
  cpb::GetCarePlanHistoryRequest request;
  request.set_patient_id(words.patient);
  request.set_page_size(static_cast<int>(std::min<size_t>(versions_max, 500)));
  std::vector<cpb::CarePlanVersion> versions;
  do {
    cpb::GetCarePlanHistoryResponse page;
    if (!Shows(page,
               [&](auto& context) { return stub->GetCarePlanHistory(&context, request, &page); })) {
      return 1;
    }
    versions.insert(versions.end(), page.versions().begin(), page.versions().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && versions.size() < versions_max);
  std::cout << HistoryText(versions);
  return 0;
}

bool ReadPlan(const std::string& file, epb::CarePlan& plan) {
  const auto text = ReadInput(file);
  if (!text.ok()) {
    std::cerr << "plan: " << Printable(text.status().message()) << '\n';
    return false;
  }
  const auto read = google::protobuf::util::JsonStringToMessage(*text, &plan);
  if (!read.ok()) std::cerr << "plan: " << file << ": not the JSON of a care plan\n";
  return read.ok();
}

int Review(const Settings& settings, const Words& words) {
  const auto stub = ConnectClinician(settings);
  cpb::ReviewCarePlanRequest request;
  if (!words.file.empty()) {
    if (!ReadPlan(words.file, *request.mutable_care_plan())) return 2;
  } else if (!GetPlan(*stub, words.patient, *request.mutable_care_plan())) {
    return 1;
  }
  cpb::ReviewCarePlanResponse response;
  if (!Shows(response,
             [&](auto& context) { return stub->ReviewCarePlan(&context, request, &response); })) {
    return 1;
  }
  std::cout << FindingsText(response.findings());
  return 0;
}

int Put(const Settings& settings, const Words& words) {
  cpb::PutCarePlanRequest request;
  if (!ReadPlan(words.file, *request.mutable_care_plan())) return 2;
  request.set_actor(settings.actor);
  request.set_reason(words.reason);
  request.set_override_reason(words.override_reason);
  const auto stub = ConnectClinician(settings);
  cpb::PutCarePlanResponse response;
  if (!Shows(response,
             [&](auto& context) { return stub->PutCarePlan(&context, request, &response); })) {
    return 1;
  }
  std::cout << "recorded, etag " << response.care_plan().etag() << '\n';
  if (response.findings_size() > 0) std::cout << FindingsText(response.findings());
  return 0;
}

int Templates(const Settings& settings) {
  const auto catalogue = catalogue::Load(settings.catalogue);
  if (!catalogue.ok()) {
    std::cerr << "plan: " << Printable(catalogue.status().message()) << '\n';
    return 1;
  }
  for (const auto& [id, one] : catalogue->templates) std::cout << id << "  " << one.title << '\n';
  return 0;
}

}  // namespace

void AddPlan(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("plan", "Care plans: show, history, diff, review, put");
  command->require_subcommand(1);
  auto words = std::make_shared<Words>();
  const auto add = [&](const char* name, const char* help, auto run) {
    auto* sub = command->add_subcommand(name, help);
    sub->callback([=, &settings, &exit_code] { exit_code = run(settings, *words); });
    return sub;
  };
  auto* show = add("show", "The plan as it stands", Show);
  show->add_option("patient", words->patient, "Opaque patient id")->required();
  show->add_flag("--json", words->json, "As JSON, to edit and put");
  add("history", "Every version: who, when, why and what it changed",
      [](const Settings& s, const Words& w) { return History(s, w, SIZE_MAX); })
      ->add_option("patient", words->patient, "Opaque patient id")
      ->required();
  add("diff", "What the newest version changed",
      [](const Settings& s, const Words& w) { return History(s, w, 1); })
      ->add_option("patient", words->patient, "Opaque patient id")
      ->required();
  auto* review = add("review", "What the rules say of the plan; nothing is kept", Review);
  auto* patient = review->add_option("patient", words->patient, "Opaque patient id");
  review->add_option("--json", words->file, "Of this plan instead: file, - or {...}")
      ->excludes(patient);
  auto* put = add("put", "Record a plan given as JSON", Put);
  put->add_option("plan", words->file, "File, - or {...}")->required();
  put->add_option("--reason", words->reason, "Why, kept with the plan")->required();
  put->add_option("--override-reason", words->override_reason,
                  "Why to record it although a finding blocks it");
  add("templates", "The templates of the catalogue",
      [](const Settings& s, const Words&) { return Templates(s); });
}

}  // namespace withdrawal::ctl
