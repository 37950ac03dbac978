// The arithmetic of every instrument: pure functions of catalogue data and answers. Used by ingest
// (checks), scoring (totals) and withdrawalctl (the offline calculator), so all three agree.
#pragma once

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
};

// Everything wrong with the answers; empty = sound (possibly incomplete, which is no error).
// Reasons: WRONG_INSTRUMENT, RATER_NOT_ALLOWED, UNKNOWN_ITEM, DUPLICATE_ITEM, VALUE_NOT_ALLOWED,
// MEASUREMENT_NOT_ALLOWED (a resting pulse for an instrument without one, out of 20..250, or beside
// the item it stands for), NO_ANSWERS. Fields start with "instrument_response."; the rater's is
// "rater".
std::vector<FieldError> CheckAnswers(const Instrument& instrument, const RawAnswers& answers,
                                     Rater rater);
// The same for stored answers; indices count the items in order of their codes.
std::vector<FieldError> CheckAnswers(const Instrument& instrument,
                                     const InstrumentResponse& response, Rater rater);

// REQUIRES: CheckAnswers(...) is empty. Unanswered items are left out.
InstrumentResponse ToResponse(const RawAnswers& answers);

// Total and band when every item is there. Otherwise the partial sum, the missing items and the
// band the partial sum already reaches: no prorating, totals only grow (reference A.0, case C26).
// `scheme_id` empty = the instrument's default. REQUIRES: the answers are sound, the scheme exists.
// Changes against earlier totals are not its business (services/scoring/core).
Score ScoreAnswers(const Instrument& instrument, const InstrumentResponse& response,
                   std::string_view scheme_id = "");

}  // namespace withdrawal::domain
