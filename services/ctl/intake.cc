#include "services/ctl/intake.h"

#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/codec/intake.h"
#include "services/ctl/arguments.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

using clinician::v1::RecordIntakeRequest;
using events::v1::SuitabilityVerdict;

std::string NameOf(events::v1::SuitabilityConsequence consequence) {
  switch (codec::FromProto(consequence)) {
    case domain::Consequence::kSuitable:
      return "suitable";
    case domain::Consequence::kCaution:
      return "caution";
    case domain::Consequence::kNotSuitable:
      return "not suitable";
  }
  return "";
}

std::string ConsentOf(const SuitabilityVerdict& verdict) {
  if (!verdict.has_transfer_consent()) return "not asked";
  return verdict.transfer_consent() ? "yes" : "no";
}

absl::StatusOr<events::v1::InputValue> ParseAnswer(const std::string& word,
                                                   const domain::assessment::Inputs& inputs) {
  const std::pair<std::string, std::string> pair = absl::StrSplit(word, absl::MaxSplits('=', 1));
  const std::string id(absl::StripAsciiWhitespace(pair.first));
  const std::string text(absl::StripAsciiWhitespace(pair.second));
  const auto input = inputs.find(id);
  if (input == inputs.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", word, "\": not INPUT=ANSWER, or the ", "catalogue has no such input"));
  }
  const auto value = domain::assessment::ParseValue(input->second, text);
  if (!value) {
    const bool number = input->second.type == domain::assessment::InputType::kNumber;
    return absl::InvalidArgumentError(
        absl::StrCat(id, ": must be ", number ? "a number" : "yes or no", ": \"", text, "\""));
  }
  return codec::ToProto(id, *value);
}

}  // namespace

std::vector<std::string> AnswersOfText(const std::string& text) {
  std::vector<std::string> answers;
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  for (const std::string& line : lines) {
    const std::string answer(absl::StripAsciiWhitespace(line.substr(0, line.find('#'))));
    if (!answer.empty()) answers.push_back(answer);
  }
  return answers;
}

absl::StatusOr<RecordIntakeRequest> BuildIntake(const IntakeWords& words,
                                                const domain::assessment::Inputs& inputs) {
  RecordIntakeRequest request;
  request.set_patient_id(words.patient_id);
  for (const std::string& word : words.programmes) {
    const auto programme = ParseProgramme(word);
    if (!programme.ok()) return programme.status();
    request.add_programmes(*programme);
  }
  std::map<std::string, events::v1::InputValue> answers;
  for (const std::string& word : words.answers) {
    auto answer = ParseAnswer(word, inputs);
    if (!answer.ok()) return answer.status();
    const std::string id = answer->input();
    answers[id] = *std::move(answer);
  }
  for (auto& [id, answer] : answers) *request.add_inputs() = std::move(answer);
  return request;
}

void KeepEarlier(const events::v1::IntakeRecorded& earlier, RecordIntakeRequest& request) {
  if (request.programmes().empty()) *request.mutable_programmes() = earlier.programmes();
  std::map<std::string, events::v1::InputValue> all;
  for (const auto& input : earlier.inputs()) all[input.input()] = input;
  for (const auto& input : request.inputs()) all[input.input()] = input;
  request.clear_inputs();
  for (auto& [id, input] : all) *request.add_inputs() = std::move(input);
}

std::string VerdictLine(const SuitabilityVerdict& verdict) {
  std::string line = NameOf(verdict.consequence());
  if (verdict.for_now()) absl::StrAppend(&line, " for now");
  if (!verdict.level().empty()) {
    absl::StrAppend(&line, ", level ", verdict.level(), " (fourth edition ",
                    verdict.level_fourth_edition(), ")");
  }
  return line;
}

std::string VerdictText(const SuitabilityVerdict& verdict) {
  std::string text = absl::StrCat("care at home: ", VerdictLine(verdict), "\n");
  if (!verdict.findings().empty()) {
    Table table({"RULE", "SAYS", "LEVEL", "WHY", "DO"});
    for (const auto& finding : verdict.findings()) {
      table.Add({finding.rule_id(), NameOf(finding.consequence()), finding.level(), finding.why(),
                 finding.task()});
    }
    absl::StrAppend(&text, "\n", table.Text());
  }
  if (!verdict.missing().empty()) {
    Table table({"TO ASK", "QUESTION"});
    for (const auto& missing : verdict.missing()) {
      table.Add({missing.input(), missing.question()});
    }
    absl::StrAppend(&text, "\nnot answered, a caution until it is:\n", table.Text());
  }
  absl::StrAppend(&text, "\nagreed in advance to a transfer: ", ConsentOf(verdict), "\ncatalogue ",
                  verdict.catalogue().version(), " ", verdict.catalogue().checksum().substr(0, 12),
                  "; rules not signed off by a clinician unless they say so\n");
  return text;
}

}  // namespace withdrawal::ctl
