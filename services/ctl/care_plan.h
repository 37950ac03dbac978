// A care plan from the words of `enrol`. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::ctl {

struct CarePlanWords {
  std::string patient_id;
  std::vector<std::string> programmes;  // "alcohol"
  std::vector<std::string> last_use;    // "14h", "fentanyl=2026-11-25T08:00:00Z"
  std::string every;                    // "4h"
  std::string daily_at;                 // "08:00,20:00"
  std::string time_zone;
  std::vector<std::string> satisfied_by;
  std::string team;
  int spo2_scale = 1;
  std::vector<std::string> baselines;  // "CIWA-Ar=8"
  std::optional<bool> pregnant;
  std::string monitoring_from;  // as last_use; empty = now
};

// InvalidArgument names the word that cannot be read. What the plan means is judged by the service.
absl::StatusOr<events::v1::CarePlan> BuildCarePlan(const CarePlanWords& words, absl::Time now);

}  // namespace withdrawal::ctl
