// withdrawalctl patients
#include <iostream>
#include <map>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/printable.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

const std::map<std::string, cpb::PatientOrder> kOrders = {
    {"", cpb::PATIENT_ORDER_UNSPECIFIED},
    {"risk", cpb::PATIENT_ORDER_RISK},
    {"staleness", cpb::PATIENT_ORDER_STALENESS},
    {"next-due", cpb::PATIENT_ORDER_NEXT_DUE}};

struct Words {
  std::string team;
  std::string programme;
  std::string priority;
  std::string order;
  std::string substance;
};

// When something is due: "in 2h05m", "overdue 30m", "-".
std::string DueText(const cpb::PatientSummary& patient, absl::Time now) {
  if (!patient.has_next_due_at()) return "-";
  const absl::Duration ahead = codec::FromProto(patient.next_due_at()) - now;
  return ahead < absl::ZeroDuration() ? absl::StrCat("overdue ", Age(-ahead))
                                      : absl::StrCat("in ", Age(ahead));
}

// "CIWA-Ar 22 severe (5m)", "NEWS2 >=3 incomplete (2h05m, stale)"
std::string ScoreText(const cpb::LatestScore& latest, absl::Time now) {
  const auto& score = latest.score();
  const std::string age = Age(now - codec::FromProto(latest.observed_at()));
  const std::string value = score.has_total()
                                ? absl::StrCat(score.total(), " ", score.band())
                                : absl::StrCat(">=", score.partial_sum(), " incomplete");
  return absl::StrCat(score.instrument(), " ", value, " (", age, latest.stale() ? ", stale" : "",
                      ")");
}

int Run(const Settings& settings, const Words& words) {
  cpb::ListPatientsRequest request;
  request.set_page_size(500);
  request.set_team(words.team);
  const auto programme =
      words.programme.empty() ? epb::PROGRAMME_UNSPECIFIED : ParseProgramme(words.programme);
  const auto priority =
      words.priority.empty() ? epb::PRIORITY_UNSPECIFIED : ParsePriority(words.priority);
  if (!programme.ok() || !priority.ok()) {
    const auto& status = programme.ok() ? priority.status() : programme.status();
    std::cerr << "patients: " << Printable(status.message()) << '\n';
    return 2;
  }
  request.set_programme(*programme);
  request.set_priority_at_least(*priority);
  request.set_order_by(kOrders.at(words.order));
  request.set_substance_class(words.substance);
  const auto stub = ConnectClinician(settings);
  Table table(
      {"HIGHEST", "PATIENT", "OPEN", "UNACK", "WAITING", "LAST CHECK-IN", "NEXT DUE", "SCORES"});
  const absl::Time now = absl::Now();
  do {
    cpb::ListPatientsResponse page;
    if (!Shows(page, [&](auto& context) { return stub->ListPatients(&context, request, &page); })) {
      return 1;
    }
    for (const auto& patient : page.patients()) {
      std::string scores;
      for (const auto& latest : patient.latest_scores()) {
        absl::StrAppend(&scores, scores.empty() ? "" : ", ", ScoreText(latest, now));
      }
      table.Add(
          {PriorityName(patient.highest_open_priority()), patient.patient_id(),
           std::to_string(patient.open_alerts()), std::to_string(patient.unacknowledged_alerts()),
           patient.has_oldest_unacknowledged_at()
               ? Age(now - codec::FromProto(patient.oldest_unacknowledged_at()))
               : "",
           patient.has_last_check_in_at() ? Age(now - codec::FromProto(patient.last_check_in_at()))
                                          : "never",
           DueText(patient, now), scores});
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  std::cout << table.Text();
  return 0;
}

}  // namespace

void AddPatients(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("patients", "The worklist: who needs attention first");
  auto words = std::make_shared<Words>();
  command->add_option("--team", words->team, "Only this team's");
  command->add_option("--programme", words->programme, "Only this programme");
  command->add_option("--priority-at-least", words->priority, "routine, urgent or emergency");
  command
      ->add_option("--order", words->order,
                   "risk (default), staleness (longest without a check-in first) or next-due")
      ->check(CLI::IsMember({"risk", "staleness", "next-due"}));
  command->add_option("--substance", words->substance, "Only this class: alcohol, fentanyl");
  command->callback([=, &settings, &exit_code] { exit_code = Run(settings, *words); });
}

}  // namespace withdrawal::ctl
