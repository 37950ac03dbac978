#include "services/ctl/core/replay_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace withdrawal::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

constexpr const char* kVitalsHeader =
    "hospitalization_id,recorded_dttm,vital_category,vital_value\n";
constexpr const char* kItemsHeader = "patient_id,observed_at,instrument,item,value,unit\n";

ReplayPlan PlanOf(const std::string& text, const std::string& id = "file") {
  ReplayPlan plan;
  const auto status = AddFile(text, id, plan);
  EXPECT_TRUE(status.ok()) << status;
  return plan;
}

Instant At(const char* text) {
  Instant at;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &at, &error)) << error;
  return at;
}

std::vector<std::string> Codes(const PlannedCheckIn& check_in) {
  std::vector<std::string> codes;
  for (const PlannedValue& value : check_in.values) codes.push_back(value.code);
  return codes;
}

TEST(ReplayPlan, RowsOfOnePersonAndInstantBecomeOneCheckIn) {
  const auto plan = PlanOf(std::string(kVitalsHeader) +
                           "7,2156-05-01T03:28:00Z,heart_rate,112.0\n"
                           "8,2156-05-01T03:28:00Z,heart_rate,80\n"
                           "7,2156-05-01T03:28:00Z,respiratory_rate,27.0\n"
                           "7,2156-05-01T03:37:00Z,dbp,101.0\n");
  EXPECT_EQ(plan.rows_read, 4);
  ASSERT_EQ(plan.check_ins.size(), 3u);
  EXPECT_EQ(plan.check_ins[0].person, "7");
  EXPECT_THAT(Codes(plan.check_ins[0]), ElementsAre("pulse", "respiratory_rate"));
  EXPECT_EQ(plan.check_ins[0].check_in_id, "file:2");
  EXPECT_EQ(plan.check_ins[1].person, "8");
  EXPECT_THAT(Codes(plan.check_ins[2]), ElementsAre("diastolic"));
}

TEST(ReplayPlan, ASecondReadingOfTheSameInstantIsRefusedAndTheFirstStands) {
  const auto plan = PlanOf(std::string(kVitalsHeader) +
                           "7,2156-05-01T03:28:00Z,sbp,120\n"
                           "7,2156-05-01T03:28:00Z,sbp,140\n");
  EXPECT_THAT(plan.rows_refused, ElementsAre(Pair("DUPLICATE_READING", 1)));
  ASSERT_EQ(plan.check_ins.size(), 1u);
  ASSERT_EQ(plan.check_ins[0].values.size(), 1u);
  EXPECT_EQ(plan.check_ins[0].values[0].value, 120);
}

TEST(ReplayPlan, ADuplicateInASecondFileIsRefusedToo) {
  ReplayPlan plan = PlanOf(std::string(kVitalsHeader) + "7,2156-05-01T03:28:00Z,sbp,120\n");
  const std::string second = std::string(kVitalsHeader) + "7,2156-05-01T03:28:00Z,sbp,140\n";
  ASSERT_TRUE(AddFile(second, "other", plan).ok());
  EXPECT_THAT(plan.rows_refused, ElementsAre(Pair("DUPLICATE_READING", 1)));
  EXPECT_EQ(plan.check_ins.size(), 1u);
}

TEST(ReplayPlan, DerivedPressureIsLeftOutAndCounted) {
  const auto plan = PlanOf(std::string(kVitalsHeader) +
                           "7,2156-05-01T03:37:00Z,map,112.0\n"
                           "7,2156-05-01T03:37:00Z,map,59.0\n");
  EXPECT_TRUE(plan.check_ins.empty());
  EXPECT_THAT(plan.rows_refused,
              ElementsAre(Pair("DERIVED_VALUE", 1), Pair("DUPLICATE_READING", 1)));
}

// case C07
TEST(ReplayPlan, ABlankIsNoReadingAndNeverZero) {
  const auto plan = PlanOf(std::string(kVitalsHeader) +
                           "7,2156-05-01T03:28:00Z,temp_c,\n"
                           "7,2156-05-01T03:28:00Z,sbp,120\n");
  EXPECT_THAT(plan.rows_refused, ElementsAre(Pair("BLANK_VALUE", 1)));
  ASSERT_EQ(plan.check_ins.size(), 1u);
  EXPECT_THAT(Codes(plan.check_ins[0]), ElementsAre("systolic"));
}

TEST(ReplayPlan, RowsThatCannotBeReadAreCountedByReason) {
  const auto plan = PlanOf(std::string(kVitalsHeader) +
                           "7,2156-05-01T03:28:00Z,sbp,high\n"
                           "7,2156-05-01T03:28:00,sbp,120\n"
                           ",2156-05-01T03:28:00Z,sbp,120\n"
                           "7,2156-05-01T03:28:00Z,mood,3\n"
                           "7,2156-05-01T03:28:00Z,sbp,nan\n");
  EXPECT_THAT(plan.rows_refused, ElementsAre(Pair("BAD_TIME", 1), Pair("MISSING_PATIENT", 1),
                                             Pair("NOT_A_NUMBER", 2), Pair("UNKNOWN_CATEGORY", 1)));
}

// cases C01, C04, C19: judged by the service, so the replay must hand them on as they are.
TEST(ReplayPlan, ImplausibleReadingsAreHandedOnUnchanged) {
  const auto plan = PlanOf(std::string(kVitalsHeader) +
                           "7,2185-01-21T01:00:00Z,temp_c,97.2\n"
                           "7,2185-01-21T01:00:00Z,respiratory_rate,0.0\n"
                           "7,2185-01-21T01:00:00Z,sbp,2047\n");
  ASSERT_EQ(plan.check_ins.size(), 1u);
  EXPECT_EQ(plan.check_ins[0].values[0].value, 97.2);
  EXPECT_EQ(plan.check_ins[0].values[0].unit, "Cel");
  EXPECT_EQ(plan.check_ins[0].values[1].value, 0.0);
  EXPECT_EQ(plan.check_ins[0].values[2].value, 2047);
}

// case C49
TEST(ReplayPlan, OffsetFormsOfOneInstantAreOneInstant) {
  const auto plan = PlanOf(std::string(kVitalsHeader) +
                           "7,2026-07-01T14:30:00+10:00,sbp,120\n"
                           "7,2026-07-01T05:00:00Z,sbp,121\n"
                           "7,2026-07-01T04:30:00Z,sbp,120\n");
  ASSERT_EQ(plan.check_ins.size(), 2u);
  EXPECT_EQ(plan.check_ins[0].recorded_at, At("2026-07-01T04:30:00Z"));
  EXPECT_EQ(plan.check_ins[1].recorded_at, At("2026-07-01T05:00:00Z"));
  EXPECT_THAT(plan.rows_refused, ElementsAre(Pair("DUPLICATE_READING", 1)));
}

TEST(ReplayPlan, ItemRowsBecomeOneCheckInPerInstrument) {
  const auto plan = PlanOf(std::string(kItemsHeader) +
                           "p,2026-07-01T05:00:00Z,SAWS,anxious,2,\n"
                           "p,2026-07-01T05:00:00Z,SAWS,tremor,1,\n"
                           "p,2026-07-01T05:00:00Z,vital-signs,temperature,98.6,[degF]\n"
                           "p,2026-07-01T05:00:00Z,vital-signs,pulse,80,\n"
                           "p,2026-07-01T05:00:00Z,SAWS,nausea,1.5,\n");
  ASSERT_EQ(plan.check_ins.size(), 2u);
  EXPECT_EQ(plan.check_ins[0].instrument, "SAWS");
  EXPECT_THAT(Codes(plan.check_ins[0]), ElementsAre("anxious", "tremor"));
  EXPECT_EQ(plan.check_ins[1].instrument, "vital-signs");
  EXPECT_EQ(plan.check_ins[1].values[0].unit, "[degF]");
  EXPECT_EQ(plan.check_ins[1].values[1].unit, "/min");
  EXPECT_THAT(plan.rows_refused, ElementsAre(Pair("NOT_A_NUMBER", 1)));
}

TEST(ReplayPlan, AnUnknownHeaderIsRefused) {
  ReplayPlan plan;
  EXPECT_EQ(AddFile("a,b\n1,2\n", "file", plan).code(), absl::StatusCode::kInvalidArgument);
}

ReplayPlan TwoPeople() {
  return PlanOf(std::string(kVitalsHeader) +
                "a,2156-05-01T00:00:00Z,sbp,120\n"
                "a,2156-05-01T10:00:00Z,sbp,121\n"
                "b,2111-01-17T20:15:00Z,sbp,122\n"
                "b,2111-01-17T22:15:00Z,sbp,123\n");
}

TEST(ReplaySchedule, EachPersonsIntervalsAreKeptAndEndTogether) {
  const ReplayPlan plan = TwoPeople();
  const Instant start = At("2026-11-25T12:00:00Z");
  for (const TimedCheckIn& timed : Schedule(plan, start, 0)) {
    const auto before_end = timed.planned->person == "a"
                                ? At("2156-05-01T10:00:00Z") - timed.planned->recorded_at
                                : At("2111-01-17T22:15:00Z") - timed.planned->recorded_at;
    EXPECT_EQ(timed.observed_at, start - before_end);
    EXPECT_EQ(timed.send_at, start);
  }
}

TEST(ReplaySchedule, NothingIsEverObservedInTheFuture) {
  const ReplayPlan plan = TwoPeople();
  const Instant start = At("2026-11-25T12:00:00Z");
  for (const double speed : {1.0, 7.0, 3600.0}) {
    Instant previous = absl::InfinitePast();
    for (const TimedCheckIn& timed : Schedule(plan, start, speed)) {
      EXPECT_LE(timed.observed_at, timed.send_at);
      EXPECT_GE(timed.send_at, start - absl::Nanoseconds(10));
      EXPECT_GE(timed.send_at, previous);
      previous = timed.send_at;
    }
    EXPECT_LE(previous, start + ReplayLength(plan, speed));
  }
}

TEST(ReplaySchedule, SpeedDividesTheLongestPersonsTime) {
  EXPECT_EQ(ReplayLength(TwoPeople(), 10), absl::Hours(1));
  EXPECT_EQ(ReplayLength(TwoPeople(), 0), absl::ZeroDuration());
}

}  // namespace
}  // namespace withdrawal::ctl
