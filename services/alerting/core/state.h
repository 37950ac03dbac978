// What alerting remembers about one person. Pure data; its stored form is
// proto withdrawal.state.v1.PatientAlertingState (services/alerting/state_codec.h).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/domain/alert.h"
#include "libs/domain/care_plan.h"

namespace withdrawal::alerting {

using domain::Duration;
using domain::Instant;

struct OpenAlert {
  domain::Alert alert;
  std::string ladder;
  Instant ladder_start;  // rungs count from here
  int clear_streak = 0;
  std::optional<Instant> reassess_at;  // the assessment clock, after an acknowledge (AL-06)
  // A missed check-in: the schedule entry that is still waited for. Empty once one has come, and
  // for all other rules.
  std::string entry_id;

  bool operator==(const OpenAlert&) const = default;
};

struct ScheduleState {
  Instant due_at;
  std::optional<Instant> last_satisfied_at;

  bool operator==(const ScheduleState&) const = default;
};

struct RecentDose {
  std::string product;
  Instant taken_at;
  double milligrams = 0;

  bool operator==(const RecentDose&) const = default;
};

// An observation that made a condition with a window true; only such are kept.
struct RecentReading {
  std::string code;
  double value = 0;
  Instant observed_at;

  bool operator==(const RecentReading&) const = default;
};

inline constexpr size_t kRecentCommandsMax = 64;
inline constexpr size_t kRecentCheckInsMax = 16;
inline constexpr size_t kRecentDosesMax = 32;
inline constexpr size_t kRecentReadingsMax = 64;

struct State {
  std::optional<domain::CarePlan> plan;
  std::optional<Instant> monitored_since;
  std::vector<OpenAlert> open;                     // in order of raising
  std::map<std::string, int64_t> episodes;         // by rule
  std::map<std::string, ScheduleState> schedules;  // by entry id
  std::vector<RecentDose> doses;                   // newest last
  std::vector<RecentReading> readings;
  std::vector<std::string> command_ids;   // newest last
  std::vector<uint64_t> check_in_prints;  // of check-in ids, newest last
  std::optional<Instant> last_received_at;
};

}  // namespace withdrawal::alerting
