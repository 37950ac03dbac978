#include "services/ctl/trial_replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/codec/care_plan.h"
#include "libs/codec/time.h"

namespace withdrawal::ctl {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'772'409'600);  // 2026-03-02T00:00:00Z

const catalogue::Catalogue& BuiltIn() {
  static const auto* const kCatalogue = new catalogue::Catalogue(*catalogue::Load(""));
  return *kCatalogue;
}

std::vector<TrialPerson> TwoPeople() {
  return {{"2", {{7, 4}, {8, 8}, {10, 8}}, {{7, 1}, {10, 3}}}, {"9", {{0, 16}}, {}}};
}

TrialReplay Replay(double speed) {
  return PlanTrialReplay(TwoPeople(), {"t-", "SOWS16", "trial"}, BuiltIn(), kNow, speed);
}

TEST(TrialReplay, NothingIsObservedInTheFutureAndNobodyBeforeTwoWeeksAgo) {
  for (const Outgoing& outgoing : Replay(100).batch) {
    const absl::Time at = codec::FromProto(outgoing.check_in.observed_at());
    EXPECT_LE(at, outgoing.send_at);
    EXPECT_LE(at, kNow);
    EXPECT_GT(at, kNow - absl::Hours(24 * 14));
  }
}

TEST(TrialReplay, EachPersonHasAPlanThatReadsAndTheReportsInOrder) {
  const TrialReplay replay = Replay(0);
  ASSERT_EQ(replay.plans.size(), 2u);
  ASSERT_EQ(replay.batch.size(), 6u);
  for (const auto& plan : replay.plans) {
    const auto read = codec::FromProto(plan);
    EXPECT_TRUE(read.ok()) << read.status();
  }
  absl::Time last = absl::InfinitePast();
  for (const Outgoing& outgoing : replay.batch) {
    if (outgoing.check_in.patient_id() != "t-2") continue;
    const absl::Time at = codec::FromProto(outgoing.check_in.observed_at());
    EXPECT_GT(at, last);
    last = at;
  }
}

TEST(TrialReplay, TheOrderOfThePlanIsTheDosesThatWereGiven) {
  const events::v1::MedicationOrder order = Replay(0).plans[0].medications(0);
  ASSERT_EQ(order.steps_size(), 2);
  EXPECT_EQ(order.steps(0).milligrams(), 4);
  EXPECT_EQ(order.steps(1).milligrams(), 8);
  EXPECT_TRUE(BuiltIn().medications.contains(order.product())) << "a plan takes catalogue ids only";
}

TEST(TrialReplay, ABandBecomesACompleteFormWithATotalInTheBand) {
  for (const Outgoing& outgoing : Replay(0).batch) {
    if (!outgoing.check_in.has_instrument_response()) continue;
    const auto& form = outgoing.check_in.instrument_response();
    int total = 0;
    for (const auto& item : form.items()) total += item.value();
    EXPECT_EQ(form.items_size(), 16);
    EXPECT_TRUE(total == 5 || total == 42) << total;
  }
}

TEST(TrialReplay, AFasterReplayKeepsTheRhythm) {
  const TrialReplay replay = Replay(24 * 60);
  EXPECT_EQ(replay.batch.front().send_at, kNow);
  EXPECT_LE(replay.ends_at - kNow, absl::Minutes(4));
  EXPECT_GE(replay.ends_at - kNow, absl::Minutes(3));
}

}  // namespace
}  // namespace withdrawal::ctl
