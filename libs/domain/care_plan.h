// The individual plan; mirrors proto CarePlan, whose comments hold here.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libs/domain/check_in.h"

namespace withdrawal::domain {

enum class MonitoringStatus { kActive, kPaused, kEnded };
enum class Programme { kAlcohol, kOpioid, kBenzodiazepine, kStimulant, kCannabis, kNicotine };
enum class Spo2Scale { kScale1 = 1, kScale2 = 2 };

struct SubstanceUse {
  std::string substance_class;
  Instant last_use;
};

struct LocalTime {
  int hour = 0;
  int minute = 0;
};

struct ScheduleEntry {
  std::string entry_id;
  std::vector<std::string> satisfied_by;  // "vital-signs", "red-flags", instrument ids; empty = any
  std::optional<Duration> every;
  std::vector<LocalTime> daily_at;
};

struct CarePlan {
  std::string patient_id;
  std::string etag;
  MonitoringStatus status = MonitoringStatus::kActive;
  std::vector<Programme> programmes;
  std::vector<SubstanceUse> substances;
  Spo2Scale spo2_scale = Spo2Scale::kScale1;
  std::map<std::string, int> baseline_scores;
  std::map<Vital, double> baseline_vitals;
  std::string time_zone;
  std::vector<ScheduleEntry> schedule;
  std::optional<bool> pregnant;
  std::string team;
  Instant monitoring_started_at = absl::InfinitePast();
};

}  // namespace withdrawal::domain
