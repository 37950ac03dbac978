// A trial (core/trial.h) as what a replay sends. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "services/ctl/batch_sender.h"
#include "services/ctl/trial_messages.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::ctl {

// Ingest takes what was observed at most 14 days ago.
inline constexpr int kTrialReplayDaysMax = 13;

struct TrialReplay {
  std::vector<events::v1::CarePlan> plans;  // one a person
  std::vector<Outgoing> batch;              // in order of sending
  absl::Time ends_at;                       // when the last one is sent
};

// Everybody's last record falls on the newest day whose morning is over at `now`; nothing is
// observed in the future. Sent `speed` times faster than life from `now` on, or at once (0).
TrialReplay PlanTrialReplay(const std::vector<TrialPerson>& persons, const TrialWords& words,
                            const catalogue::Catalogue& catalogue, absl::Time now, double speed);

}  // namespace withdrawal::ctl
