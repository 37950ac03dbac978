// withdrawalctl statistics TEAM
#include <iostream>
#include <memory>
#include <string>

#include "libs/codec/time.h"
#include "services/ctl/alert_text.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/printable.h"

namespace withdrawal::ctl {
namespace {

struct Words {
  std::string team;
  std::string since;
  std::string until;
};

int Run(const Settings& settings, const Words& words) {
  const absl::Time now = absl::Now();
  cpb::GetAlarmStatisticsRequest request;
  request.set_team(words.team);
  for (const auto& [text, field] :
       {std::pair(&words.since, &cpb::GetAlarmStatisticsRequest::mutable_since),
        std::pair(&words.until, &cpb::GetAlarmStatisticsRequest::mutable_until)}) {
    if (text->empty()) continue;
    const auto at = ParseMoment(*text, now);
    if (!at.ok()) {
      std::cerr << "statistics: " << Printable(at.status().message()) << '\n';
      return 2;
    }
    *(request.*field)() = codec::ToProto(*at);
  }
  const auto stub = ConnectClinician(settings);
  cpb::AlarmStatistics statistics;
  if (!Shows(statistics, [&](auto& context) {
        return stub->GetAlarmStatistics(&context, request, &statistics);
      })) {
    return 1;
  }
  std::cout << AlarmStatisticsText(statistics);
  return 0;
}

}  // namespace

void AddStatistics(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("statistics", "How good the alarms of a team are");
  auto words = std::make_shared<Words>();
  command->add_option("team", words->team, "Whose alarms")->required();
  command->add_option("--since", words->since, "RFC 3339 or how long ago; default 7 days before");
  command->add_option("--until", words->until, "RFC 3339 or how long ago; default now");
  command->callback([=, &settings, &exit_code] { exit_code = Run(settings, *words); });
}

}  // namespace withdrawal::ctl
