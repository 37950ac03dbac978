// Therapy hours, lapses and support as numbers (reference F). Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/domain/care_plan.h"
#include "libs/domain/instrument.h"

namespace withdrawal::domain {

// EN-01, EN-02: hours of therapy per week that a level of care asks for.
struct CareHours {
  std::string id;     // of the reference
  std::string level;  // LevelOfCare.level: "2.1"
  Duration adult;
  Duration adolescent;
  std::string source;
  Mark mark = Mark::kEngineering;
};

// Filled by libs/catalogue from engagement.yaml.
struct EngagementPolicy {
  int adult_from_years = 18;
  std::vector<CareHours> care_hours;
};

// EN-11: what a verified behaviour earns. Filled by libs/catalogue from
// contingency-management.yaml.
struct RewardSchedule {
  std::string id;
  std::map<std::string, std::string> behaviours;  // id -> title
  int first = 0;                                  // points of the first in a row
  int step = 0;                                   // more for each after it
  int most = 0;                                   // a single one earns no more
  std::string source;
  Mark mark = Mark::kEngineering;
  std::string sign_off;
};

// The points of the n-th in a row, n >= 1.
int RewardFor(const RewardSchedule& schedule, int in_a_row);

// Of the plan's level of care; an unknown age counts as adult. Absent when the level asks for none.
std::optional<Duration> WeeklyMinimum(const EngagementPolicy& policy, const CarePlan& plan);

// Monday 00:00 to Monday 00:00, local time: 167 or 169 h long when the clocks change.
struct IsoWeek {
  Instant begin;
  Instant end;

  bool Has(Instant at) const { return begin <= at && at < end; }
  bool operator==(const IsoWeek&) const = default;
};
// An unknown zone, and none, is UTC.
IsoWeek IsoWeekOf(Instant at, const std::string& time_zone);

// Mutual-help meetings are counted for themselves (EN-08) and are no hours of therapy.
inline bool IsMutualHelp(std::string_view session_type) { return session_type == "mutual-help"; }
// Sessions of the plan that begin before the week ends.
Duration PlannedPerWeek(const CarePlan& plan, const IsoWeek& week);

// Item 16 of BAM, BAM-IOP or BAM-R as the category 0 to 4 (reference A.16: 0, 1-3, 4-8, 9-15,
// 16-30 days).
int SupportCategory(std::string_view instrument, int points);

enum class ConsentState { kNone, kRunning, kExpired, kRevoked };
ConsentState ConsentAt(const SupportContact& contact, Instant at);

}  // namespace withdrawal::domain
