// When check-ins are due. Clock changes of 2026 by the IANA database: New York forward 8 March and
// back 1 November, Sydney back 5 April and forward 4 October.
#include "services/alerting/core/schedule.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/alerting/core/story.h"

namespace withdrawal::alerting {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Instant At(const std::string& text) {
  Instant instant;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &instant, &error)) << error;
  return instant;
}

domain::ScheduleEntry Daily(std::vector<domain::LocalTime> times) {
  domain::ScheduleEntry entry;
  entry.entry_id = "form";
  entry.daily_at = std::move(times);
  return entry;
}

std::vector<Instant> DuesBetween(const std::string& zone, domain::LocalTime time, Instant from,
                                 Instant to) {
  std::vector<Instant> dues;
  const auto entry = Daily({time});
  for (Instant due = NextLocalTime(entry, zone, from); due < to;
       due = NextLocalTime(entry, zone, due)) {
    dues.push_back(due);
  }
  return dues;
}

TEST(LocalTimes, HalfPastOneIsDueOnceInTheNightThatHasItTwice) {
  EXPECT_THAT(DuesBetween("America/New_York", {1, 30}, At("2026-10-31T16:00:00Z"),
                          At("2026-11-02T16:00:00Z")),
              ElementsAre(At("2026-11-01T01:30:00-04:00"), At("2026-11-02T01:30:00-05:00")));
}

TEST(LocalTimes, HalfPastOneIsDueOnceInTheNightOfTheSpringChange) {
  EXPECT_THAT(DuesBetween("America/New_York", {1, 30}, At("2026-03-07T16:00:00Z"),
                          At("2026-03-09T16:00:00Z")),
              ElementsAre(At("2026-03-08T01:30:00-05:00"), At("2026-03-09T01:30:00-04:00")));
}

TEST(LocalTimes, ATimeThatTheSpringChangeSkipsIsDueOnceWhenTheClockJumps) {
  EXPECT_THAT(DuesBetween("America/New_York", {2, 30}, At("2026-03-07T16:00:00Z"),
                          At("2026-03-09T16:00:00Z")),
              ElementsAre(At("2026-03-08T03:00:00-04:00"), At("2026-03-09T02:30:00-04:00")));
}

TEST(LocalTimes, SouthernChangesAreRightAsWell) {
  EXPECT_THAT(DuesBetween("Australia/Sydney", {2, 30}, At("2026-04-04T06:00:00Z"),
                          At("2026-04-06T06:00:00Z")),
              ElementsAre(At("2026-04-05T02:30:00+11:00"), At("2026-04-06T02:30:00+10:00")));
  EXPECT_THAT(DuesBetween("Australia/Sydney", {2, 30}, At("2026-10-03T06:00:00Z"),
                          At("2026-10-04T06:00:00Z")),
              ElementsAre(At("2026-10-04T03:00:00+11:00")));
}

TEST(LocalTimes, TheNextOfSeveralIsTaken) {
  EXPECT_EQ(NextLocalTime(Daily({{20, 0}, {8, 0}}), "Asia/Kolkata", At("2026-03-02T02:30:00Z")),
            At("2026-03-02T14:30:00Z"));
}

domain::CarePlan Plan(domain::ScheduleEntry entry, const std::string& zone) {
  domain::CarePlan plan;
  plan.patient_id = "p1";
  plan.time_zone = zone;
  plan.schedule = {std::move(entry)};
  return plan;
}

Instant FirstDue(const Person& person) { return person.state().schedules.begin()->second.due_at; }

TEST(Schedule, ACheckInShortlyBeforeALocalTimeSatisfiesIt) {
  Person person(At("2026-03-02T00:00:00Z"));
  person.Do(At("2026-03-02T00:00:00Z"), "plan programme=cannabis daily=08:00 zone=Europe/London");
  EXPECT_EQ(FirstDue(person), At("2026-03-02T08:00:00Z"));
  person.Do(At("2026-03-02T06:59:00Z"), "score SAWS 1");
  EXPECT_EQ(FirstDue(person), At("2026-03-02T08:00:00Z"));
  person.Do(At("2026-03-02T07:01:00Z"), "score SAWS 1");
  EXPECT_EQ(FirstDue(person), At("2026-03-03T08:00:00Z"));
}

TEST(Schedule, OnlyWhatTheEntryWaitsForSatisfiesIt) {
  Person person(At("2026-03-02T00:00:00Z"));
  person.Do(At("2026-03-02T00:00:00Z"), "plan programme=alcohol every=4h for=SAWS,vital-signs");
  const Instant due = FirstDue(person);
  person.Do(At("2026-03-02T01:00:00Z"), "craving nrs=1");
  person.Do(At("2026-03-02T01:01:00Z"), "score CIWA-Ar 1");
  EXPECT_EQ(FirstDue(person), due);
  person.Do(At("2026-03-02T01:02:00Z"), "vitals pulse=70");
  EXPECT_EQ(FirstDue(person), At("2026-03-02T05:02:00Z"));
  person.Do(At("2026-03-02T02:00:00Z"), "score SAWS 1");
  EXPECT_EQ(FirstDue(person), At("2026-03-02T06:00:00Z"));
}

TEST(Schedule, ReceiptCountsNotObservation) {
  Person person(At("2026-03-02T00:00:00Z"));
  person.Do(At("2026-03-02T00:00:00Z"), "plan programme=alcohol every=4h");
  person.Do(At("2026-03-02T03:00:00Z"), "score SAWS 1 observed=-2h");
  EXPECT_EQ(FirstDue(person), At("2026-03-02T07:00:00Z"));
}

TEST(Schedule, APlanThatBeganInThePastOwesNothingFromBeforeItWasRecorded) {
  domain::ScheduleEntry entry;
  entry.entry_id = "form";
  entry.every = absl::Hours(4);
  domain::CarePlan plan = Plan(entry, "");
  plan.monitoring_started_at = At("2026-03-01T00:00:00Z");
  Person person(At("2026-03-02T00:00:00Z"));
  person.Feed(PlanRecorded{plan, At("2026-03-02T00:00:00Z")}, At("2026-03-02T00:00:00Z"));
  EXPECT_EQ(FirstDue(person), At("2026-03-02T04:00:00Z"));
}

TEST(Schedule, APlanThatStartsLaterWaitsUntilThen) {
  domain::ScheduleEntry entry;
  entry.entry_id = "form";
  entry.every = absl::Hours(4);
  domain::CarePlan plan = Plan(entry, "");
  plan.monitoring_started_at = At("2026-03-03T00:00:00Z");
  Person person(At("2026-03-02T00:00:00Z"));
  person.Feed(PlanRecorded{plan, At("2026-03-02T00:00:00Z")}, At("2026-03-02T00:00:00Z"));
  EXPECT_EQ(FirstDue(person), At("2026-03-03T04:00:00Z"));
}

TEST(Schedule, SendingThePlanAgainUnchangedDoesNotMoveTheDueTime) {
  Person person(At("2026-03-02T00:00:00Z"));
  person.Do(At("2026-03-02T00:00:00Z"), "plan programme=alcohol every=4h");
  person.Do(At("2026-03-02T03:00:00Z"), "plan programme=alcohol every=4h");
  EXPECT_EQ(FirstDue(person), At("2026-03-02T04:00:00Z"));
}

TEST(Schedule, AShorterIntervalIsNotOverdueBeforeItWasAsked) {
  Person person(At("2026-03-02T00:00:00Z"));
  person.Do(At("2026-03-02T00:00:00Z"), "plan programme=alcohol every=24h");
  person.Do(At("2026-03-02T12:00:00Z"), "plan programme=alcohol every=4h");
  EXPECT_EQ(FirstDue(person), At("2026-03-02T12:00:00Z"));
}

TEST(Schedule, AChangedPlanDoesNotHideASilence) {
  Person person(At("2026-03-02T00:00:00Z"));
  person.Do(At("2026-03-02T00:00:00Z"), "plan programme=cannabis every=4h");
  person.Do(At("2026-03-02T06:30:00Z"), "plan programme=cannabis every=8h");
  ASSERT_THAT(person.state().open, SizeIs(1));
  EXPECT_THAT(person.Do(At("2026-03-02T08:00:00Z"), "wait"), SizeIs(1));
}

TEST(Schedule, AnEntryTakenOutOfThePlanResolvesItsAlert) {
  Person person(At("2026-03-02T00:00:00Z"));
  person.Do(At("2026-03-02T00:00:00Z"), "plan programme=cannabis every=4h");
  const auto events = person.Do(At("2026-03-02T06:30:00Z"), "plan programme=cannabis");
  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(std::get<domain::AlertResolved>(events[1].kind).reason, "no longer in the plan");
  EXPECT_THAT(person.state().open, IsEmpty());
}

TEST(Schedule, EachEntryHasItsOwnAlert) {
  domain::ScheduleEntry a, b;
  a.entry_id = "form";
  b.entry_id = "vitals";
  a.every = b.every = absl::Hours(4);
  a.satisfied_by = {"SAWS"};
  b.satisfied_by = {"vital-signs"};
  domain::CarePlan plan = Plan(a, "");
  plan.schedule.push_back(b);
  const Instant start = At("2026-03-02T00:00:00Z");
  Person person(start);
  person.Feed(PlanRecorded{plan, start}, start);
  person.Do(start + absl::Hours(6), "wait");
  EXPECT_THAT(person.state().open, SizeIs(2));
  person.Do(start + absl::Hours(6), "score SAWS 1");
  EXPECT_THAT(person.state().open, SizeIs(1));
}

TEST(Schedule, SilenceJustBeforeADangerWindowEscalatesFast) {
  // Fentanyl: the window opens 8 h after last use; due at 7 h.
  Person person(At("2026-03-02T00:00:00Z"));
  person.Do(At("2026-03-02T00:00:00Z"), "plan programme=opioid used=fentanyl@3h every=4h");
  const auto events = person.Do(At("2026-03-02T04:30:00Z"), "wait");
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].alert.rule_id, "MC-01");
}

TEST(Schedule, AfterTheDangerWindowSilenceEscalatesSlowly) {
  Person person(At("2026-03-02T00:00:00Z"));
  person.Do(At("2026-03-02T00:00:00Z"), "plan programme=alcohol used=alcohol@120h every=4h");
  EXPECT_THAT(person.Do(At("2026-03-02T05:59:00Z"), "wait"), IsEmpty());
  EXPECT_THAT(person.Do(At("2026-03-02T06:00:00Z"), "wait"), SizeIs(1));
}

}  // namespace
}  // namespace withdrawal::alerting
