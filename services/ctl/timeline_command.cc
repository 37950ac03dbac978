// withdrawalctl timeline PATIENT
#include <iostream>
#include <memory>

#include "libs/codec/time.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/printable.h"
#include "services/ctl/timeline.h"

namespace withdrawal::ctl {
namespace {

struct Words {
  std::string patient;
  std::string since;
  int entries_max = 200;
};

int Run(const Settings& settings, const Words& words) {
  cpb::GetTimelineRequest request;
  request.set_patient_id(words.patient);
  request.set_page_size(std::min(words.entries_max, 500));
  if (!words.since.empty()) {
    const auto since = ParseMoment(words.since, absl::Now());
    if (!since.ok()) {
      std::cerr << "timeline: --since: " << Printable(since.status().message()) << '\n';
      return 2;
    }
    *request.mutable_since() = codec::ToProto(*since);
  }
  const auto stub = ConnectClinician(settings);
  std::vector<cpb::TimelineEntry> entries;
  do {
    cpb::GetTimelineResponse page;
    if (!Shows(page, [&](auto& context) { return stub->GetTimeline(&context, request, &page); })) {
      return 1;
    }
    entries.insert(entries.end(), page.entries().begin(), page.entries().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() &&
           entries.size() < static_cast<size_t>(words.entries_max));
  std::cout << TimelineText(entries);
  return 0;
}

}  // namespace

void AddTimeline(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command =
      app.add_subcommand("timeline", "Check-ins, scores and alerts of a person, oldest first");
  auto words = std::make_shared<Words>();
  command->add_option("patient", words->patient, "Patient id")->required();
  command->add_option("--since", words->since, "RFC 3339 time, or how long ago: 24h");
  command->add_option("--max", words->entries_max, "Newest entries to show")
      ->check(CLI::Range(1, 10000));
  command->callback([=, &settings, &exit_code] { exit_code = Run(settings, *words); });
}

}  // namespace withdrawal::ctl
