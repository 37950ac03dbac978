#include "services/scoring/core/step.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/services/scoring/core/world.h"

namespace withdrawal::scoring {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(Step, ACheckInOfAnInstrumentIsScoredOnce) {
  Person person;
  const Outcome outcome = person.Submit(CheckInAt(0, Answers("CIWA-Ar", 22)), {7, 1});
  EXPECT_EQ(outcome.verdict, Verdict::kAccepted);
  ASSERT_THAT(outcome.scores, SizeIs(1));
  EXPECT_EQ(outcome.scores[0].total, 22);
  EXPECT_EQ(outcome.scores[0].band, "severe");
  EXPECT_EQ(outcome.scores[0].scheme, "asam2020");
}

// cases C55, C56
TEST(Step, TheSameObservationAgainHasNoEffectHoweverOftenItComes) {
  Person person;
  const auto check_in = CheckInAt(0, Answers("CIWA-Ar", 22));
  person.Submit(check_in, {7, 1});
  const PatientState before = person.state;
  for (int retry = 0; retry < 9; ++retry) {
    auto later = check_in;
    later.received_at += absl::Seconds(15 * (retry + 1));
    const Outcome outcome = person.Submit(later, {7, 1});
    EXPECT_EQ(outcome.verdict, Verdict::kDuplicate);
    EXPECT_THAT(outcome.scores, IsEmpty());
  }
  EXPECT_EQ(person.state.seen, before.seen);
  EXPECT_EQ(person.state.histories, before.histories);
}

// case C56
TEST(Step, TheSameIdWithOtherContentIsAConflictThatOverwritesNothing) {
  Person person;
  person.Submit(CheckInAt(0, Answers("CIWA-Ar", 22)), {7, 1});
  const Outcome conflict = person.Submit(CheckInAt(0, Answers("CIWA-Ar", 3)), {7, 2});
  EXPECT_EQ(conflict.verdict, Verdict::kConflict);
  EXPECT_THAT(conflict.scores, IsEmpty());
  EXPECT_EQ(conflict.state.histories.at("CIWA-Ar")[0].total, 22);
}

TEST(Step, ARepeatedConflictIsShownOnce) {
  Person person;
  person.Submit(CheckInAt(0, Answers("CIWA-Ar", 22)), {7, 1});
  EXPECT_EQ(person.Submit(CheckInAt(0, Answers("CIWA-Ar", 3)), {7, 2}).verdict, Verdict::kConflict);
  EXPECT_EQ(person.Submit(CheckInAt(0, Answers("CIWA-Ar", 3)), {7, 2}).verdict,
            Verdict::kDuplicate);
  EXPECT_EQ(person.Submit(CheckInAt(0, Answers("CIWA-Ar", 4)), {7, 3}).verdict, Verdict::kConflict);
  EXPECT_EQ(person.Submit(CheckInAt(0, Answers("CIWA-Ar", 22)), {7, 1}).verdict,
            Verdict::kDuplicate);
}

TEST(Step, AnIdIsRememberedForFifteenDaysOfObservation) {
  Person person;
  person.Submit(CheckInAt(0, Answers("SAWS", 3)), {7, 1});
  const double day = 24 * 60;
  person.Submit(CheckInAt(14 * day, Answers("SAWS", 3)), {8, 1});
  EXPECT_EQ(person.state.seen.count(7), 1u);
  person.Submit(CheckInAt(15 * day + 61, Answers("SAWS", 3)), {9, 1});
  EXPECT_EQ(person.state.seen.count(7), 0u);
  EXPECT_EQ(person.state.seen.count(8), 1u);
}

TEST(Step, TheIdsRememberedAreBounded) {
  Person person;
  for (uint64_t id = 0; id < kSeenMax; ++id) {
    person.state.seen[1000 + id] = {1, static_cast<uint32_t>(absl::ToUnixSeconds(At(0)) / 3600)};
  }
  person.Submit(CheckInAt(120, Answers("SAWS", 3)), {7, 1});
  EXPECT_EQ(person.state.seen.size(), kSeenMax);
  EXPECT_EQ(person.state.seen.count(7), 1u);
}

TEST(Step, AKindWithoutAScoreIsAcceptedWithoutOne) {
  Person person;
  const Outcome outcome =
      person.Submit(CheckInAt(0, domain::Craving{8, std::nullopt, "opioid", true}), {7, 1});
  EXPECT_EQ(outcome.verdict, Verdict::kAccepted);
  EXPECT_THAT(outcome.scores, IsEmpty());
}

TEST(Step, AnswersNoFormAllowsAreUnusableAndLeaveNoTrace) {
  Person person;
  const Outcome outcome = person.Submit(
      CheckInAt(0, domain::InstrumentResponse{"COWS", {{"pulse", 3}}, std::nullopt}), {7, 1});
  EXPECT_EQ(outcome.verdict, Verdict::kUnusable);
  EXPECT_THAT(outcome.errors, SizeIs(1));
  EXPECT_TRUE(person.state.empty());
}

TEST(Step, AnInstrumentOutsideTheCatalogueIsUnusable) {
  Person person;
  const Outcome outcome = person.Submit(
      CheckInAt(0, domain::InstrumentResponse{"CIWA-Z", {{"x", 3}}, std::nullopt}), {7, 1});
  EXPECT_EQ(outcome.verdict, Verdict::kUnusable);
}

TEST(Step, ThePlanGivesTheSaturationScale) {
  Person person;
  domain::CarePlan plan;
  plan.spo2_scale = domain::Spo2Scale::kScale2;
  person.state = Step(person.state, plan, At(-60));
  auto vitals = CalmVitals();
  vitals.Set(domain::Vital::kSpo2, 90);
  EXPECT_EQ(person.ScoreOf(CheckInAt(0, vitals)).total, 0);
  person.state.plans.clear();
  const domain::Score without = person.ScoreOf(CheckInAt(1, vitals));
  EXPECT_EQ(without.total, 3);
  EXPECT_EQ(without.scheme, "rcp2017/scale1");
}

}  // namespace
}  // namespace withdrawal::scoring
