#include "services/alerting/core/quiet_hours.h"

#include "libs/domain/schedule.h"

namespace withdrawal::alerting {

using domain::Instant;

Instant RungTime(const domain::Ladder& ladder, size_t rung, Instant start,
                 const std::optional<domain::CarePlan>& plan) {
  const domain::Rung& wanted = ladder.rungs[rung];
  if (!wanted.quiet || !plan) return start + wanted.after;
  domain::Duration delay;  // of the quiet rungs so far
  for (size_t i = 0; i <= rung; ++i) {
    if (!ladder.rungs[i].quiet) continue;
    const Instant at = start + ladder.rungs[i].after + delay;
    delay += domain::AfterQuietHours(*plan, at) - at;
  }
  return start + wanted.after + delay;
}

}  // namespace withdrawal::alerting
