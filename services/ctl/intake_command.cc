// withdrawalctl intake PATIENT --set INPUT=ANSWER ...
#include <iostream>
#include <memory>

#include "libs/catalogue/catalogue.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/intake.h"
#include "services/ctl/printable.h"

namespace withdrawal::ctl {
namespace {

struct Words {
  IntakeWords intake;
  std::string file;
  std::string reason = "recorded with withdrawalctl";
  bool dry_run = false;
  bool update = false;
};

absl::StatusOr<cpb::RecordIntakeRequest> BuildRequest(const Settings& settings,
                                                      const Words& words) {
  const auto catalogue = catalogue::Load(settings.catalogue);
  if (!catalogue.ok()) return catalogue.status();
  IntakeWords all = words.intake;
  if (!words.file.empty()) {
    const auto text = ReadInput(words.file);
    if (!text.ok()) return text.status();
    all.answers = AnswersOfText(*text);
    all.answers.insert(all.answers.end(), words.intake.answers.begin(), words.intake.answers.end());
  }
  auto request = BuildIntake(all, catalogue->intake.inputs);
  if (!request.ok()) return request;
  request->set_actor(settings.actor);
  request->set_reason(words.reason);
  request->set_request_id(words.dry_run ? "" : RandomId());
  request->set_dry_run(words.dry_run);
  return request;
}

int Run(const Settings& settings, const Words& words) {
  auto request = BuildRequest(settings, words);
  if (!request.ok()) {
    std::cerr << "intake: " << Printable(request.status().message()) << '\n';
    return 2;
  }
  const auto stub = ConnectClinician(settings);
  if (words.update) {
    cpb::GetIntakeRequest get;
    get.set_patient_id(words.intake.patient_id);
    epb::IntakeRecorded earlier;
    if (!Succeeds([&](auto& context) { return stub->GetIntake(&context, get, &earlier); })) {
      return 1;
    }
    KeepEarlier(earlier, *request);
  }
  cpb::RecordIntakeResponse response;
  if (!Shows(response,
             [&](auto& context) { return stub->RecordIntake(&context, *request, &response); })) {
    return 1;
  }
  std::cout << VerdictText(response.intake().verdict())
            << (words.dry_run ? "dry run: nothing recorded\n"
                              : "recorded, intake " + response.intake().intake_id() + "\n");
  return 0;
}

}  // namespace

void AddIntake(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command =
      app.add_subcommand("intake", "Record the answers of an intake; says if home is suitable");
  auto words = std::make_shared<Words>();
  command->add_option("patient", words->intake.patient_id, "Opaque patient id")->required();
  command->add_option("--programme", words->intake.programmes,
                      "alcohol, opioid, ...; default those of the care plan");
  command->add_option("--set", words->intake.answers, "INPUT=yes|no|NUMBER|CHOICE, once per input");
  command->add_option("--file", words->file, "INPUT=ANSWER lines; - for stdin; --set wins");
  command->add_flag("--update", words->update,
                    "Keep what the newest intake says and this does not");
  command->add_flag("--dry-run", words->dry_run, "Only judge, record nothing");
  command->add_option("--reason", words->reason, "Why, kept with the intake");
  command->callback([=, &settings, &exit_code] { exit_code = Run(settings, *words); });
}

}  // namespace withdrawal::ctl
