#include "services/scoring/core/step.h"

#include <algorithm>
#include <utility>

#include "libs/domain/scoring.h"
#include "services/scoring/core/history.h"
#include "services/scoring/core/last_vitals.h"

namespace withdrawal::scoring {
namespace {

using domain::CheckIn;
using domain::FieldError;
using domain::Instant;
using domain::InstrumentResponse;
using domain::VitalSigns;

uint32_t HourOf(Instant instant) {
  const int64_t hours = absl::ToUnixSeconds(instant) / 3600;
  return static_cast<uint32_t>(std::clamp<int64_t>(hours, 0, UINT32_MAX));
}

// The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every input bit reaches every output
// bit.
uint64_t Mix(uint64_t bits) {
  bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9u;
  bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EBu;
  return bits ^ (bits >> 31);
}

// A conflict is remembered beside the check-in it conflicts with, under a key of its own.
uint64_t ConflictKey(Fingerprint fingerprint) {
  return Mix(fingerprint.id + Mix(fingerprint.content + uint64_t{0x9E3779B97F4A7C15u}));
}

void ForgetOld(PatientState& state, Instant received_at) {
  const uint32_t oldest_hour = HourOf(received_at - kSeenFor);
  std::erase_if(state.seen,
                [&](const auto& entry) { return entry.second.observed_hour < oldest_hour; });
  while (state.seen.size() > kSeenMax) {
    state.seen.erase(
        std::min_element(state.seen.begin(), state.seen.end(), [](const auto& a, const auto& b) {
          return a.second.observed_hour < b.second.observed_hour;
        }));
  }
}

Verdict Recognise(PatientState& state, const CheckIn& check_in, Fingerprint fingerprint) {
  const Seen entry{fingerprint.content, HourOf(check_in.observed_at),
                   static_cast<uint32_t>(check_in.revision), fingerprint.subject};
  const auto [known, added] = state.seen.try_emplace(fingerprint.id, entry);
  if (added) return Verdict::kAccepted;
  if (known->second.content == fingerprint.content) return Verdict::kDuplicate;
  if (entry.revision < known->second.revision) return Verdict::kDuplicate;
  const bool same_subject =
      known->second.subject == 0 || known->second.subject == fingerprint.subject;
  if (entry.revision > known->second.revision && same_subject &&
      std::holds_alternative<InstrumentResponse>(check_in.kind)) {
    known->second = entry;
    return Verdict::kAmended;
  }
  const bool new_conflict = state.seen.try_emplace(ConflictKey(fingerprint), entry).second;
  return new_conflict ? Verdict::kConflict : Verdict::kDuplicate;
}

std::vector<FieldError> Check(const CheckIn& check_in, const Tables& tables) {
  if (const auto* target = std::get_if<domain::TargetBehaviour>(&check_in.kind)) {
    if (tables.rewards.behaviours.contains(target->behaviour)) return {};
    return {{"target_behaviour.behaviour", "UNKNOWN_VALUE", "not in the catalogue"}};
  }
  const auto* response = std::get_if<InstrumentResponse>(&check_in.kind);
  if (response == nullptr) return {};
  return CheckAnswers(tables.instruments, *response, check_in.rater);
}

// The scheme chosen in the plan in force, when the catalogue has it; else empty.
std::string SchemeFor(const PlanVersion* plan, const domain::Instrument& instrument) {
  if (plan == nullptr) return "";
  const auto chosen = plan->schemes.find(instrument.id);
  if (chosen == plan->schemes.end()) return "";
  return instrument.FindScheme(chosen->second) == nullptr ? "" : chosen->second;
}

void ScoreVitals(const CheckIn& check_in, uint64_t id, const VitalSigns& vitals,
                 const Tables& tables, Outcome& outcome) {
  if (!ConcernsNews2(check_in, vitals)) return;
  const auto input = CompleteFromLastKnown(outcome.state, check_in, vitals, tables.news2);
  domain::Score score = ScoreNews2(tables.news2, input);
  RememberVitals(outcome.state, check_in, vitals);
  Compare(outcome.state, check_in, id, score);
  outcome.scores.push_back(std::move(score));
}

void ScoreResponse(const CheckIn& check_in, uint64_t id, const InstrumentResponse& response,
                   const Tables& tables, Outcome& outcome) {
  const domain::Instrument& instrument = tables.instruments.at(response.instrument);
  const PlanVersion* plan = PlanInForce(outcome.state, check_in.observed_at);
  domain::Score score = ScoreAnswers(instrument, response, SchemeFor(plan, instrument));
  Compare(outcome.state, check_in, id, score);
  outcome.scores.push_back(std::move(score));
}

// Booked in order of receipt: what a person was told they have earned is never taken back. One that
// was not met begins the row anew, and costs nothing (non-punitive, EN-04).
void BookReward(const domain::TargetBehaviour& target, const Tables& tables, Outcome& outcome) {
  int& in_a_row = outcome.state.met_in_a_row[target.behaviour];
  in_a_row = target.met ? in_a_row + 1 : 0;
  const int points = target.met ? RewardFor(tables.rewards, in_a_row) : 0;
  outcome.state.reward_balance += points;
  outcome.reward = Reward{tables.rewards.id, points, in_a_row, outcome.state.reward_balance};
}

}  // namespace

Outcome Step(PatientState state, const CheckIn& check_in, Fingerprint fingerprint,
             const Tables& tables) {
  Outcome outcome;
  outcome.state = std::move(state);
  outcome.errors = Check(check_in, tables);
  if (!outcome.errors.empty()) {
    outcome.verdict = Verdict::kUnusable;
    return outcome;
  }
  outcome.verdict = Recognise(outcome.state, check_in, fingerprint);
  if (outcome.verdict == Verdict::kDuplicate) return outcome;
  ForgetOld(outcome.state, check_in.received_at);
  if (outcome.verdict == Verdict::kConflict) return outcome;
  const uint64_t id = fingerprint.id;
  if (outcome.verdict == Verdict::kAmended) Retract(outcome.state, id);
  const PlanVersion* plan = PlanInForce(outcome.state, check_in.observed_at);
  if (plan != nullptr) outcome.care_plan_etag = plan->etag;
  if (const auto* vitals = std::get_if<VitalSigns>(&check_in.kind)) {
    ScoreVitals(check_in, id, *vitals, tables, outcome);
  } else if (const auto* response = std::get_if<InstrumentResponse>(&check_in.kind)) {
    ScoreResponse(check_in, id, *response, tables, outcome);
  } else if (const auto* target = std::get_if<domain::TargetBehaviour>(&check_in.kind)) {
    BookReward(*target, tables, outcome);
  }
  return outcome;
}

PatientState Step(PatientState state, const domain::CarePlan& plan, Instant recorded_at) {
  auto& plans = state.plans;
  std::erase_if(plans, [&](const PlanVersion& known) {
    return !plan.etag.empty() && known.etag == plan.etag;
  });
  const auto later = std::find_if(plans.begin(), plans.end(), [&](const PlanVersion& known) {
    return known.recorded_at > recorded_at;
  });
  plans.insert(later, {recorded_at, plan.etag, plan.spo2_scale, plan.baseline_scores, plan.schemes,
                       plan.programmes});
  if (plans.size() > kPlanVersionsMax) plans.erase(plans.begin());
  return state;
}

}  // namespace withdrawal::scoring
