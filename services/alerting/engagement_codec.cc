#include "services/alerting/engagement_codec.h"

#include "libs/codec/time.h"

namespace withdrawal::alerting {

using codec::FromProto;
using codec::ToProto;

void Encode(const Engagement& engagement, state::v1::EngagementState& message) {
  for (const ReportedUse& use : engagement.uses) {
    auto* entry = message.add_uses();
    entry->set_substance_class(use.substance_class);
    *entry->mutable_used_at() = ToProto(use.used_at);
  }
  for (const AttendedSession& session : engagement.sessions) {
    auto* entry = message.add_sessions();
    entry->set_session_id(session.session_id);
    *entry->mutable_at() = ToProto(session.at);
    entry->set_attended_minutes(static_cast<int>(absl::ToInt64Minutes(session.attended)));
  }
  if (engagement.open_week) message.set_open_week(*engagement.open_week);
  message.set_weeks_below(engagement.weeks_below);
  for (const auto& [instrument, days] : engagement.support) {
    auto* entry = message.add_support();
    entry->set_instrument(instrument);
    entry->set_category(days.category);
    *entry->mutable_observed_at() = ToProto(days.observed_at);
  }
}

Engagement Decode(const state::v1::EngagementState& message) {
  Engagement engagement;
  for (const auto& entry : message.uses()) {
    engagement.uses.push_back({entry.substance_class(), FromProto(entry.used_at())});
  }
  for (const auto& entry : message.sessions()) {
    engagement.sessions.push_back(
        {entry.session_id(), FromProto(entry.at()), absl::Minutes(entry.attended_minutes())});
  }
  if (message.has_open_week()) engagement.open_week = message.open_week();
  engagement.weeks_below = message.weeks_below();
  for (const auto& entry : message.support()) {
    engagement.support[entry.instrument()] = {entry.category(), FromProto(entry.observed_at())};
  }
  return engagement;
}

}  // namespace withdrawal::alerting
