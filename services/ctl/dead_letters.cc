#include "services/ctl/dead_letters.h"

#include <algorithm>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"
#include "google/protobuf/message.h"
#include "google/protobuf/util/json_util.h"
#include "libs/codec/time.h"
#include "libs/kafka/headers.h"
#include "libs/kafka/topics.h"
#include "services/ctl/printable.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

using events::v1::DeadLetter;

constexpr size_t kHexBytesMax = 512;
constexpr std::string_view kInputs[] = {kafka::kCheckInsTopic,      kafka::kCarePlansTopic,
                                        kafka::kScoresTopic,        kafka::kAlertsTopic,
                                        kafka::kAlertCommandsTopic, kafka::kIntakesTopic};

std::string HeaderOf(const DeadLetter& letter, std::string_view name) {
  for (const auto& header : letter.headers()) {
    if (header.name() == name) return header.value();
  }
  return {};
}

// Empty when the type is unknown or the value is no such message.
std::string JsonOf(const DeadLetter& letter) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMessageTypeByName(
          HeaderOf(letter, kafka::kEventType));
  if (descriptor == nullptr) return {};
  const std::unique_ptr<google::protobuf::Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(descriptor)->New());
  if (!message->ParseFromString(letter.value())) return {};
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(*message, &json, options);
  return status.ok() ? json : std::string();
}

std::string From(const DeadLetter& letter) {
  return absl::StrCat(Printable(letter.topic()), " ", letter.partition(), ":", letter.offset());
}

}  // namespace

std::string LetterId(const kafka::Position& at) {
  return absl::StrCat(at.partition, ":", at.offset);
}

absl::StatusOr<kafka::Position> ParseLetterId(const std::string& text) {
  kafka::Position at{std::string(kafka::kDeadLettersTopic), 0, 0};
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[0], &at.partition) ||
      !absl::SimpleAtoi(parts[1], &at.offset) || at.partition < 0 || at.offset < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", Printable(text), "\" is no dead letter; one is named like 3:17"));
  }
  return at;
}

std::string LettersText(const std::vector<Letter>& letters) {
  Table table({"LETTER", "SET ASIDE", "BY", "FROM", "REASON", "DESCRIPTION"});
  for (const auto& [at, letter] : letters) {
    table.Add({LetterId(at), LocalTimeText(codec::FromProto(letter.set_aside_at())),
               Printable(letter.service()), From(letter), Printable(letter.reason()),
               Printable(letter.description())});
  }
  return table.Text();
}

std::string LetterText(const Letter& one) {
  const DeadLetter& letter = one.letter;
  std::string text =
      absl::StrCat("letter       ", LetterId(one.at), "\nset aside    ",
                   LocalTimeText(codec::FromProto(letter.set_aside_at())), " by ",
                   Printable(letter.service()), "\nfrom         ", From(letter), "\nkey          ",
                   Printable(letter.key()), "\nreason       ", Printable(letter.reason()),
                   "\ndescription  ", Printable(letter.description()), "\n");
  for (const auto& header : letter.headers()) {
    absl::StrAppend(&text, "header       ", Printable(header.name()), ": ",
                    Printable(header.value()), "\n");
  }
  absl::StrAppend(&text, "value        ", letter.value().size(), " bytes\n");
  if (const std::string json = JsonOf(letter); !json.empty()) return absl::StrCat(text, json);
  const size_t shown = std::min(letter.value().size(), kHexBytesMax);
  absl::StrAppend(&text, absl::BytesToHexString(letter.value().substr(0, shown)));
  if (shown < letter.value().size()) absl::StrAppend(&text, "...");
  return absl::StrCat(text, "\n");
}

absl::StatusOr<stream::OutputRecord> RecordOf(const DeadLetter& letter) {
  if (std::find(std::begin(kInputs), std::end(kInputs), letter.topic()) == std::end(kInputs)) {
    return absl::FailedPreconditionError(absl::StrCat("it came from \"", Printable(letter.topic()),
                                                      "\", which is no topic of the services"));
  }
  stream::OutputRecord record{letter.topic(), letter.key(), letter.value(), {}};
  for (const auto& header : letter.headers()) {
    record.headers.push_back({header.name(), header.value()});
  }
  return record;
}

}  // namespace withdrawal::ctl
