// What a person owes by the plan, as check-ins come and plans change.
#include "services/alerting/core/schedule.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/alerting/core/story.h"

namespace withdrawal::alerting {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Instant At(const std::string& text) {
  Instant instant;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &instant, &error)) << error;
  return instant;
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

// London 2026: forward on 29 March at 01:00, back on 25 October at 02:00.
TEST(Schedule, HalfPastOneIsMissedOnceInEachNightOfAClockChange) {
  for (const char* day : {"2026-03-28", "2026-10-24"}) {
    const Instant start = At(absl::StrCat(day, "T12:00:00Z"));
    Person person(start);
    person.Do(start, "plan programme=cannabis daily=01:30 zone=Europe/London");
    std::vector<Instant> dues;
    for (Instant at = start; at < start + absl::Hours(24); at += absl::Minutes(5)) {
      const Instant due = FirstDue(person);
      if (at > due) person.Do(at, "score SAWS 1");
      if (at > due) dues.push_back(due);
    }
    EXPECT_THAT(dues, SizeIs(1)) << day;
  }
}

TEST(Schedule, AnEntryWhoseTimeIsOverIsWaitedForNoMore) {
  domain::ScheduleEntry entry;
  entry.entry_id = "after-dose";
  const Instant start = At("2026-03-02T00:00:00Z");
  entry.at = {start + absl::Minutes(30)};
  Person person(start);
  person.Feed(PlanRecorded{Plan(entry, ""), start}, start);
  EXPECT_EQ(FirstDue(person), start + absl::Minutes(30));
  person.Do(start + absl::Minutes(30), "score SAWS 1");
  EXPECT_EQ(FirstDue(person), absl::InfiniteFuture());
  EXPECT_THAT(person.Do(start + absl::Hours(24), "wait"), IsEmpty());
}

// A clinician asks for one within three hours: whatever comes in that time is an answer.
TEST(Schedule, AMomentWithABeginningIsSatisfiedByAllThatCameSince) {
  domain::ScheduleEntry entry;
  entry.entry_id = "requested-1";
  const Instant start = At("2026-03-02T00:00:00Z");
  entry.from = start;
  entry.at = {start + absl::Hours(3)};
  Person person(start);
  person.Feed(PlanRecorded{Plan(entry, ""), start}, start);
  EXPECT_EQ(FirstDue(person), start + absl::Hours(3));
  person.Do(start + absl::Minutes(5), "score SAWS 1");
  EXPECT_EQ(FirstDue(person), absl::InfiniteFuture());
}

TEST(Schedule, ARequestedCheckInIsMissedAlsoWhenThePlanIsPutAgain) {
  domain::ScheduleEntry entry;
  entry.entry_id = "requested-1";
  const Instant start = At("2026-03-02T00:00:00Z");
  entry.from = start + absl::Minutes(1);
  entry.at = {start + absl::Minutes(31)};
  Person person(start);
  person.Feed(PlanRecorded{Plan(entry, ""), start + absl::Minutes(1)}, start + absl::Minutes(1));
  for (const int minute : {5, 20, 40}) {  // the last one when it is overdue already
    const Instant at = start + absl::Minutes(minute);
    domain::CarePlan again = Plan(entry, "");
    again.team = absl::StrCat("team-", minute);
    person.Feed(PlanRecorded{again, at}, at);
    EXPECT_EQ(FirstDue(person), start + absl::Minutes(31)) << minute;
  }
  const auto events = person.Do(start + absl::Hours(8), "wait");
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.front().alert.rule_id, "MC-01");
}

// The person stays in care under another id (case C41), so no tolerance is lost; what is open under
// the old one goes on until somebody closes it.
TEST(Schedule, AMergeWarnsOfNothingAndClosesNoAlert) {
  const Instant start = At("2026-03-02T00:00:00Z");
  for (const bool merged : {false, true}) {
    Person person(start);
    person.Do(start, "plan programme=opioid every=4h");
    person.Do(start + absl::Minutes(5), "score CIWA-Ar 22");
    domain::CarePlan plan = *person.state().plan;
    plan.status = domain::MonitoringStatus::kEnded;
    if (merged) plan.merged_into = "p2";
    const Instant at = start + absl::Minutes(10);
    const auto events = person.Feed(PlanRecorded{plan, at}, at);
    EXPECT_EQ(events.empty(), merged);
    bool open = false;
    for (const OpenAlert& alert : person.state().open) open |= alert.alert.rule_id == "SC-01a";
    EXPECT_TRUE(open);
  }
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

// A pulse or a number of the cuff does not say how awake somebody is (methadone, reference B).
TEST(Schedule, ALookForSedationNeedsTheConsciousness) {
  Person person(At("2026-03-02T00:00:00Z"));
  person.Do(At("2026-03-02T00:00:00Z"), "plan programme=opioid every=4h for=sedation");
  const Instant due = FirstDue(person);
  person.Do(At("2026-03-02T01:00:00Z"), "vitals pulse=70 rr=14 spo2=97");
  EXPECT_EQ(FirstDue(person), due);
  person.Do(At("2026-03-02T01:02:00Z"), "vitals consciousness=alert");
  EXPECT_EQ(FirstDue(person), At("2026-03-02T05:02:00Z"));
  person.Do(At("2026-03-02T02:00:00Z"), "vitals rass=0 rr=14");
  EXPECT_EQ(FirstDue(person), At("2026-03-02T06:00:00Z"));
}

domain::ScheduleEntry Every(const std::string& kind, Duration every) {
  domain::ScheduleEntry entry;
  entry.entry_id = kind;
  entry.satisfied_by = {kind};
  entry.every = every;
  return entry;
}

// Whether MC-01 is raised within two days, while SAWS comes every four hours.
bool IsMissed(const std::string& left_out) {
  const Instant start = At("2026-03-02T00:00:00Z");
  Person person(start);
  domain::CarePlan plan = Plan(Every("SAWS", absl::Hours(4)), "");
  plan.programmes = {domain::Programme::kAlcohol};
  plan.substances = {{"alcohol", start}};
  plan.schedule.push_back(Every(left_out, absl::Hours(24)));
  person.Feed(PlanRecorded{plan, start}, start);
  bool told = false;
  for (int hour = 4; hour <= 47; hour += 4) {
    for (const auto& event : person.Do(start + absl::Hours(hour), "score SAWS 1")) {
      told |= event.alert.rule_id == "MC-01";
    }
  }
  return told;
}

// In a danger window too: who reports every four hours is not silent.
TEST(Schedule, AFormLeftOutBesideCheckInsIsNoSilence) {
  EXPECT_FALSE(IsMissed("C-SSRS"));
  EXPECT_FALSE(IsMissed("red-flags"));
  EXPECT_TRUE(IsMissed("CIWA-Ar"));
}

TEST(Schedule, AFormThatIsAllThatIsAskedIsASilence) {
  const Instant start = At("2026-03-02T00:00:00Z");
  Person person(start);
  person.Do(start, "plan programme=alcohol used=alcohol@1h every=24h for=red-flags");
  EXPECT_THAT(person.Do(start + absl::Hours(26), "wait"), testing::Not(IsEmpty()));
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
