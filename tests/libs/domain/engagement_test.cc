#include "libs/domain/engagement.h"

#include <gtest/gtest.h>

#include "libs/domain/schedule.h"

namespace withdrawal::domain {
namespace {

Instant At(const std::string& text) {
  Instant at;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &at, &error)) << error;
  return at;
}

TEST(IsoWeek, BeginsOnMondayAtLocalMidnight) {
  const IsoWeek week{At("2026-03-02T00:00:00+11:00"), At("2026-03-09T00:00:00+11:00")};
  EXPECT_EQ(IsoWeekOf(week.begin, "Australia/Sydney"), week);
  EXPECT_EQ(IsoWeekOf(week.end - absl::Nanoseconds(1), "Australia/Sydney"), week);
  EXPECT_EQ(IsoWeekOf(week.end, "Australia/Sydney").begin, week.end);
  EXPECT_EQ(IsoWeekOf(week.begin - absl::Nanoseconds(1), "Australia/Sydney").end, week.begin);
  EXPECT_TRUE(week.Has(week.begin));
  EXPECT_FALSE(week.Has(week.end));
}

TEST(IsoWeek, IsAnHourShorterOrLongerWhenTheClocksChange) {
  const IsoWeek spring = IsoWeekOf(At("2026-03-29T12:00:00Z"), "Europe/London");
  EXPECT_EQ(spring.end - spring.begin, absl::Hours(167));
  EXPECT_EQ(spring.end, At("2026-03-29T23:00:00Z"));
  const IsoWeek autumn = IsoWeekOf(At("2026-10-25T12:00:00Z"), "Europe/London");
  EXPECT_EQ(autumn.end - autumn.begin, absl::Hours(169));
  EXPECT_EQ(IsoWeekOf(At("2026-10-25T12:00:00Z"), "nowhere").end, At("2026-10-26T00:00:00Z"));
}

TEST(SupportCategory, CountsDaysOnlyOnTheFormThatDoes) {
  const std::vector<std::pair<int, int>> edges = {{0, 0}, {1, 1},  {3, 1},  {4, 2}, {8, 2},
                                                  {9, 3}, {15, 3}, {16, 4}, {30, 4}};
  for (const auto& [days, category] : edges) {
    EXPECT_EQ(SupportCategory("BAM-R", days), category) << days;
  }
  for (int category = 0; category <= 4; ++category) {
    EXPECT_EQ(SupportCategory("BAM", category), category);
    EXPECT_EQ(SupportCategory("BAM-IOP", category), category);
  }
}

TEST(Consent, RunsFromItsSignatureToItsEndUnlessRevoked) {
  const Instant now = At("2026-03-02T00:00:00Z");
  SupportContact contact;
  contact.consented_to = {ContactScope::kMissedCheckIn};
  EXPECT_EQ(ConsentAt(contact, now), ConsentState::kNone);
  contact.consent_signed_at = now;
  EXPECT_EQ(ConsentAt(contact, now), ConsentState::kRunning);
  EXPECT_EQ(ConsentAt(contact, now - absl::Nanoseconds(1)), ConsentState::kNone);
  contact.consent_expires_at = now + absl::Hours(1);
  EXPECT_EQ(ConsentAt(contact, now + absl::Hours(1)), ConsentState::kExpired);
  contact.consent_revoked_at = now + absl::Minutes(30);
  EXPECT_EQ(ConsentAt(contact, now + absl::Minutes(29)), ConsentState::kRunning);
  EXPECT_EQ(ConsentAt(contact, now + absl::Minutes(30)), ConsentState::kRevoked);
  contact.consent_revoked_at.reset();
  contact.consented_to.clear();
  EXPECT_EQ(ConsentAt(contact, now), ConsentState::kNone) << "signed, but for nothing";
}

TEST(PlannedPerWeek, LeavesOutMutualHelpAndWhatBeginsLater) {
  CarePlan plan;
  const IsoWeek week = IsoWeekOf(At("2026-03-04T00:00:00Z"), "");
  plan.sessions = {{"iop", 3, 180, std::nullopt},
                   {"mutual-help", 7, 60, std::nullopt},
                   {"group", 1, 60, week.end},
                   {"individual", 1, 50, week.end - absl::Seconds(1)}};
  EXPECT_EQ(PlannedPerWeek(plan, week), absl::Minutes(590));
}

}  // namespace
}  // namespace withdrawal::domain
