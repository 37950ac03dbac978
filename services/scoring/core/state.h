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

// A check-in by hash: of its id, and of what was observed. Made by the shell (scoring_task.cc).
struct Fingerprint {
  uint64_t id = 0;
  uint32_t content = 0;
};

struct Seen {
  uint32_t content = 0;
  uint32_t observed_hour = 0;  // hours since the epoch

  bool operator==(const Seen&) const = default;
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
// 16 bytes each. Beyond it the oldest observations are forgotten first.
inline constexpr size_t kSeenMax = 8192;
inline constexpr size_t kHistoryMax = 8;
inline constexpr domain::Duration kPriorTotalsFor = absl::Hours(48);

struct PatientState {
  std::map<uint64_t, Seen> seen;  // by Fingerprint.id
  // Complete totals by instrument, newest observation first, at most kHistoryMax.
  std::map<std::string, std::vector<domain::PriorTotal>> histories;
  std::map<domain::News2Parameter, LastVital> last_vitals;
  std::optional<domain::CarePlan> care_plan;

  bool empty() const {
    return seen.empty() && histories.empty() && last_vitals.empty() && !care_plan;
  }
};

}  // namespace withdrawal::scoring
