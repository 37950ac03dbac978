// withdrawalctl dead-letters list|show|retry: records no service could use.
#include <fstream>
#include <iostream>
#include <memory>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "libs/kafka/producer.h"
#include "libs/kafka/read_topic.h"
#include "libs/kafka/topics.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/dead_letters.h"

namespace withdrawal::ctl {
namespace {

constexpr char kName[] = "dead-letters";

constexpr absl::Duration kSendWait = absl::Seconds(10);

struct Words {
  std::string since;
  std::string reason;
  std::vector<std::string> ids;
  std::string value_file;
};

absl::StatusOr<std::vector<Letter>> Read(const Settings& settings, absl::Time since,
                                         const std::function<bool(const Letter&)>& wanted) {
  std::vector<Letter> letters;
  int unreadable = 0;
  const absl::Status status =
      kafka::ReadTopic(settings.kafka, std::string(kafka::kDeadLettersTopic), since,
                       [&](const kafka::OwnedRecord& record) {
                         Letter letter{{record.topic, record.partition, record.offset}, {}};
                         if (!letter.letter.ParseFromString(record.value)) {
                           ++unreadable;
                         } else if (wanted(letter)) {
                           letters.push_back(std::move(letter));
                         }
                         return true;
                       });
  if (!status.ok()) return status;
  if (unreadable > 0) std::cerr << unreadable << " records there are no dead letters\n";
  return letters;
}

// The letters named, in the order named.
absl::StatusOr<std::vector<Letter>> Find(const Settings& settings,
                                         const std::vector<std::string>& ids) {
  std::vector<kafka::Position> places;
  for (const std::string& id : ids) {
    const auto at = ParseLetterId(id);
    if (!at.ok()) return at.status();
    places.push_back(*at);
  }
  auto letters = Read(settings, absl::InfinitePast(), [&](const Letter& letter) {
    return std::find(places.begin(), places.end(), letter.at) != places.end();
  });
  if (!letters.ok()) return letters;
  for (const kafka::Position& place : places) {
    const bool found = std::any_of(letters->begin(), letters->end(),
                                   [&](const Letter& letter) { return letter.at == place; });
    if (!found) return absl::NotFoundError("no dead letter " + LetterId(place));
  }
  return letters;
}

int List(const Settings& settings, const Words& words) {
  absl::Time since = absl::InfinitePast();
  if (!words.since.empty()) {
    const auto moment = ParseMoment(words.since, absl::Now());
    if (!moment.ok()) return Fail(kName, moment.status());
    since = *moment;
  }
  const auto letters = Read(settings, since, [&](const Letter& letter) {
    return words.reason.empty() || letter.letter.reason() == words.reason;
  });
  if (!letters.ok()) return Fail(kName, letters.status());
  std::cout << LettersText(*letters);
  return 0;
}

int Show(const Settings& settings, const Words& words) {
  const auto letters = Find(settings, words.ids);
  if (!letters.ok()) return Fail(kName, letters.status());
  std::cout << LetterText(letters->front());
  if (words.value_file.empty()) return 0;
  std::ofstream file(words.value_file, std::ios::binary);
  file << letters->front().letter.value();
  if (!file.flush()) return Fail(kName, absl::UnknownError("cannot write " + words.value_file));
  return 0;
}

// Again under the ids it had: a service that knows them does nothing.
int Retry(const Settings& settings, const Words& words) {
  const auto letters = Find(settings, words.ids);
  if (!letters.ok()) return Fail(kName, letters.status());
  std::vector<stream::OutputRecord> records;
  for (const Letter& letter : *letters) {
    auto record = RecordOf(letter.letter);
    if (!record.ok()) return Fail(kName, record.status());
    records.push_back(*std::move(record));
  }
  auto producer = kafka::Producer::Create(settings.kafka);
  if (!producer.ok()) return Fail(kName, producer.status());
  for (size_t i = 0; i < records.size(); ++i) {
    absl::Status known = (*producer)->AwaitTopics({records[i].topic}, kSendWait);
    if (!known.ok()) return Fail(kName, known);
    absl::StatusOr<kafka::Position> stored = absl::UnavailableError("no answer");
    absl::Notification answered;
    (*producer)->Send(std::move(records[i]), [&](absl::StatusOr<kafka::Position> position) {
      stored = std::move(position);
      answered.Notify();
    });
    answered.WaitForNotification();
    if (!stored.ok()) return Fail(kName, stored.status());
    std::cout << LetterId((*letters)[i].at) << " is in " << stored->topic << ' '
              << stored->partition << ':' << stored->offset << " again\n";
  }
  return 0;
}

}  // namespace

void AddDeadLetters(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("dead-letters", "Records no service could use");
  command->require_subcommand(1);
  auto words = std::make_shared<Words>();
  auto* list = command->add_subcommand("list", "One line each");
  list->add_option("--since", words->since, "RFC 3339, or how long ago; default all that are kept");
  list->add_option("--reason", words->reason, "Only of that reason");
  list->callback([=, &settings, &exit_code] { exit_code = List(settings, *words); });
  auto* show = command->add_subcommand("show", "All of one");
  show->add_option("letter", words->ids, "As listed, e.g. 3:17")->required()->expected(1);
  show->add_option("--value-to", words->value_file, "Also write the value's bytes to this file");
  show->callback([=, &settings, &exit_code] { exit_code = Show(settings, *words); });
  auto* retry = command->add_subcommand("retry", "Send them to their topics again, as they came");
  retry->add_option("letters", words->ids, "As listed, e.g. 3:17 4:2")->required();
  retry->callback([=, &settings, &exit_code] { exit_code = Retry(settings, *words); });
}

}  // namespace withdrawal::ctl
