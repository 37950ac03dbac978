// withdrawalctl rescore: what another catalogue would have made of what was recorded.
#include <iostream>
#include <memory>

#include "absl/time/clock.h"
#include "libs/codec/time.h"
#include "libs/kafka/read_topic.h"
#include "libs/kafka/topics.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/rescoring.h"

namespace withdrawal::ctl {
namespace {

constexpr char kName[] = "rescore";

struct Words {
  catalogue::Location candidate;
  std::string since = "7d";
  std::string known_since;
  std::vector<std::string> patients;
  int lines_max = 20;
};

// Adds the topic's records to the histories; what cannot be read is no part of them.
template <typename Message>
absl::Status Read(const Settings& settings, std::string_view topic, absl::Time since,
                  const std::vector<std::string>& patients,
                  std::map<std::string, History>& histories) {
  return kafka::ReadTopic(
      settings.kafka, std::string(topic), since, [&](const kafka::OwnedRecord& record) {
        const bool wanted = patients.empty() || std::find(patients.begin(), patients.end(),
                                                          record.key) != patients.end();
        Message message;
        if (wanted && !record.value.empty() && message.ParseFromString(record.value)) {
          histories[record.key].push_back({record.timestamp, std::move(message)});
        }
        return true;
      });
}

absl::StatusOr<std::map<std::string, History>> ReadHistories(const Settings& settings,
                                                             const Words& words, absl::Time since) {
  std::map<std::string, History> histories;
  absl::Status status = Read<events::v1::CarePlanRecorded>(
      settings, kafka::kCarePlansTopic, absl::InfinitePast(), words.patients, histories);
  if (status.ok()) {
    status = Read<events::v1::CheckInRecorded>(settings, kafka::kCheckInsTopic, since,
                                               words.patients, histories);
  }
  if (status.ok()) {
    status = Read<events::v1::AlertCommand>(settings, kafka::kAlertCommandsTopic, since,
                                            words.patients, histories);
  }
  if (!status.ok()) return status;
  for (auto& [patient, history] : histories) {
    std::stable_sort(history.begin(), history.end(),
                     [](const RecordedStep& a, const RecordedStep& b) { return a.at < b.at; });
  }
  return histories;
}

int Run(const Settings& settings, const Words& words) {
  const absl::Time now = absl::Now();
  const auto since = ParseMoment(words.since, now);
  if (!since.ok()) return Fail(kName, since.status());
  absl::StatusOr<absl::Time> known_since = *since - absl::Hours(24 * 14);
  if (!words.known_since.empty()) known_since = ParseMoment(words.known_since, now);
  if (!known_since.ok()) return Fail(kName, known_since.status());
  if (words.candidate.directory.empty() && words.candidate.overrides.empty()) {
    return Fail(kName,
                absl::InvalidArgumentError("name --candidate, --candidate-overrides or both"));
  }
  const auto before = catalogue::Load(settings.catalogue);
  if (!before.ok()) return Fail(kName, before.status());
  const auto after = catalogue::Load(words.candidate);
  if (!after.ok()) return Fail(kName, after.status());
  const auto histories = ReadHistories(settings, words, *known_since);
  if (!histories.ok()) return Fail(kName, histories.status());
  const auto judged = Judge(*before, *histories, *since, now);
  if (!judged.ok()) return Fail(kName, judged.status());
  const auto anew = Judge(*after, *histories, *since, now);
  if (!anew.ok()) return Fail(kName, anew.status());
  std::cout << histories->size() << " people since " << absl::FormatTime(*since) << "\ncatalogue "
            << before->version.version << ": " << judged->raised.size() << " alerts, "
            << judged->escalations << " escalations\ncatalogue " << after->version.version << ": "
            << anew->raised.size() << " alerts, " << anew->escalations << " escalations\n";
  if (judged->unusable > 0) std::cout << judged->unusable << " records are set aside by both\n";
  std::cout << DifferenceText(Compare(*judged, *anew), words.lines_max);
  return 0;
}

}  // namespace

void AddRescore(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand(
      "rescore", "What another catalogue would have alerted, of what was recorded; writes nothing");
  auto words = std::make_shared<Words>();
  command->add_option("--candidate", words->candidate.directory, "Folder; default built in");
  command->add_option("--candidate-overrides", words->candidate.overrides,
                      "Folder of changes to the candidate");
  command->add_option("--since", words->since, "RFC 3339 or how long ago")->capture_default_str();
  command->add_option("--known-since", words->known_since,
                      "From when on check-ins are read to know people; default 14 days before");
  command->add_option("--patient", words->patients, "Only these");
  command->add_option("--lines", words->lines_max, "Alerts named of each kind, at most")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str();
  command->callback([=, &settings, &exit_code] { exit_code = Run(settings, *words); });
}

}  // namespace withdrawal::ctl
