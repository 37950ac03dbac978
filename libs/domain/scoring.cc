#include "libs/domain/scoring.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace withdrawal::domain {
namespace {

constexpr char kRoot[] = "instrument_response.";

void CheckItem(const Instrument& instrument, const Answer& answer, const std::string& path,
               std::set<std::string>& seen, std::vector<FieldError>& errors) {
  const Item* item = instrument.FindItem(answer.code);
  if (item == nullptr) {
    errors.push_back(
        {path + ".code", "UNKNOWN_ITEM", absl::StrCat("not an item code of ", instrument.id)});
    return;
  }
  if (!seen.insert(answer.code).second) {
    errors.push_back({path + ".code", "DUPLICATE_ITEM",
                      absl::StrCat(item->code, " is answered more than once")});
  }
  if (answer.value && !item->Allows(*answer.value)) {
    errors.push_back({path + ".value", "VALUE_NOT_ALLOWED",
                      absl::StrCat(item->code, " cannot be ", *answer.value,
                                   "; allowed: ", absl::StrJoin(item->allowed, ", "))});
  }
}

void CheckMeasured(const Instrument& instrument, const RawAnswers& answers,
                   std::vector<FieldError>& errors) {
  if (!answers.resting_pulse_per_minute) return;
  const std::string field = absl::StrCat(kRoot, "resting_pulse_per_minute");
  if (!instrument.measured) {
    errors.push_back(
        {field, "MEASUREMENT_NOT_ALLOWED", absl::StrCat(instrument.id, " has no measured item")});
    return;
  }
  const MeasuredItem& measured = *instrument.measured;
  const int value = *answers.resting_pulse_per_minute;
  if (value < measured.from || value > measured.to) {
    errors.push_back({field, "MEASUREMENT_NOT_ALLOWED",
                      absl::StrCat("must be ", measured.from, " to ", measured.to)});
  }
  for (const Answer& answer : answers.items) {
    if (answer.code == measured.item && answer.value) {
      errors.push_back(
          {field, "MEASUREMENT_NOT_ALLOWED",
           absl::StrCat("given beside item ", measured.item, ": send one of the two")});
    }
  }
}

void CheckAnyAnswer(const RawAnswers& answers, std::vector<FieldError>& errors) {
  if (answers.resting_pulse_per_minute) return;
  for (const Answer& answer : answers.items) {
    if (answer.value) return;
  }
  errors.push_back({absl::StrCat(kRoot, "items"), "NO_ANSWERS", "no item is answered"});
}

void CheckRater(const Instrument& instrument, Rater rater, std::vector<FieldError>& errors) {
  if (rater == Rater::kDevice) {
    errors.push_back({"rater", "RATER_NOT_ALLOWED", "a device rates no instrument"});
  } else if (instrument.rater == RaterRule::kClinician && !IsClinician(rater)) {
    errors.push_back({"rater", "RATER_NOT_ALLOWED",
                      absl::StrCat(instrument.id, " needs a clinician, by video or in person")});
  }
}

// Points per item in the instrument's order; absent where not answered.
std::vector<std::optional<int>> PointsOf(const Instrument& instrument,
                                         const InstrumentResponse& response) {
  std::vector<std::optional<int>> points;
  for (const Item& item : instrument.items) {
    const auto answered = response.items.find(item.code);
    const bool measured = instrument.measured && instrument.measured->item == item.code &&
                          response.resting_pulse_per_minute.has_value();
    if (measured) {
      points.push_back(instrument.measured->PointsFor(*response.resting_pulse_per_minute));
    } else if (answered != response.items.end()) {
      points.push_back(answered->second);
    } else {
      points.push_back(std::nullopt);
    }
  }
  return points;
}

}  // namespace

std::vector<FieldError> CheckAnswers(const Instrument& instrument, const RawAnswers& answers,
                                     Rater rater) {
  std::vector<FieldError> errors;
  if (answers.instrument != instrument.id) {
    errors.push_back({absl::StrCat(kRoot, "instrument"), "WRONG_INSTRUMENT",
                      absl::StrCat("these answers are not for ", instrument.id)});
    return errors;
  }
  CheckRater(instrument, rater, errors);
  std::set<std::string> seen;
  for (size_t i = 0; i < answers.items.size(); ++i) {
    CheckItem(instrument, answers.items[i], absl::StrCat(kRoot, "items[", i, "]"), seen, errors);
  }
  CheckMeasured(instrument, answers, errors);
  CheckAnyAnswer(answers, errors);
  return errors;
}

std::vector<FieldError> CheckAnswers(const Instrument& instrument,
                                     const InstrumentResponse& response, Rater rater) {
  RawAnswers raw{response.instrument, {}, response.resting_pulse_per_minute};
  for (const auto& [code, value] : response.items) raw.items.push_back({code, value});
  return CheckAnswers(instrument, raw, rater);
}

InstrumentResponse ToResponse(const RawAnswers& answers) {
  InstrumentResponse response{answers.instrument, {}, answers.resting_pulse_per_minute};
  for (const Answer& answer : answers.items) {
    if (answer.value) response.items[answer.code] = *answer.value;
  }
  return response;
}

Score ScoreAnswers(const Instrument& instrument, const InstrumentResponse& response,
                   std::string_view scheme_id) {
  const BandScheme& scheme =
      scheme_id.empty() ? instrument.scheme() : *instrument.FindScheme(scheme_id);
  Score score;
  score.instrument = instrument.id;
  score.scheme = scheme.id;
  score.total_max = instrument.total_max();
  const auto points = PointsOf(instrument, response);
  for (size_t i = 0; i < points.size(); ++i) {
    const std::string& code = instrument.items[i].code;
    if (!points[i]) {
      score.missing_items.push_back(code);
      continue;
    }
    score.items.push_back({code, *points[i], std::nullopt});
    score.partial_sum += *points[i];
  }
  const Band* band = FindBand(scheme, score.partial_sum);
  if (score.missing_items.empty()) {
    score.total = score.partial_sum;
    score.band = band->id;
  } else if (band != &scheme.bands.front()) {
    score.band_at_least = band->id;
  }
  return score;
}

}  // namespace withdrawal::domain
