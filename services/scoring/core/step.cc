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
  const Seen entry{fingerprint.content, HourOf(check_in.observed_at)};
  const auto [known, added] = state.seen.try_emplace(fingerprint.id, entry);
  if (added) return Verdict::kAccepted;
  if (known->second.content == fingerprint.content) return Verdict::kDuplicate;
  const bool new_conflict = state.seen.try_emplace(ConflictKey(fingerprint), entry).second;
  return new_conflict ? Verdict::kConflict : Verdict::kDuplicate;
}

std::vector<FieldError> Check(const CheckIn& check_in, const Tables& tables) {
  const auto* response = std::get_if<InstrumentResponse>(&check_in.kind);
  if (response == nullptr) return {};
  return CheckAnswers(tables.instruments, *response, check_in.rater);
}

void ScoreVitals(const CheckIn& check_in, const VitalSigns& vitals, const Tables& tables,
                 Outcome& outcome) {
  if (!ConcernsNews2(check_in, vitals)) return;
  const auto input = CompleteFromLastKnown(outcome.state, check_in, vitals, tables.news2);
  domain::Score score = ScoreNews2(tables.news2, input);
  RememberVitals(outcome.state, check_in, vitals);
  Compare(outcome.state, check_in.observed_at, score);
  outcome.scores.push_back(std::move(score));
}

void ScoreResponse(const CheckIn& check_in, const InstrumentResponse& response,
                   const Tables& tables, Outcome& outcome) {
  domain::Score score = ScoreAnswers(tables.instruments.at(response.instrument), response);
  Compare(outcome.state, check_in.observed_at, score);
  outcome.scores.push_back(std::move(score));
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
  if (const auto* vitals = std::get_if<VitalSigns>(&check_in.kind)) {
    ScoreVitals(check_in, *vitals, tables, outcome);
  } else if (const auto* response = std::get_if<InstrumentResponse>(&check_in.kind)) {
    ScoreResponse(check_in, *response, tables, outcome);
  }
  return outcome;
}

PatientState Step(PatientState state, const domain::CarePlan& plan) {
  state.care_plan = plan;
  return state;
}

PatientState ForgetCarePlan(PatientState state) {
  state.care_plan.reset();
  return state;
}

}  // namespace withdrawal::scoring
