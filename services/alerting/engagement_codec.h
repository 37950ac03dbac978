// The part of alerting's stored state that services/alerting/core/engagement.h keeps.
#pragma once

#include "services/alerting/core/state.h"
#include "withdrawal/state/v1/alerting.pb.h"

namespace withdrawal::alerting {

void Encode(const Engagement& engagement, state::v1::EngagementState& message);
Engagement Decode(const state::v1::EngagementState& message);

}  // namespace withdrawal::alerting
