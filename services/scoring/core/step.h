// The decision of scoring: what one input makes of a person's state. Pure: no clock, no I/O, the
// same arguments give the same answer.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/domain/check_in.h"
#include "libs/domain/engagement.h"
#include "libs/domain/field_error.h"
#include "libs/domain/instrument.h"
#include "services/scoring/core/state.h"

namespace withdrawal::scoring {

// The part of the catalogue scoring judges by. Outlives the calls.
struct Tables {
  const std::map<std::string, domain::Instrument>& instruments;
  const domain::News2& news2;
  const domain::RewardSchedule& rewards;
};

// A line of the ledger (EN-11).
struct Reward {
  std::string rule_id;
  int points = 0;
  int in_a_row = 0;
  int64_t balance = 0;

  bool operator==(const Reward&) const = default;
};

enum class Verdict {
  kAccepted,   // scored, or of a kind without a score
  kDuplicate,  // the same observation again: no effect at all
  kAmended,    // a higher revision of answers: scored, its total replaces the one known before
  // The same id and revision with another content, or an amendment that is about something else
  // (form, time, rater): the first stands, people are shown the conflict.
  kConflict,
  kUnusable,  // answers that no form allows; ingest lets none through
};

struct Outcome {
  Verdict verdict = Verdict::kAccepted;
  PatientState state;
  std::vector<domain::Score> scores;       // accepted and amended only
  std::optional<Reward> reward;            // accepted target behaviours only
  std::string care_plan_etag;              // of the plan in force when it was observed
  std::vector<domain::FieldError> errors;  // unusable only
};

// A repeat of a conflict is a duplicate: however often a client retries, people see it once. So is
// a revision that changes nothing, and one below what is known.
Outcome Step(PatientState state, const domain::CheckIn& check_in, Fingerprint fingerprint,
             const Tables& tables);

// From recorded_at on this version gives SpO2 scale, baselines and band schemes. What was scored
// before stays as it is. A version known by its etag is replaced.
PatientState Step(PatientState state, const domain::CarePlan& plan, domain::Instant recorded_at);

}  // namespace withdrawal::scoring
