#include "services/ctl/engagement_words.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace withdrawal::ctl {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

absl::Status Invalid(const std::string& what, const std::string& text) {
  return absl::InvalidArgumentError(absl::StrCat(what, " \"", text, "\""));
}

absl::Status SetAmount(const std::string& text, events::v1::Quantity& amount) {
  const size_t digits = std::min(text.find_first_not_of("0123456789.+-"), text.size());
  double value = 0;
  if (!absl::SimpleAtod(text.substr(0, digits), &value)) return Invalid("not a number:", text);
  amount.set_value(value);
  amount.set_unit(std::string(absl::StripAsciiWhitespace(text.substr(digits))));
  return absl::OkStatus();
}

absl::Status SetField(const std::string& name, const std::string& text, Message& message) {
  const FieldDescriptor* field = message.GetDescriptor()->FindFieldByName(name);
  const auto* reflection = message.GetReflection();
  if (field == nullptr) return absl::InvalidArgumentError("no such field");
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    return SetAmount(
        text, static_cast<events::v1::Quantity&>(*reflection->MutableMessage(&message, field)));
  }
  if (field->is_repeated()) {
    for (const auto& tag : absl::StrSplit(text, '+', absl::SkipEmpty())) {
      reflection->AddString(&message, field, std::string(tag));
    }
  } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_BOOL) {
    bool value = false;
    if (!absl::SimpleAtob(text, &value)) return Invalid("neither true nor false:", text);
    reflection->SetBool(&message, field, value);
  } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_INT32) {
    int value = 0;
    if (!absl::SimpleAtoi(text, &value)) return Invalid("not a whole number:", text);
    reflection->SetInt32(&message, field, value);
  } else {
    reflection->SetString(&message, field, text);
  }
  return absl::OkStatus();
}

template <typename T>
absl::StatusOr<T> ParseFields(const std::string& text) {
  T message;
  for (const auto& part : absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(part, absl::MaxSplits('=', 1));
    const std::string name(absl::StripAsciiWhitespace(pair.first));
    const auto status =
        SetField(name, std::string(absl::StripAsciiWhitespace(pair.second)), message);
    if (!status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(name, ": ", status.message()));
    }
  }
  return message;
}

}  // namespace

absl::StatusOr<events::v1::LapseReport> ParseLapse(const std::string& text) {
  return ParseFields<events::v1::LapseReport>(text);
}

absl::StatusOr<events::v1::TriggerLog> ParseTriggers(const std::string& text) {
  return ParseFields<events::v1::TriggerLog>(text);
}

absl::StatusOr<events::v1::TargetBehaviour> ParseTargetBehaviour(const std::string& text) {
  return ParseFields<events::v1::TargetBehaviour>(text);
}

std::string LapseText(const events::v1::LapseReport& lapse) {
  std::string used = lapse.product().empty() ? lapse.substance_class() : lapse.product();
  if (lapse.has_amount()) {
    absl::StrAppend(&used, " ", lapse.amount().value(), " ", lapse.amount().unit());
  }
  std::vector<std::string> parts = {absl::StrCat("used ", used)};
  if (!lapse.route().empty()) parts.push_back(lapse.route());
  if (lapse.has_alone()) parts.push_back(lapse.alone() ? "alone" : "not alone");
  if (lapse.has_naloxone_present()) {
    parts.push_back(lapse.naloxone_present() ? "naloxone there" : "no naloxone");
  }
  if (lapse.has_intends_to_continue()) {
    parts.push_back(lapse.intends_to_continue() ? "may use again" : "has stopped");
  }
  if (lapse.has_use_days_in_last_7()) {
    parts.push_back(absl::StrCat(lapse.use_days_in_last_7(), " days of the last 7"));
  }
  return absl::StrJoin(parts, ", ");
}

std::string TriggersText(const events::v1::TriggerLog& log) {
  std::vector<std::string> parts;
  const auto level = [&](const char* name, bool known, int value) {
    if (known) parts.push_back(absl::StrCat(name, " ", value));
  };
  level("hungry", log.has_hungry(), log.hungry());
  level("angry", log.has_angry(), log.angry());
  level("lonely", log.has_lonely(), log.lonely());
  level("tired", log.has_tired(), log.tired());
  for (const auto* tags : {&log.people(), &log.places(), &log.things()}) {
    parts.insert(parts.end(), tags->begin(), tags->end());
  }
  if (log.coping_size() > 0) {
    parts.push_back(absl::StrCat("coped by ", absl::StrJoin(log.coping(), " and ")));
  }
  return absl::StrJoin(parts, ", ");
}

}  // namespace withdrawal::ctl
