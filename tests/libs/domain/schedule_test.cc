// When check-ins are due. Clock changes by the IANA database: New York forward 8 March and back
// 1 November 2026, London forward 29 March and back 25 October 2026, Sydney back 5 April and
// forward 4 October 2026; Lord Howe by 30 minutes on the same nights; Havana forward at midnight on
// 8 March and back to midnight on 1 November 2026; Nuuk forward from 23:00 on 28 March 2026; Apia
// had no 30 December 2011.
#include "libs/domain/schedule.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace withdrawal::domain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Instant At(const std::string& text) {
  Instant instant;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &instant, &error)) << error;
  return instant;
}

std::vector<Instant> DuesBetween(const std::string& zone, std::vector<LocalTime> times,
                                 const std::string& from, const std::string& to) {
  std::vector<Instant> dues;
  for (Instant due = NextLocalTime(times, zone, At(from)); due < At(to);
       due = NextLocalTime(times, zone, due)) {
    dues.push_back(due);
  }
  return dues;
}

TEST(LocalTimes, HalfPastOneIsDueOnceInTheNightThatHasItTwice) {
  EXPECT_THAT(
      DuesBetween("America/New_York", {{1, 30}}, "2026-10-31T16:00:00Z", "2026-11-02T16:00:00Z"),
      ElementsAre(At("2026-11-01T01:30:00-04:00"), At("2026-11-02T01:30:00-05:00")));
  EXPECT_THAT(
      DuesBetween("Europe/London", {{1, 30}}, "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z"),
      ElementsAre(At("2026-10-25T01:30:00+01:00"), At("2026-10-26T01:30:00+00:00")));
}

TEST(LocalTimes, HalfPastOneIsDueOnceInTheNightThatDoesNotHaveIt) {
  EXPECT_THAT(
      DuesBetween("Europe/London", {{1, 30}}, "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"),
      ElementsAre(At("2026-03-29T02:00:00+01:00"), At("2026-03-30T01:30:00+01:00")));
}

TEST(LocalTimes, HalfPastOneIsDueOnceInTheNightOfAChangeAtTwo) {
  EXPECT_THAT(
      DuesBetween("America/New_York", {{1, 30}}, "2026-03-07T16:00:00Z", "2026-03-09T16:00:00Z"),
      ElementsAre(At("2026-03-08T01:30:00-05:00"), At("2026-03-09T01:30:00-04:00")));
}

TEST(LocalTimes, ATimeThatTheClockLeapsOverIsDueOnceAtTheLeap) {
  EXPECT_THAT(
      DuesBetween("America/New_York", {{2, 30}}, "2026-03-07T16:00:00Z", "2026-03-09T16:00:00Z"),
      ElementsAre(At("2026-03-08T03:00:00-04:00"), At("2026-03-09T02:30:00-04:00")));
}

TEST(LocalTimes, TwoTimesThatOneLeapSwallowsAreDueTogetherOnce) {
  EXPECT_THAT(DuesBetween("Europe/London", {{1, 15}, {1, 45}}, "2026-03-28T12:00:00Z",
                          "2026-03-29T12:00:00Z"),
              ElementsAre(At("2026-03-29T02:00:00+01:00")));
}

TEST(LocalTimes, SouthernChangesAreRightAsWell) {
  EXPECT_THAT(
      DuesBetween("Australia/Sydney", {{2, 30}}, "2026-04-04T06:00:00Z", "2026-04-06T06:00:00Z"),
      ElementsAre(At("2026-04-05T02:30:00+11:00"), At("2026-04-06T02:30:00+10:00")));
  EXPECT_THAT(
      DuesBetween("Australia/Sydney", {{2, 30}}, "2026-10-03T06:00:00Z", "2026-10-04T06:00:00Z"),
      ElementsAre(At("2026-10-04T03:00:00+11:00")));
}

TEST(LocalTimes, AChangeByHalfAnHourIsFollowed) {
  EXPECT_THAT(
      DuesBetween("Australia/Lord_Howe", {{1, 45}}, "2026-04-04T06:00:00Z", "2026-04-06T06:00:00Z"),
      ElementsAre(At("2026-04-05T01:45:00+11:00"), At("2026-04-06T01:45:00+10:30")));
  EXPECT_THAT(
      DuesBetween("Australia/Lord_Howe", {{2, 15}}, "2026-10-03T06:00:00Z", "2026-10-05T06:00:00Z"),
      ElementsAre(At("2026-10-04T02:30:00+11:00"), At("2026-10-05T02:15:00+11:00")));
}

TEST(LocalTimes, AChangeAtMidnightNeitherDoublesNorDropsACheckIn) {
  EXPECT_THAT(
      DuesBetween("America/Havana", {{0, 30}}, "2026-03-07T16:00:00Z", "2026-03-09T16:00:00Z"),
      ElementsAre(At("2026-03-08T01:00:00-04:00"), At("2026-03-09T00:30:00-04:00")));
  EXPECT_THAT(
      DuesBetween("America/Havana", {{0, 30}}, "2026-10-31T16:00:00Z", "2026-11-02T16:00:00Z"),
      ElementsAre(At("2026-11-01T00:30:00-04:00"), At("2026-11-02T00:30:00-05:00")));
}

TEST(LocalTimes, ALeapOverMidnightCarriesALateTimeIntoTheNextDayOnce) {
  EXPECT_THAT(
      DuesBetween("America/Nuuk", {{23, 30}}, "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"),
      ElementsAre(At("2026-03-29T01:00:00Z"), At("2026-03-30T00:30:00Z")));
}

TEST(LocalTimes, ADayThatAZoneLeavesOutHasNoCheckIns) {
  EXPECT_THAT(DuesBetween("Pacific/Apia", {{8, 0}}, "2011-12-29T08:00:00Z", "2012-01-01T12:00:00Z"),
              ElementsAre(At("2011-12-29T08:00:00-10:00"), At("2011-12-31T08:00:00+14:00"),
                          At("2012-01-01T08:00:00+14:00")));
}

TEST(LocalTimes, TheNextOfSeveralIsTaken) {
  EXPECT_EQ(NextLocalTime({{20, 0}, {8, 0}}, "Asia/Kolkata", At("2026-03-02T02:30:00Z")),
            At("2026-03-02T14:30:00Z"));
}

CarePlan InLondon(std::optional<QuietHours> quiet) {
  CarePlan plan;
  plan.time_zone = "Europe/London";
  plan.quiet_hours = quiet;
  return plan;
}

ScheduleEntry Every(Duration every) {
  ScheduleEntry entry;
  entry.every = every;
  return entry;
}

TEST(QuietHours, AnIntervalThatEndsInThemIsDueAtTheirEnd) {
  const CarePlan plan = InLondon(QuietHours{{22, 0}, {7, 0}});
  const auto due = [&](const std::string& since) {
    return NextDue(Every(absl::Hours(4)), plan, At(since), absl::Hours(1));
  };
  EXPECT_EQ(due("2026-01-10T17:59:00Z"), At("2026-01-10T21:59:00Z"));
  EXPECT_EQ(due("2026-01-10T18:00:00Z"), At("2026-01-11T07:00:00Z"));
  EXPECT_EQ(due("2026-01-11T02:59:00Z"), At("2026-01-11T07:00:00Z"));
  EXPECT_EQ(due("2026-01-11T03:00:00Z"), At("2026-01-11T07:00:00Z"));
  EXPECT_EQ(due("2026-01-11T03:01:00Z"), At("2026-01-11T07:01:00Z"));
}

TEST(QuietHours, TheyFollowTheClockChange) {
  const CarePlan plan = InLondon(QuietHours{{22, 0}, {1, 30}});
  EXPECT_EQ(AfterQuietHours(plan, At("2026-03-28T23:00:00Z")), At("2026-03-29T01:00:00Z"));
  EXPECT_EQ(AfterQuietHours(plan, At("2026-10-24T23:00:00Z")), At("2026-10-25T00:30:00Z"));
}

TEST(QuietHours, WithinADayTheyAreQuietOnlyThen) {
  const CarePlan plan = InLondon(QuietHours{{13, 0}, {15, 0}});
  EXPECT_EQ(AfterQuietHours(plan, At("2026-01-10T12:59:00Z")), At("2026-01-10T12:59:00Z"));
  EXPECT_EQ(AfterQuietHours(plan, At("2026-01-10T13:00:00Z")), At("2026-01-10T15:00:00Z"));
  EXPECT_EQ(AfterQuietHours(plan, At("2026-01-10T15:00:00Z")), At("2026-01-10T15:00:00Z"));
}

TEST(QuietHours, FromATimeToTheSameTimeAreNone) {
  const CarePlan plan = InLondon(QuietHours{{7, 0}, {7, 0}});
  EXPECT_EQ(AfterQuietHours(plan, At("2026-01-10T08:00:00Z")), At("2026-01-10T08:00:00Z"));
}

TEST(QuietHours, AChosenLocalTimeIsDueInThemAllTheSame) {
  ScheduleEntry entry;
  entry.daily_at = {{23, 0}};
  EXPECT_EQ(NextDue(entry, InLondon(QuietHours{{22, 0}, {7, 0}}), At("2026-01-10T12:00:00Z"),
                    absl::Hours(1)),
            At("2026-01-10T23:00:00Z"));
}

TEST(BoundedEntries, AreDueFromTheirBeginningToBeforeTheirEnd) {
  const CarePlan plan = InLondon(std::nullopt);
  ScheduleEntry entry = Every(absl::Hours(4));
  entry.from = At("2026-01-10T12:00:00Z");
  entry.until = At("2026-01-10T20:00:00Z");
  const auto due = [&](const std::string& since) {
    return NextDue(entry, plan, At(since), absl::Hours(1));
  };
  EXPECT_EQ(due("2026-01-10T00:00:00Z"), At("2026-01-10T12:00:00Z"));
  EXPECT_EQ(due("2026-01-10T15:59:00Z"), At("2026-01-10T19:59:00Z"));
  EXPECT_EQ(due("2026-01-10T16:00:00Z"), absl::InfiniteFuture());
  entry.every.reset();
  entry.daily_at = {{12, 0}, {20, 0}};
  EXPECT_EQ(due("2026-01-08T12:00:00Z"), At("2026-01-10T12:00:00Z"));
  EXPECT_EQ(due("2026-01-10T12:00:00Z"), absl::InfiniteFuture());
}

TEST(Moments, AreDueOnceEachInTurn) {
  ScheduleEntry entry;
  entry.at = {At("2026-01-10T12:30:00Z"), At("2026-01-10T13:00:00Z"), At("2026-01-10T16:00:00Z")};
  const auto due = [&](const std::string& since) {
    return NextDue(entry, {}, At(since), absl::Hours(1));
  };
  EXPECT_EQ(due("2026-01-10T11:00:00Z"), At("2026-01-10T12:30:00Z"));
  // Half an hour apart: a check-in satisfies the next one from a quarter of an hour before.
  EXPECT_EQ(due("2026-01-10T12:40:00Z"), At("2026-01-10T13:00:00Z"));
  EXPECT_EQ(due("2026-01-10T12:45:00Z"), At("2026-01-10T16:00:00Z"));
  EXPECT_EQ(due("2026-01-10T15:00:00Z"), absl::InfiniteFuture());
}

TEST(FirstDue, WhatWasDueBeforeThePlanWasRecordedIsNotOwedButAnIntervalIsDueAtOnce) {
  const CarePlan plan = InLondon(std::nullopt);
  const Instant recorded = At("2026-01-10T12:00:00Z");
  const Instant since = At("2026-01-10T06:00:00Z");
  EXPECT_EQ(NextDueSince(Every(absl::Hours(4)), plan, since, absl::Hours(1), recorded), recorded);
  ScheduleEntry daily;
  daily.daily_at = {{8, 0}};
  EXPECT_EQ(NextDueSince(daily, plan, since, absl::ZeroDuration(), recorded),
            At("2026-01-11T08:00:00Z"));
  ScheduleEntry moments;
  moments.at = {At("2026-01-10T11:00:00Z")};
  EXPECT_EQ(NextDueSince(moments, plan, since, absl::ZeroDuration(), recorded),
            absl::InfiniteFuture());
}

TEST(BoundedEntries, WithoutAnyTimeLeftNothingIsDue) {
  EXPECT_THAT(DuesBetween("Europe/London", {}, "2026-01-10T12:00:00Z", "2026-01-12T12:00:00Z"),
              IsEmpty());
}

}  // namespace
}  // namespace withdrawal::domain
