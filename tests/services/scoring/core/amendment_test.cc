// Corrected answers, observations known to the day, and the plan in force.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/services/scoring/core/world.h"

namespace withdrawal::scoring {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

domain::CheckIn Revised(domain::CheckIn check_in, int revision) {
  check_in.revision = revision;
  return check_in;
}

domain::CheckIn ToTheDay(domain::CheckIn check_in) {
  check_in.precision = domain::Precision::kDay;
  return check_in;
}

domain::CarePlan PlanWith(const std::string& etag, const std::string& scheme) {
  domain::CarePlan plan;
  plan.etag = etag;
  plan.schemes["AUDIT-C"] = scheme;
  return plan;
}

// case C58: CIWA-Ar 21, corrected to 19.
TEST(Amendment, ReplacesTheTotalOfTheSameCheckInInTheHistory) {
  Person person;
  person.Rate(-60, "CIWA-Ar", 8);
  person.Submit(CheckInAt(0, Answers("CIWA-Ar", 21)), {70, 1});
  const Outcome amended = person.Submit(Revised(CheckInAt(0, Answers("CIWA-Ar", 19)), 1), {70, 2});
  EXPECT_EQ(amended.verdict, Verdict::kAmended);
  ASSERT_THAT(amended.scores, SizeIs(1));
  EXPECT_EQ(amended.scores[0].total, 19);
  EXPECT_EQ(amended.scores[0].change_from_previous, 11);
  const domain::Score next = person.Rate(30, "CIWA-Ar", 20);
  EXPECT_EQ(next.change_from_previous, 1);
  EXPECT_THAT(next.prior_totals,
              ElementsAre(domain::PriorTotal{19, At(0)}, domain::PriorTotal{8, At(-60)}));
}

// case C58
TEST(Amendment, ThatChangesNothingDoesNothing) {
  Person person;
  person.Submit(CheckInAt(0, Answers("CIWA-Ar", 21)), {70, 1});
  person.Submit(Revised(CheckInAt(0, Answers("CIWA-Ar", 19)), 1), {70, 2});
  const PatientState before = person.state;
  const Outcome again = person.Submit(Revised(CheckInAt(0, Answers("CIWA-Ar", 19)), 2), {70, 2});
  EXPECT_EQ(again.verdict, Verdict::kDuplicate);
  EXPECT_THAT(again.scores, IsEmpty());
  EXPECT_EQ(person.state.seen, before.seen);
  EXPECT_EQ(person.state.histories, before.histories);
}

TEST(Amendment, OfTheSameRevisionWithOtherAnswersIsAConflict) {
  Person person;
  person.Submit(CheckInAt(0, Answers("CIWA-Ar", 21)), {70, 1});
  person.Submit(Revised(CheckInAt(0, Answers("CIWA-Ar", 19)), 1), {70, 2});
  const Outcome other = person.Submit(Revised(CheckInAt(0, Answers("CIWA-Ar", 3)), 1), {70, 3});
  EXPECT_EQ(other.verdict, Verdict::kConflict);
  EXPECT_EQ(person.state.histories.at("CIWA-Ar")[0].total, 19);
}

// It amends answers: about another form, time or rater it is another observation.
TEST(Amendment, AboutSomethingElseIsAConflictAndTheFirstStands) {
  Person person;
  person.Submit(CheckInAt(0, Answers("CIWA-Ar", 21)), {70, 1, 5});
  const Outcome other = person.Submit(Revised(CheckInAt(0, Answers("COWS", 3)), 1), {70, 2, 6});
  EXPECT_EQ(other.verdict, Verdict::kConflict);
  EXPECT_THAT(other.scores, IsEmpty());
  EXPECT_EQ(person.state.histories.at("CIWA-Ar")[0].total, 21);
  const Outcome same = person.Submit(Revised(CheckInAt(0, Answers("CIWA-Ar", 19)), 1), {70, 3, 5});
  EXPECT_EQ(same.verdict, Verdict::kAmended);
}

TEST(Amendment, OfARowThatDoesNotSayWhatItIsAboutIsTaken) {
  Person person;
  person.Submit(CheckInAt(0, Answers("CIWA-Ar", 21)), {70, 1});
  const Outcome amended =
      person.Submit(Revised(CheckInAt(0, Answers("CIWA-Ar", 19)), 1), {70, 2, 5});
  EXPECT_EQ(amended.verdict, Verdict::kAmended);
}

TEST(Amendment, AnEarlierRevisionThatComesLateDoesNotBringTheOldTotalBack) {
  Person person;
  person.Submit(Revised(CheckInAt(0, Answers("CIWA-Ar", 19)), 2), {70, 2});
  const Outcome late = person.Submit(Revised(CheckInAt(0, Answers("CIWA-Ar", 21)), 1), {70, 1});
  EXPECT_EQ(late.verdict, Verdict::kDuplicate);
  EXPECT_EQ(person.state.histories.at("CIWA-Ar")[0].total, 19);
}

TEST(Amendment, ToAnIncompleteFormTakesTheTotalAway) {
  Person person;
  person.Submit(CheckInAt(0, Answers("SAWS", 12)), {70, 1});
  auto answers = Answers("SAWS", 12);
  answers.items.erase("sweating");
  person.Submit(Revised(CheckInAt(0, answers), 1), {70, 2});
  EXPECT_FALSE(person.state.histories.contains("SAWS"));
}

// case C50: the same ids, another instant.
TEST(Amendment, AReuploadUnderTheSameIdAtAnotherTimeIsAConflictAndScoresNothing) {
  Person person;
  person.Submit(CheckInAt(0, Answers("SAWS", 12)), {70, 1});
  const Outcome again = person.Submit(CheckInAt(120, Answers("SAWS", 12)), {70, 2});
  EXPECT_EQ(again.verdict, Verdict::kConflict);
  EXPECT_THAT(person.state.histories.at("SAWS"), SizeIs(1));
}

// case C53
TEST(DayPrecision, VitalSignsOfADayNeitherStandInNorAreCompletedFromOthers) {
  Person person;
  person.ScoreOf(ToTheDay(CheckInAt(0, CalmVitals())));
  EXPECT_TRUE(person.state.last_vitals.empty());
  domain::VitalSigns pulse;
  pulse.Set(domain::Vital::kPulse, 70);
  EXPECT_THAT(person.ScoreOf(CheckInAt(10, pulse)).missing_items, SizeIs(6));
  person.ScoreOf(CheckInAt(20, CalmVitals()));
  EXPECT_THAT(person.ScoreOf(ToTheDay(CheckInAt(30, pulse))).missing_items, SizeIs(6));
}

// case C53
TEST(DayPrecision, ATotalOfADayIsNeverPartOfARise) {
  Person person;
  person.ScoreOf(ToTheDay(CheckInAt(0, Answers("COWS", 5))));
  EXPECT_TRUE(person.state.histories.empty());
  person.Rate(5, "COWS", 6);
  const domain::Score day = person.ScoreOf(ToTheDay(CheckInAt(30, Answers("COWS", 20))));
  EXPECT_EQ(day.total, 20);
  EXPECT_EQ(day.change_from_previous, std::nullopt);
  EXPECT_THAT(day.prior_totals, IsEmpty());
  EXPECT_EQ(person.Rate(60, "COWS", 8).change_from_previous, 2);
}

TEST(PlanInForce, IsTheVersionOfTheTimeOfObservation) {
  Person person;
  person.state = Step(person.state, PlanWith("v1", "women"), At(0));
  person.state = Step(person.state, PlanWith("v2", "men"), At(60));
  const auto three = CheckInAt(30, Answers("AUDIT-C", 3));
  const Outcome late = person.Submit(three, {70, 1});
  EXPECT_EQ(late.care_plan_etag, "v1");
  EXPECT_EQ(late.scores.at(0).scheme, "women");
  EXPECT_EQ(late.scores.at(0).band, "positive");
  const Outcome now = person.Submit(CheckInAt(60, Answers("AUDIT-C", 3)), {71, 1});
  EXPECT_EQ(now.care_plan_etag, "v2");
  EXPECT_EQ(now.scores.at(0).band, "negative");
}

TEST(PlanInForce, GivesTheSaturationScaleAndTheBaselineOfItsTime) {
  Person person;
  domain::CarePlan first;
  first.etag = "v1";
  first.spo2_scale = domain::Spo2Scale::kScale2;
  first.baseline_scores["SAWS"] = 5;
  person.state = Step(person.state, first, At(0));
  domain::CarePlan second;
  second.etag = "v2";
  second.baseline_scores["SAWS"] = 2;
  person.state = Step(person.state, second, At(60));
  EXPECT_EQ(person.Rate(59, "SAWS", 9).change_from_baseline, 4);
  EXPECT_EQ(person.Rate(61, "SAWS", 9).change_from_baseline, 7);
  auto vitals = CalmVitals();
  vitals.Set(domain::Vital::kSpo2, 90);
  EXPECT_EQ(person.ScoreOf(CheckInAt(30, vitals)).total, 0);
  EXPECT_EQ(person.ScoreOf(CheckInAt(90, vitals)).total, 3);
}

TEST(PlanInForce, BeforeTheFirstVersionIsTheFirstVersion) {
  Person person;
  person.state = Step(person.state, PlanWith("v1", "men"), At(60));
  EXPECT_EQ(person.Submit(CheckInAt(0, Answers("AUDIT-C", 3)), {70, 1}).scores.at(0).scheme, "men");
}

TEST(PlanInForce, WithASchemeTheCatalogueLacksTheDefaultStands) {
  Person person;
  person.state = Step(person.state, PlanWith("v1", "martians"), At(0));
  EXPECT_EQ(person.Submit(CheckInAt(1, Answers("AUDIT-C", 3)), {70, 1}).scores.at(0).scheme,
            "women");
}

TEST(PlanInForce, VersionsAreKeptInOrderOnceEachAndBounded) {
  PatientState state;
  state = Step(state, PlanWith("v2", "men"), At(60));
  state = Step(state, PlanWith("v1", "uk"), At(0));
  state = Step(state, PlanWith("v2", "men"), At(60));
  ASSERT_THAT(state.plans, SizeIs(2));
  EXPECT_EQ(state.plans[0].etag, "v1");
  for (int i = 0; i < 100; ++i)
    state = Step(state, PlanWith("w" + std::to_string(i), "men"), At(i));
  EXPECT_THAT(state.plans, SizeIs(kPlanVersionsMax));
  EXPECT_EQ(state.plans.back().etag, "w99");
}

}  // namespace
}  // namespace withdrawal::scoring
