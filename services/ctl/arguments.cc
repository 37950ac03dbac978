#include "services/ctl/arguments.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <sstream>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "libs/codec/check_in.h"
#include "libs/domain/units.h"

namespace withdrawal::ctl {
namespace {

constexpr double kDaysAgoMax = 36'500;

using events::v1::DoseEvent;
using events::v1::Quantity;
using events::v1::VitalSigns;

absl::Status Invalid(const std::string& what, const std::string& text) {
  return absl::InvalidArgumentError(absl::StrCat(what, " \"", text, "\""));
}

// Splits "98.6[degF]" into the number and the unit behind it.
absl::StatusOr<std::pair<double, std::string>> ParseQuantity(const std::string& text) {
  const size_t digits = std::min(text.find_first_not_of("0123456789.+-"), text.size());
  double value = 0;
  if (!absl::SimpleAtod(text.substr(0, digits), &value)) return Invalid("not a number:", text);
  return std::pair(value, std::string(absl::StripAsciiWhitespace(text.substr(digits))));
}

std::vector<std::string> Parts(const std::string& text) {
  return absl::StrSplit(text, ',', absl::SkipWhitespace());
}

absl::StatusOr<bool> ParseBool(const std::string& text) {
  if (text == "true" || text == "yes") return true;
  if (text == "false" || text == "no") return false;
  return Invalid("neither true nor false:", text);
}

template <typename Enum>
absl::StatusOr<Enum> ParseEnum(const std::string& prefix, const std::string& text,
                               bool (*parse)(google::protobuf::ConstStringParam, Enum*)) {
  const std::string name = absl::StrReplaceAll(absl::AsciiStrToUpper(text), {{"-", "_"}});
  Enum value{};
  if (!parse(absl::StrCat(prefix, name), &value) || static_cast<int>(value) == 0) {
    return Invalid("unknown word", text);
  }
  return value;
}

absl::Status SetVital(const std::string& name, const std::string& text, VitalSigns& vitals) {
  if (name == "on_oxygen" || name == "at_rest") {
    const auto flag = ParseBool(text);
    if (!flag.ok()) return flag.status();
    name == "on_oxygen" ? vitals.set_on_oxygen(*flag) : vitals.set_at_rest(*flag);
    return absl::OkStatus();
  }
  if (name == "consciousness") {
    const auto value = ParseConsciousness(text);
    if (!value.ok()) return value.status();
    vitals.set_consciousness(*value);
    return absl::OkStatus();
  }
  if (name == "rass") {
    int value = 0;
    if (!absl::SimpleAtoi(text, &value)) return Invalid("not a whole number:", text);
    vitals.set_rass(value);
    return absl::OkStatus();
  }
  const auto quantity = ParseQuantity(text);
  if (!quantity.ok()) return quantity.status();
  return SetReading(name, quantity->first, quantity->second, vitals);
}

}  // namespace

absl::StatusOr<absl::Time> ParseMoment(const std::string& text, absl::Time now) {
  absl::Time at;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, std::string(text), &at, &error)) return at;
  // "2d" besides what absl reads; days are of 24 h.
  double days = 0;
  if (absl::EndsWith(text, "d") && absl::SimpleAtod(text.substr(0, text.size() - 1), &days) &&
      days >= 0 && days <= kDaysAgoMax) {
    return now - days * absl::Hours(24);
  }
  absl::Duration ago;
  if (absl::ParseDuration(std::string(text), &ago) && ago >= absl::ZeroDuration()) {
    return now - ago;
  }
  return Invalid("neither an RFC 3339 time with offset nor a time ago such as 14h:", text);
}

absl::StatusOr<ObservedMoment> ParseObserved(const std::string& text, absl::Time now) {
  absl::Time at;
  std::string error;
  if (text.size() == std::string_view("2026-03-04").size() &&
      absl::ParseTime("%Y-%m-%d", text, absl::LocalTimeZone(), &at, &error)) {
    return ObservedMoment{at, true};
  }
  const auto moment = ParseMoment(text, now);
  if (!moment.ok()) return moment.status();
  return ObservedMoment{*moment, false};
}

absl::Status SetReading(const std::string& code, double value, const std::string& unit,
                        VitalSigns& vitals) {
  const auto vital = domain::VitalFromCode(code);
  if (!vital) return absl::NotFoundError(absl::StrCat("no such vital sign: \"", code, "\""));
  Quantity* reading = codec::MutableReading(&vitals, *vital);
  reading->set_value(value);
  reading->set_unit(unit.empty() ? std::string(domain::CanonicalUnit(*vital)) : unit);
  return absl::OkStatus();
}

absl::StatusOr<VitalSigns> ParseVitals(const std::string& text) {
  VitalSigns vitals;
  for (const std::string& part : Parts(text)) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(part, absl::MaxSplits('=', 1));
    const auto status = SetVital(std::string(absl::StripAsciiWhitespace(pair.first)),
                                 std::string(absl::StripAsciiWhitespace(pair.second)), vitals);
    if (!status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(pair.first, ": ", status.message()));
    }
  }
  return vitals;
}

absl::StatusOr<events::v1::RedFlag> ParseRedFlag(const std::string& text) {
  return ParseEnum("RED_FLAG_", text, &events::v1::RedFlag_Parse);
}

absl::StatusOr<events::v1::Rater> ParseRater(const std::string& text) {
  return ParseEnum("RATER_", text, &events::v1::Rater_Parse);
}

absl::StatusOr<events::v1::Programme> ParseProgramme(const std::string& text) {
  return ParseEnum("PROGRAMME_", text, &events::v1::Programme_Parse);
}

absl::StatusOr<events::v1::Priority> ParsePriority(const std::string& text) {
  return ParseEnum("PRIORITY_", text, &events::v1::Priority_Parse);
}

absl::StatusOr<events::v1::Consciousness> ParseConsciousness(const std::string& text) {
  return ParseEnum("CONSCIOUSNESS_", text, &events::v1::Consciousness_Parse);
}

absl::StatusOr<DoseEvent> ParseDose(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, ':');
  if (parts.size() < 2 || parts.size() > 3 || parts[0].empty()) {
    return Invalid("not PRODUCT:AMOUNT[:ROUTE] or PRODUCT:OUTCOME:", text);
  }
  DoseEvent dose;
  dose.set_product(parts[0]);
  if (parts.size() == 3) dose.set_route(parts[2]);
  const auto outcome = ParseEnum("DOSE_OUTCOME_", parts[1], &events::v1::DoseOutcome_Parse);
  if (outcome.ok()) {
    dose.set_outcome(*outcome);
    return dose;
  }
  const auto amount = ParseQuantity(parts[1]);
  if (!amount.ok()) return amount.status();
  dose.set_outcome(events::v1::DOSE_OUTCOME_TAKEN);
  dose.mutable_amount()->set_value(amount->first);
  dose.mutable_amount()->set_unit(amount->second);
  return dose;
}

absl::Status ParseDailyAt(const std::string& text, events::v1::ScheduleEntry& entry) {
  for (const std::string& part : Parts(text)) {
    const std::vector<std::string> numbers = absl::StrSplit(part, ':');
    int hour = -1;
    int minute = -1;
    if (numbers.size() != 2 || !absl::SimpleAtoi(numbers[0], &hour) ||
        !absl::SimpleAtoi(numbers[1], &minute) || hour < 0 || hour > 23 || minute < 0 ||
        minute > 59) {
      return Invalid("not a time of day such as 08:00:", part);
    }
    auto* local = entry.add_daily_at();
    local->set_hour(hour);
    local->set_minute(minute);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadInput(const std::string& argument) {
  if (argument.starts_with("{")) return argument;
  const auto all = [](std::istream& in) {
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  if (argument == "-") return all(std::cin);
  std::ifstream file(argument, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", argument));
  return all(file);
}

std::string RandomId() {
  std::random_device random;
  return absl::StrFormat("%08x%08x%08x%08x", random(), random(), random(), random());
}

}  // namespace withdrawal::ctl
