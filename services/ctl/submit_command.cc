// withdrawalctl submit PATIENT: one check-in.
#include <iostream>
#include <memory>
#include <vector>

#include "libs/catalogue/catalogue.h"
#include "libs/codec/time.h"
#include "services/ctl/arguments.h"
#include "services/ctl/check_in_words.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/printable.h"

namespace withdrawal::ctl {
namespace {

bool IsWorthRetrying(grpc::StatusCode code) {
  return code == grpc::StatusCode::UNAVAILABLE || code == grpc::StatusCode::DEADLINE_EXCEEDED ||
         code == grpc::StatusCode::RESOURCE_EXHAUSTED;
}

int Run(const Settings& settings, CheckInWords words) {
  const auto catalogue = catalogue::Load(settings.catalogue);
  if (!catalogue.ok()) {
    std::cerr << "submit: " << Printable(catalogue.status().message()) << '\n';
    return 1;
  }
  if (words.check_in_id.empty()) words.check_in_id = RandomId();
  ipb::SubmitCheckInRequest request;
  const auto check_in = BuildCheckIn(*catalogue, words, absl::Now());
  if (!check_in.ok()) {
    std::cerr << "submit: " << Printable(check_in.status().message()) << '\n';
    return check_in.status().code() == absl::StatusCode::kInvalidArgument ? 2 : 1;
  }
  *request.mutable_check_in() = *check_in;
  const auto stub = ConnectIngest(settings);
  ipb::SubmitCheckInResponse response;
  const std::string observed_at = absl::FormatTime(
      absl::RFC3339_full, codec::FromProto(check_in->observed_at()), absl::UTCTimeZone());
  grpc::ClientContext context;
  SetDeadline(context);
  const grpc::Status status = stub->SubmitCheckIn(&context, request, &response);
  if (!status.ok()) {
    PrintRefusal(status, std::cerr);
    if (IsWorthRetrying(status.error_code())) {
      std::cerr << "nothing is known to be stored; the same again: --id " << words.check_in_id
                << " --observed-at " << observed_at << '\n';
    }
    return 1;
  }
  MakePrintable(response);
  std::cout << "stored " << response.check_in_id() << ", observed at " << observed_at
            << (response.duplicate() ? " (already known)" : "") << '\n';
  for (const auto& reading : response.set_aside()) {
    std::cout << "  set aside " << reading.field() << ' ' << reading.original().value() << ' '
              << reading.original().unit() << ": " << reading.reason() << ", "
              << reading.description() << '\n';
  }
  return 0;
}

}  // namespace

void AddSubmit(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("submit", "Submit one check-in");
  auto words = std::make_shared<CheckInWords>();
  command->add_option("patient", words->patient_id, "Opaque patient id")->required();
  auto* kinds = command->add_option_group("kind", "What is reported; exactly one");
  kinds->add_option("--instrument", words->instrument, "Answers to it come with --json");
  kinds->add_option("--vitals", words->vitals,
                    "pulse=112,temperature=98.6[degF],on_oxygen=false,consciousness=alert");
  kinds->add_option("--red-flag", words->red_flags, "seizure, new-confusion, ...; may repeat");
  kinds->add_option("--dose", words->dose, "PRODUCT:AMOUNT[:ROUTE], PRODUCT:missed");
  kinds->add_option("--craving", words->craving, "0 to 10");
  kinds->add_option("--lapse", words->lapse,
                    "substance_class=alcohol,amount=4 drinks,alone=yes,naloxone_present=no");
  kinds->add_option("--trigger", words->triggers,
                    "hungry=0,lonely=3,people=friend,places=pub+station,coping=walk");
  kinds->add_option("--target-behaviour", words->target_behaviour,
                    "behaviour=negative-test,met=yes; of contingency management");
  kinds->require_option(1);
  command->add_option("--json", words->json, "File, - for stdin, or the object itself");
  command->add_option("--vomiting-hours", words->vomiting_hours, "With --red-flag");
  command->add_option("--substance", words->substance, "With --craving: of what");
  command->add_flag("--intends-to-use", words->intends_to_use, "With --craving");
  command->add_option("--rater", words->rater,
                      "patient, support_person, clinician_video, clinician_in_person, device; "
                      "default a clinician when the instrument needs one, else the patient");
  command->add_option("--observed-at", words->observed_at,
                      "RFC 3339, how long ago, or a date when only the day is known; default now");
  command->add_option("--started-at", words->started_at, "When filling in began");
  command->add_option("--revision", words->revision,
                      "Above 0: corrected answers under the --id they were sent with before");
  command->add_option("--id", words->check_in_id, "Check-in id; default a fresh one");
  command->callback([=, &settings, &exit_code] { exit_code = Run(settings, *words); });
}

}  // namespace withdrawal::ctl
