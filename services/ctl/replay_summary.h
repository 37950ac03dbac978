// What a replay did, for people and for programs. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/ctl/core/replay_plan.h"
#include "services/ctl/outcome_reader.h"
#include "services/ctl/send_tally.h"

namespace withdrawal::ctl {

struct ReplaySummary {
  std::vector<std::string> files;
  std::vector<std::string> assumptions;  // as given
  std::string programme;                 // enrolled in; empty = nobody was enrolled
  std::string prefix;
  double speed = 0;
  int copies = 1;
  absl::Time starts_at;
  absl::Time ends_at;      // of the plan: every person's last observation
  absl::Time finished_at;  // when the last answer came
  int rows_read = 0;
  std::map<std::string, int> rows_refused;
  int patients = 0;     // all copies
  int64_t planned = 0;  // check-ins, all copies
  int64_t retries = 0;
  SendTally tally;
  std::optional<Outcomes> outcomes;  // with --wait-scored
};

// One object; rows_* count the files once, everything else all copies.
std::string SummaryJson(const ReplaySummary& summary);
std::string SummaryText(const ReplaySummary& summary);

}  // namespace withdrawal::ctl
