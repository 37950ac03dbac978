// Answers as JSON text, read strictly: a value of the wrong type, an unknown or a repeated key is
// an error that names the key; null means "not answered". Keys are item codes or their aliases in
// the catalogue ("q1", "pulse_bpm", "rr"). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/domain/news2.h"
#include "libs/domain/scoring.h"
#include "libs/domain/vital.h"

namespace withdrawal::ctl {

struct ParsedAnswers {
  domain::RawAnswers answers;
  std::vector<std::string> keys;  // as written, one per answers.items
  // The code of every answer that has one, else the key as written.
  std::vector<std::string> all_keys;
  std::string measured_key;         // as written, when a measurement was given
  std::optional<int> stated_total;  // "total": what a form or a paper says; never our total
  std::vector<domain::FieldError> errors;
};
// Errors: NOT_JSON, NOT_AN_OBJECT, REPEATED_KEY, UNKNOWN_ITEM, WRONG_TYPE, OUT_OF_RANGE.
ParsedAnswers ParseAnswers(const domain::Instrument& instrument, const std::string& json);

struct ParsedVitals {
  std::vector<domain::RawReading> readings;  // canonical units
  domain::VitalSigns others;                 // all but the readings
  domain::Spo2Scale spo2_scale = domain::Spo2Scale::kScale1;
  std::optional<int> stated_total;  // "total"
  std::vector<domain::FieldError> errors;
};
// {"rr":20,"spo2":95,"spo2_scale":1,"on_oxygen":false,"sbp":111,"hr":78,"temp_c":37.0,
//  "consciousness":"A"}; also the codes of VitalSigns, "rass" and "at_rest".
// And LOINC codes: two codes of one reading with the same number are one reading (case C37).
ParsedVitals ParseVitalsJson(const domain::News2& news2, const domain::VitalDefinitions& vitals,
                             const std::string& json);

// Puts the key as written where an error names an item by its index.
void NameKeys(const ParsedAnswers& parsed, std::vector<domain::FieldError>& errors);

}  // namespace withdrawal::ctl
