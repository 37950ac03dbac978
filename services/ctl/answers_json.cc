#include "services/ctl/answers_json.h"

#include <limits>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/domain/units.h"
#include "nlohmann/json.hpp"

namespace withdrawal::ctl {
namespace {

using domain::FieldError;
using Json = nlohmann::ordered_json;

// The members in order; empty with an error when it is not one flat object with distinct keys.
Json ParseObject(const std::string& text, std::vector<FieldError>& errors) {
  std::set<std::string> keys;
  const auto on_event = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::key && depth == 1 &&
        !keys.insert(parsed.get<std::string>()).second) {
      errors.push_back({parsed.get<std::string>(), "REPEATED_KEY", "the key stands twice"});
    }
    return true;
  };
  const Json object = Json::parse(text, on_event, /*allow_exceptions=*/false);
  if (object.is_discarded()) {
    errors.push_back({"", "NOT_JSON", "the text is not JSON"});
  } else if (!object.is_object()) {
    errors.push_back({"", "NOT_AN_OBJECT", "expected an object of item and value"});
  }
  return object.is_object() ? object : Json::object();
}

FieldError WrongType(const std::string& key, const std::string& wanted, const Json& value) {
  std::string got = value.type_name();
  // A short text is shown, so that an answer code of another version is seen for what it is.
  if (value.is_string() && value.get_ref<const std::string&>().size() <= 40) {
    absl::StrAppend(&got, " \"", value.get_ref<const std::string&>(), "\"");
  }
  return {key, "WRONG_TYPE", absl::StrCat("expected ", wanted, ", got a ", got)};
}

// A whole number of int's range; anything else is an error.
std::optional<int> ReadInt(const std::string& key, const Json& value,
                           std::vector<FieldError>& errors) {
  if (!value.is_number_integer()) {
    errors.push_back(WrongType(key, "a whole number", value));
    return std::nullopt;
  }
  constexpr int64_t kMax = std::numeric_limits<int>::max();
  const bool huge = value.is_number_unsigned() ? value.get<uint64_t>() > uint64_t{kMax}
                                               : value.get<int64_t>() < -kMax;
  if (huge) {
    errors.push_back({key, "OUT_OF_RANGE", "the number is too large"});
    return std::nullopt;
  }
  return value.get<int>();
}

std::optional<bool> ReadBool(const std::string& key, const Json& value,
                             std::vector<FieldError>& errors) {
  if (value.is_boolean()) return value.get<bool>();
  errors.push_back(WrongType(key, "true or false", value));
  return std::nullopt;
}

std::optional<domain::Consciousness> ReadConsciousness(const std::string& key, const Json& value,
                                                       std::vector<FieldError>& errors) {
  if (!value.is_string()) {
    errors.push_back(WrongType(key, "one of A, C, V, P, U", value));
    return std::nullopt;
  }
  constexpr std::pair<std::string_view, std::string_view> kWords[] = {
      {"A", "alert"}, {"C", "confusion"}, {"V", "voice"}, {"P", "pain"}, {"U", "unresponsive"}};
  const auto text = value.get<std::string>();
  for (size_t i = 0; i < std::size(kWords); ++i) {
    if (text == kWords[i].first || text == kWords[i].second) {
      return static_cast<domain::Consciousness>(i);
    }
  }
  errors.push_back({key, "VALUE_NOT_ALLOWED", "expected one of A, C, V, P, U"});
  return std::nullopt;
}

// The code of the reading a key stands for; the key itself when it is none of ours.
std::string VitalKey(const domain::News2& news2, const domain::VitalDefinitions& vitals,
                     const std::string& key) {
  const auto alias = news2.aliases.find(key);
  if (alias != news2.aliases.end()) return alias->second;
  for (const auto& [vital, definition] : vitals) {
    for (const std::string& loinc : definition.loinc) {
      if (loinc == key) return std::string(domain::VitalCode(vital));
    }
  }
  return key;
}

void ReadVital(const std::string& code, const std::string& key, const Json& value,
               ParsedVitals& parsed) {
  if (code == "spo2_scale") {
    const auto scale = ReadInt(key, value, parsed.errors);
    if (scale && *scale != 1 && *scale != 2) {
      parsed.errors.push_back({key, "VALUE_NOT_ALLOWED", "the scale is 1 or 2"});
    } else if (scale) {
      parsed.spo2_scale = static_cast<domain::Spo2Scale>(*scale);
    }
  } else if (code == "on_oxygen" || code == "oxygen") {
    parsed.others.on_oxygen = ReadBool(key, value, parsed.errors);
  } else if (code == "at_rest") {
    parsed.others.at_rest = ReadBool(key, value, parsed.errors);
  } else if (code == "total") {
    parsed.stated_total = ReadInt(key, value, parsed.errors);
  } else if (code == "rass") {
    parsed.others.rass = ReadInt(key, value, parsed.errors);
  } else if (code == "consciousness") {
    parsed.others.consciousness = ReadConsciousness(key, value, parsed.errors);
  } else if (const auto vital = domain::VitalFromCode(code)) {
    if (!value.is_number()) {
      parsed.errors.push_back(WrongType(key, "a number", value));
    } else {
      parsed.readings.push_back(
          {*vital, value.get<double>(), std::string(domain::CanonicalUnit(*vital))});
    }
  } else {
    parsed.errors.push_back({key, "UNKNOWN_ITEM", "not a vital sign"});
  }
}

}  // namespace

ParsedAnswers ParseAnswers(const domain::Instrument& instrument, const std::string& json) {
  ParsedAnswers parsed;
  parsed.answers.instrument = instrument.id;
  const Json object = ParseObject(json, parsed.errors);
  for (const auto& [key, value] : object.items()) {
    if (key == "total") {
      parsed.stated_total = ReadInt(key, value, parsed.errors);
      continue;
    }
    if (!instrument.printed_score_key.empty() && key == instrument.printed_score_key) {
      if (value != Json(true)) {
        parsed.errors.push_back({key, "NOT_A_SCORE_VALUE",
                                 "send the score values printed on the form; nothing is reversed"});
      }
      continue;
    }
    if (!instrument.forms.empty() && key == "form_id" && value.is_string()) {
      parsed.answers.form_id = value.get<std::string>();
      continue;
    }
    const std::string code = domain::ResolveKey(instrument, key);
    parsed.all_keys.push_back(code.empty() ? key : code);
    if (code.empty()) {
      parsed.errors.push_back(
          {key, "UNKNOWN_ITEM", absl::StrCat(instrument.id, " has no such item")});
      continue;
    }
    std::optional<int> number;
    if (!value.is_null()) {
      number = ReadInt(key, value, parsed.errors);
      if (!number) continue;
    }
    if (instrument.measured && code == instrument.measured->field) {
      parsed.answers.resting_pulse_per_minute = number;
      parsed.measured_key = key;
    } else {
      parsed.answers.items.push_back({code, number});
      parsed.keys.push_back(key);
    }
  }
  return parsed;
}

ParsedVitals ParseVitalsJson(const domain::News2& news2, const domain::VitalDefinitions& vitals,
                             const std::string& json) {
  ParsedVitals parsed;
  std::map<domain::Vital, double> seen;
  const Json object = ParseObject(json, parsed.errors);
  for (const auto& [key, value] : object.items()) {
    if (value.is_null()) continue;
    const size_t before = parsed.readings.size();
    ReadVital(VitalKey(news2, vitals, key), key, value, parsed);
    if (parsed.readings.size() == before) continue;
    const domain::RawReading& read = parsed.readings.back();
    const auto [known, added] = seen.emplace(read.vital, read.value);
    if (added) continue;
    if (known->second != read.value) {
      parsed.errors.push_back({key, "REPEATED_KEY", "the reading stands twice"});
    }
    parsed.readings.pop_back();
  }
  return parsed;
}

void NameKeys(const ParsedAnswers& parsed, std::vector<FieldError>& errors) {
  for (FieldError& error : errors) {
    for (size_t i = 0; i < parsed.keys.size(); ++i) {
      const std::string path = absl::StrCat("instrument_response.items[", i, "]");
      if (error.field == path || error.field.starts_with(absl::StrCat(path, "."))) {
        error.field = parsed.keys[i];
        break;
      }
    }
    if (error.field == "instrument_response.resting_pulse_per_minute") {
      error.field = parsed.measured_key;
    }
  }
}

}  // namespace withdrawal::ctl
