// withdrawalctl outcomes PROGRAMME
#include <iostream>
#include <memory>
#include <string>

#include "libs/codec/time.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/outcomes_text.h"
#include "services/ctl/printable.h"

namespace withdrawal::ctl {
namespace {

struct Words {
  std::string programme;
  std::string team;
  std::string since;
  std::string until;
};

int Run(const Settings& settings, const Words& words) {
  const absl::Time now = absl::Now();
  cpb::GetOutcomesRequest request;
  const auto programme = ParseProgramme(words.programme);
  if (!programme.ok()) {
    std::cerr << "outcomes: " << Printable(programme.status().message()) << '\n';
    return 2;
  }
  request.set_programme(*programme);
  request.set_team(words.team);
  for (const auto& [text, field] :
       {std::pair(&words.since, &cpb::GetOutcomesRequest::mutable_since),
        std::pair(&words.until, &cpb::GetOutcomesRequest::mutable_until)}) {
    if (text->empty()) continue;
    const auto at = ParseMoment(*text, now);
    if (!at.ok()) {
      std::cerr << "outcomes: " << Printable(at.status().message()) << '\n';
      return 2;
    }
    *(request.*field)() = codec::ToProto(*at);
  }
  const auto stub = ConnectClinician(settings);
  cpb::Outcomes outcomes;
  if (!Shows(outcomes,
             [&](auto& context) { return stub->GetOutcomes(&context, request, &outcomes); })) {
    return 1;
  }
  std::cout << OutcomesText(outcomes);
  return 0;
}

}  // namespace

void AddOutcomes(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("outcomes", "What became of the people of a programme");
  auto words = std::make_shared<Words>();
  command->add_option("programme", words->programme, "alcohol, opioid, ...")->required();
  command->add_option("--team", words->team, "Only this team's");
  command->add_option("--since", words->since, "RFC 3339 or how long ago; default 90 days before");
  command->add_option("--until", words->until, "RFC 3339 or how long ago; default now");
  command->callback([=, &settings, &exit_code] { exit_code = Run(settings, *words); });
}

}  // namespace withdrawal::ctl
