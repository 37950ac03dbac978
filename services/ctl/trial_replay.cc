#include "services/ctl/trial_replay.h"

#include <algorithm>

#include "libs/codec/time.h"

namespace withdrawal::ctl {
namespace {

// After the last report of a day.
constexpr absl::Duration kMorningOver = absl::Hours(10);

absl::Time Midnight(absl::Time time) {
  const int64_t days = absl::ToUnixSeconds(time) / 86'400;
  return absl::FromUnixSeconds(days * 86'400);
}

}  // namespace

TrialReplay PlanTrialReplay(const std::vector<TrialPerson>& persons, const TrialWords& words,
                            const catalogue::Catalogue& catalogue, absl::Time now, double speed) {
  const absl::Time last_midnight = Midnight(now - kMorningOver);
  TrialReplay replay;
  replay.ends_at = now;
  for (const TrialPerson& person : persons) {
    const int days = person.last_day() - person.first_day();
    const TrialClock clock{last_midnight - absl::Hours(24 * days), person.first_day()};
    replay.plans.push_back(TrialPlan(person, clock, words));
    std::optional<absl::Time> first;
    for (events::v1::CheckIn& check_in : TrialCheckIns(person, clock, words, catalogue)) {
      const absl::Time at = codec::FromProto(check_in.observed_at());
      if (!first) first = at;
      const absl::Time send_at = speed > 0 ? now + (at - *first) / speed : now;
      replay.ends_at = std::max(replay.ends_at, send_at);
      replay.batch.push_back({std::move(check_in), send_at});
    }
  }
  std::stable_sort(replay.batch.begin(), replay.batch.end(),
                   [](const Outgoing& a, const Outgoing& b) { return a.send_at < b.send_at; });
  return replay;
}

}  // namespace withdrawal::ctl
