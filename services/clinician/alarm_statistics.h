// How good the alarms of a team are (reference H). The counting is pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/clinician/queries.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

// One alert that was raised in the period.
struct Alarm {
  std::string patient_id;
  std::string rule_id;
  events::v1::Priority priority = events::v1::PRIORITY_UNSPECIFIED;  // when raised
  bool called = true;  // false: nobody was told, because it was shelved or a day old
  absl::Time raised_at;
  std::optional<absl::Time> acknowledged_at;
  std::optional<absl::Time> resolved_at;
  events::v1::AlertOutcome outcome = events::v1::ALERT_OUTCOME_UNSPECIFIED;
};

// All but team and period of the answer. REQUIRES: since < until; every alarm raised in between.
v1::AlarmStatistics CountAlarms(const std::vector<Alarm>& alarms, absl::Time since,
                                absl::Time until);

// INVALID_ARGUMENT naming team, since (at most 366 days before until) or until.
grpc::Status GetAlarmStatistics(const QueryContext& context,
                                const v1::GetAlarmStatisticsRequest& request,
                                v1::AlarmStatistics& response);

}  // namespace withdrawal::clinician
