// The decision of scoring: what one input makes of a person's state. Pure: no clock, no I/O, the
// same arguments give the same answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libs/domain/check_in.h"
#include "libs/domain/field_error.h"
#include "libs/domain/instrument.h"
#include "services/scoring/core/state.h"

namespace withdrawal::scoring {

// The part of the catalogue scoring judges by. Outlives the calls.
struct Tables {
  const std::map<std::string, domain::Instrument>& instruments;
  const domain::News2& news2;
};

enum class Verdict {
  kAccepted,   // scored, or of a kind without a score
  kDuplicate,  // the same observation again: no effect at all
  kConflict,   // the same id with another content: the first stands, people are shown the conflict
  kUnusable,   // answers that no form allows; ingest lets none through
};

struct Outcome {
  Verdict verdict = Verdict::kAccepted;
  PatientState state;
  std::vector<domain::Score> scores;       // accepted only
  std::vector<domain::FieldError> errors;  // unusable only
};

// A repeat of a conflict is a duplicate: however often a client retries, people see it once.
Outcome Step(PatientState state, const domain::CheckIn& check_in, Fingerprint fingerprint,
             const Tables& tables);

// The plan gives the SpO2 scale and the baselines from now on.
PatientState Step(PatientState state, const domain::CarePlan& plan);

// The plan was deleted: back to scale 1 and no baselines. What was seen stays known.
PatientState ForgetCarePlan(PatientState state);

}  // namespace withdrawal::scoring
