#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/domain/scoring.h"

namespace withdrawal::domain {
namespace {

constexpr char kRoot[] = "instrument_response.";

// Only a text that looks like a code is repeated: a description holds no free text.
std::string Shown(const std::string& code) {
  const auto plain = [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '.';
  };
  if (code.empty() || code.size() > 40) return "this";
  return std::all_of(code.begin(), code.end(), plain) ? code : "this";
}

void CheckItem(const Instrument& instrument, const Answer& answer, const std::string& path,
               Rater rater, std::set<std::string>& seen, std::vector<FieldError>& errors) {
  const Item* item = instrument.FindItem(answer.code);
  if (item == nullptr) {
    errors.push_back({path + ".code", "UNKNOWN_ITEM",
                      absl::StrCat(Shown(answer.code), " is not an item code of ", instrument.id)});
    return;
  }
  if (item->observer && answer.value && rater == Rater::kPatient) {
    errors.push_back({path + ".code", "RATER_NOT_ALLOWED",
                      absl::StrCat(item->code, " is for somebody else to judge")});
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

void CheckForm(const Instrument& instrument, const std::string& form_id,
               std::vector<FieldError>& errors) {
  const std::string field = absl::StrCat(kRoot, "form_id");
  if (instrument.forms.empty() && form_id.empty()) return;
  std::vector<std::string> known;
  for (const Form& form : instrument.forms) {
    if (form.id == form_id) return;
    known.push_back(form.id);
  }
  if (known.empty()) {
    errors.push_back({field, "UNKNOWN_FORM", absl::StrCat(instrument.id, " has one form only")});
  } else {
    errors.push_back({field, form_id.empty() ? "FORM_REQUIRED" : "UNKNOWN_FORM",
                      absl::StrCat("one of ", absl::StrJoin(known, ", "))});
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

RawAnswers ToRaw(const InstrumentResponse& response) {
  RawAnswers raw{response.instrument, {}, response.resting_pulse_per_minute, response.form_id};
  for (const auto& [code, value] : response.items) raw.items.push_back({code, value});
  return raw;
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
    CheckItem(instrument, answers.items[i], absl::StrCat(kRoot, "items[", i, "]"), rater, seen,
              errors);
  }
  CheckForm(instrument, answers.form_id, errors);
  CheckMeasured(instrument, answers, errors);
  CheckAnyAnswer(answers, errors);
  return errors;
}

std::vector<FieldError> CheckAnswers(const Instrument& instrument,
                                     const InstrumentResponse& response, Rater rater) {
  return CheckAnswers(instrument, ToRaw(response), rater);
}

InstrumentResponse ToResponse(const RawAnswers& answers) {
  InstrumentResponse response{
      answers.instrument, {}, answers.resting_pulse_per_minute, answers.form_id};
  for (const Answer& answer : answers.items) {
    if (answer.value) response.items[answer.code] = *answer.value;
  }
  return response;
}

std::string BelongsTo(const std::map<std::string, Instrument>& instruments, const Instrument& named,
                      const std::vector<std::string>& codes) {
  const auto known_to = [&](const Instrument& instrument) {
    return std::count_if(codes.begin(), codes.end(), [&](const std::string& code) {
      return std::any_of(instrument.items.begin(), instrument.items.end(), [&](const Item& item) {
        return item.code == code || (!code.empty() && item.loinc == code);
      });
    });
  };
  const auto own = known_to(named);
  if (2 * own >= static_cast<std::ptrdiff_t>(codes.size())) return "";
  std::string best;
  auto most = static_cast<std::ptrdiff_t>(codes.size()) / 2;
  for (const auto& [id, instrument] : instruments) {
    const auto known = known_to(instrument);
    if (instrument.plug_in || known <= most) continue;  // q1, q2, ... are nobody's own
    most = known;
    best = id;
  }
  return best;
}

std::vector<FieldError> CheckAnswers(const std::map<std::string, Instrument>& instruments,
                                     const RawAnswers& answers, Rater rater) {
  const std::string field = absl::StrCat(kRoot, "instrument");
  const auto found = instruments.find(answers.instrument);
  if (found == instruments.end()) {
    return {{field, "UNKNOWN_INSTRUMENT", "not an instrument of the catalogue"}};
  }
  std::vector<std::string> codes;
  for (const Answer& answer : answers.items) codes.push_back(answer.code);
  const std::string other = BelongsTo(instruments, found->second, codes);
  if (!other.empty()) {
    return {{field, "WRONG_INSTRUMENT",
             absl::StrCat("the items are those of ", other, ", not of ", found->first)}};
  }
  return CheckAnswers(found->second, answers, rater);
}

std::vector<FieldError> CheckAnswers(const std::map<std::string, Instrument>& instruments,
                                     const InstrumentResponse& response, Rater rater) {
  return CheckAnswers(instruments, ToRaw(response), rater);
}

}  // namespace withdrawal::domain
