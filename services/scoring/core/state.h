// What scoring knows of one person between check-ins. Plain values; bounded everywhere.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/domain/care_plan.h"
#include "libs/domain/news2.h"
#include "libs/domain/score.h"

namespace withdrawal::scoring {

// A check-in by hash: of its id, of what was observed, and of what it is about. Made by the shell
// (scoring_task.cc).
struct Fingerprint {
  uint64_t id = 0;
  uint32_t content = 0;
  uint32_t subject = 0;  // of answers: form, time, rater, which an amendment leaves alone
};

struct Seen {
  uint32_t content = 0;
  uint32_t observed_hour = 0;  // hours since the epoch
  uint32_t revision = 0;
  uint32_t subject = 0;  // 0 = not known: a row of an older version

  bool operator==(const Seen&) const = default;
};

// A complete total, and the check-in it came from: an amended one replaces its own.
struct KnownTotal {
  int total = 0;
  domain::Instant observed_at;
  uint64_t check_in = 0;  // Fingerprint.id

  bool operator==(const KnownTotal&) const = default;
};

// What scoring needs of one version of the care plan.
struct PlanVersion {
  domain::Instant recorded_at = absl::InfinitePast();
  std::string etag;
  domain::Spo2Scale spo2_scale = domain::Spo2Scale::kScale1;
  std::map<std::string, int> baseline_scores;
  std::map<std::string, std::string> schemes;  // band scheme by instrument
  std::vector<domain::Programme> programmes;

  bool operator==(const PlanVersion&) const = default;
};

// The newest reading of a NEWS2 parameter.
struct LastVital {
  double value = 0;
  domain::Instant observed_at;
  bool set_aside = false;  // it was implausible: the parameter is unknown until a good reading

  bool operator==(const LastVital&) const = default;
};

// Ingest refuses what was observed more than 14 days ago; a day more covers unequal clocks.
inline constexpr domain::Duration kSeenFor = absl::Hours(15 * 24);
// About 20 bytes each. Beyond it the oldest observations are forgotten first.
inline constexpr size_t kSeenMax = 8192;
inline constexpr size_t kHistoryMax = 8;
inline constexpr domain::Duration kPriorTotalsFor = absl::Hours(48);
// More versions than a plan has in the days an observation may be late; the oldest go first.
inline constexpr size_t kPlanVersionsMax = 32;

struct PatientState {
  std::map<uint64_t, Seen> seen;  // by Fingerprint.id
  // Complete totals by instrument, newest observation first, at most kHistoryMax.
  std::map<std::string, std::vector<KnownTotal>> histories;
  std::map<domain::News2Parameter, LastVital> last_vitals;
  std::vector<PlanVersion> plans;           // in order of recorded_at
  std::map<std::string, int> met_in_a_row;  // by behaviour (EN-11)
  int64_t reward_balance = 0;

  bool empty() const {
    return seen.empty() && histories.empty() && last_vitals.empty() && plans.empty() &&
           met_in_a_row.empty();
  }
};

// The version in force at that moment; null without a plan. What was observed before the first
// version that is known is judged by that one: it says more about the person than none.
const PlanVersion* PlanInForce(const PatientState& state, domain::Instant at);

}  // namespace withdrawal::scoring
