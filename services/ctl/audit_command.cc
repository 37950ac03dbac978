// withdrawalctl audit list|export|verify: who saw or did what of whose data.
#include <functional>
#include <iostream>
#include <memory>

#include "absl/time/clock.h"
#include "libs/codec/time.h"
#include "libs/kafka/topics.h"
#include "services/ctl/arguments.h"
#include "services/ctl/audit_trail.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/printable.h"

namespace withdrawal::ctl {
namespace {

constexpr char kName[] = "audit";

struct Words {
  std::string patient;
  std::string subject;
  std::string since;
  std::string until;
  int events_max = 200;
  std::string database_url = "host=127.0.0.1 port=15432 user=postgres dbname=withdrawal";
  std::string topic{kafka::kAuditTopic};
};

absl::StatusOr<cpb::ListAuditEventsRequest> BuildRequest(const Words& words) {
  cpb::ListAuditEventsRequest request;
  request.set_patient_id(words.patient);
  request.set_subject(words.subject);
  for (const auto& [text, until] : {std::pair(words.since, false), std::pair(words.until, true)}) {
    if (text.empty()) continue;
    const auto moment = ParseMoment(text, absl::Now());
    if (!moment.ok()) return moment.status();
    *(until ? request.mutable_until() : request.mutable_since()) = codec::ToProto(*moment);
  }
  return request;
}

// Page by page, newest first; `take` returns false to end.
int ForEachPage(const Settings& settings, const Words& words,
                const std::function<bool(cpb::ListAuditEventsResponse&)>& take) {
  auto request = BuildRequest(words);
  if (!request.ok()) return Fail(kName, request.status());
  request->set_page_size(500);
  const auto stub = ConnectPrivacy(settings);
  do {
    cpb::ListAuditEventsResponse page;
    if (!Succeeds(
            [&](auto& context) { return stub->ListAuditEvents(&context, *request, &page); })) {
      return 1;
    }
    request->set_page_token(page.next_page_token());
    if (!take(page)) return 0;
  } while (!request->page_token().empty());
  return 0;
}

int List(const Settings& settings, const Words& words) {
  std::vector<epb::AuditEvent> events;
  const auto most = static_cast<size_t>(words.events_max);
  const int failed = ForEachPage(settings, words, [&](cpb::ListAuditEventsResponse& page) {
    MakePrintable(page);
    for (const auto& event : page.events()) {
      if (events.size() < most) events.push_back(event);
    }
    return events.size() < most;
  });
  if (failed == 0) std::cout << AuditText(events);
  return failed;
}

int Export(const Settings& settings, const Words& words) {
  return ForEachPage(settings, words, [](cpb::ListAuditEventsResponse& page) {
    for (const auto& event : page.events()) std::cout << AuditJson(event) << '\n';
    return static_cast<bool>(std::cout);
  });
}

int Verify(const Settings& settings, const Words& words) {
  TrailPlaces places{.kafka = settings.kafka,
                     .topic = words.topic,
                     .database_url = words.database_url};
  if (!words.since.empty()) {
    const auto since = ParseMoment(words.since, absl::Now());
    if (!since.ok()) return Fail(kName, since.status());
    places.since = *since;
  }
  const auto trail = ReadTrail(places);
  if (!trail.ok()) {
    // A failure to read is no proof of anything.
    std::cerr << "audit: not verified: " << Printable(trail.status().message()) << '\n';
    return 1;
  }
  const Verdict verdict = Judge(*trail, words.since.empty());
  for (const std::string& line : verdict.lines) std::cout << line << '\n';
  return verdict.sound ? 0 : 1;
}

void AddFilters(CLI::App& command, Words& words) {
  command.add_option("--patient", words.patient, "Only about this person");
  command.add_option("--subject", words.subject, "Only by this caller");
  command.add_option("--since", words.since, "RFC 3339, or how long ago");
  command.add_option("--until", words.until, "RFC 3339, or how long ago");
}

}  // namespace

void AddAudit(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("audit", "Who saw or did what of whose data");
  command->require_subcommand(1);
  auto words = std::make_shared<Words>();
  auto* list = command->add_subcommand("list", "One line each, newest first");
  AddFilters(*list, *words);
  list->add_option("--max", words->events_max, "Newest events to show")
      ->check(CLI::Range(1, 100000));
  list->callback([=, &settings, &exit_code] { exit_code = List(settings, *words); });
  auto* all = command->add_subcommand("export", "All as JSON lines, newest first");
  AddFilters(*all, *words);
  all->callback([=, &settings, &exit_code] { exit_code = Export(settings, *words); });
  auto* verify = command->add_subcommand(
      "verify", "Whether topic and table agree and nothing was altered; exit code 1 if not");
  verify->add_option("--since", words->since,
                     "RFC 3339, or how long ago: only what happened since; default all");
  verify->add_option("--database-url", words->database_url, "PostgreSQL connection string or URI")
      ->envname("WITHDRAWAL_DATABASE_URL");
  verify->add_option("--topic", words->topic, "The audit topic");
  verify->callback([=, &settings, &exit_code] { exit_code = Verify(settings, *words); });
}

}  // namespace withdrawal::ctl
