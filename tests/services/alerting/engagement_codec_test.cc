#include "services/alerting/engagement_codec.h"

#include <gtest/gtest.h>

#include "services/alerting/state_codec.h"

namespace withdrawal::alerting {
namespace {

TEST(EngagementCodec, WhatIsRememberedComesBack) {
  const Instant noon = absl::FromUnixSeconds(1'790'000'000);
  Engagement engagement;
  engagement.uses = {{"alcohol", noon}, {"fentanyl", noon + absl::Hours(1)}};
  engagement.sessions = {{"s1", noon, absl::ZeroDuration()}, {"s2", noon, absl::Minutes(180)}};
  engagement.open_week = -3;
  engagement.weeks_below = 2;
  engagement.support = {{"BAM", {3, noon}}};
  State state;
  state.engagement = engagement;
  const auto read = DecodeState(EncodeState(state));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->engagement, engagement);
}

TEST(EngagementCodec, NothingRememberedTakesNoBytes) {
  EXPECT_EQ(EncodeState(State()), EncodeState(*DecodeState(EncodeState(State()))));
  EXPECT_EQ(DecodeState(EncodeState(State()))->engagement, Engagement());
}

}  // namespace
}  // namespace withdrawal::alerting
