// The arithmetic of every instrument: pure functions of catalogue data and answers. Used by ingest
// (checks), scoring (totals) and withdrawalctl (the offline calculator), so all three agree.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/domain/check_in.h"
#include "libs/domain/field_error.h"
#include "libs/domain/instrument.h"
#include "libs/domain/score.h"

namespace withdrawal::domain {

// Answers as a client sent them, in order, before they are known to be sound.
struct Answer {
  std::string code;
  std::optional<int> value;  // absent = not answered
};
struct RawAnswers {
  std::string instrument;
  std::vector<Answer> items;
  std::optional<int> resting_pulse_per_minute;
  std::string form_id = {};
};

// Everything wrong with the answers; empty = sound (possibly incomplete, which is no error).
// Reasons: WRONG_INSTRUMENT, RATER_NOT_ALLOWED, UNKNOWN_ITEM, DUPLICATE_ITEM, VALUE_NOT_ALLOWED,
// MEASUREMENT_NOT_ALLOWED (a resting pulse for an instrument without one, out of 20..250, or beside
// the item it stands for), NO_ANSWERS, UNKNOWN_FORM, FORM_REQUIRED. Fields start with
// "instrument_response."; the rater's is "rater".
std::vector<FieldError> CheckAnswers(const Instrument& instrument, const RawAnswers& answers,
                                     Rater rater);
// The same for stored answers; indices count the items in order of their codes.
std::vector<FieldError> CheckAnswers(const Instrument& instrument,
                                     const InstrumentResponse& response, Rater rater);

// REQUIRES: CheckAnswers(...) is empty. Unanswered items are left out.
InstrumentResponse ToResponse(const RawAnswers& answers);

// The same for a catalogue of instruments by id. UNKNOWN_INSTRUMENT when there is none of that
// name, and WRONG_INSTRUMENT alone when the codes are mostly those of another one (case C22).
std::vector<FieldError> CheckAnswers(const std::map<std::string, Instrument>& instruments,
                                     const RawAnswers& answers, Rater rater);
std::vector<FieldError> CheckAnswers(const std::map<std::string, Instrument>& instruments,
                                     const InstrumentResponse& response, Rater rater);

// The instrument that most of these codes belong to, when they do not belong to `named`; else
// empty. A code is an item code or a LOINC code.
std::string BelongsTo(const std::map<std::string, Instrument>& instruments, const Instrument& named,
                      const std::vector<std::string>& codes);

// Total and band when every item is there, or few enough are missing for an instrument that is
// prorated. Otherwise the partial sum, the missing items and the band the partial sum already
// reaches: totals only grow (reference A.0, case C26). Subscales and category likewise.
// `scheme_id` empty = the instrument's default. REQUIRES: the answers are sound, the scheme exists.
// Changes against earlier totals are not its business (services/scoring/core).
Score ScoreAnswers(const Instrument& instrument, const InstrumentResponse& response,
                   std::string_view scheme_id = "");

}  // namespace withdrawal::domain
