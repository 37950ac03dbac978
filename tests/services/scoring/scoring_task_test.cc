#include "services/scoring/scoring_task.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include "libs/codec/time.h"
#include "libs/kafka/headers.h"
#include "libs/metrics/metrics.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::scoring {
namespace {

using events::v1::CarePlanRecorded;
using events::v1::CheckInRecorded;
using events::v1::CheckInScored;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kCheckIns[] = "withdrawal.check-ins.v1";
constexpr char kCarePlans[] = "withdrawal.care-plans.v1";

CheckInRecorded Recorded(const std::string& id, const std::string& observed_at) {
  absl::Time at;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, observed_at, &at, &error)) << error;
  CheckInRecorded recorded;
  auto* check_in = recorded.mutable_check_in();
  check_in->set_patient_id("p1");
  check_in->set_check_in_id(id);
  *check_in->mutable_observed_at() = codec::ToProto(at);
  *recorded.mutable_received_at() = codec::ToProto(at + absl::Seconds(1));
  check_in->set_rater(events::v1::RATER_PATIENT);
  return recorded;
}

CheckInRecorded Saws(const std::string& id, int anxious,
                     const std::string& observed_at = "2026-07-01T05:00:00Z") {
  CheckInRecorded recorded = Recorded(id, observed_at);
  auto* response = recorded.mutable_check_in()->mutable_instrument_response();
  response->set_instrument("SAWS");
  for (const char* code : {"anxious", "confused", "restless", "miserable", "memory_problems",
                           "tremor", "nausea", "heart_pounding", "sleep_disturbance", "sweating"}) {
    auto* item = response->add_items();
    item->set_code(code);
    item->set_value(code == std::string("anxious") ? anxious : 0);
  }
  return recorded;
}

// One person's row, kept as the loop keeps it.
class Task : public ::testing::Test {
 protected:
  Task() : catalogue_(*catalogue::Load("")), metrics_(registry_, catalogue_) {}

  absl::StatusOr<stream::Effects> Feed(const std::string& topic, const std::string& value,
                                       const std::string& key = "p1") {
    stream::InputRecord record;
    record.topic = topic;
    record.key = key;
    record.value = value;
    record.headers = {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}};
    auto effects = task_.OnRecord(row_, record, absl::Now());
    if (effects.ok() && effects->state) row_ = *effects->state;
    return effects;
  }

  // What was written for the check-in.
  std::vector<CheckInScored> Submit(const CheckInRecorded& recorded) {
    const auto effects = Feed(kCheckIns, recorded.SerializeAsString());
    EXPECT_TRUE(effects.ok()) << effects.status();
    std::vector<CheckInScored> written;
    if (!effects.ok()) return written;
    for (const auto& output : effects->outputs) {
      EXPECT_EQ(output.topic, "withdrawal.scores.v1");
      EXPECT_EQ(output.key, "p1");
      EXPECT_TRUE(written.emplace_back().ParseFromString(output.value));
    }
    return written;
  }

  prometheus::Registry registry_;
  catalogue::Catalogue catalogue_;
  ScoringMetrics metrics_;
  ScoringTask task_{catalogue_, metrics_};
  std::string row_;
};

TEST_F(Task, ACheckInGivesOneScoredRecordWithTheWholeInputAndTheCatalogue) {
  const CheckInRecorded recorded = Saws("c1", 3);
  const auto written = Submit(recorded);
  ASSERT_THAT(written, SizeIs(1));
  EXPECT_EQ(written[0].recorded().SerializeAsString(), recorded.SerializeAsString());
  EXPECT_EQ(written[0].disposition(), events::v1::CHECK_IN_DISPOSITION_ACCEPTED);
  EXPECT_EQ(written[0].catalogue().version(), catalogue_.version.version);
  EXPECT_EQ(written[0].catalogue().checksum(), catalogue_.version.checksum);
  ASSERT_THAT(written[0].scores(), SizeIs(1));
  EXPECT_EQ(written[0].scores(0).total(), 3);
  EXPECT_EQ(written[0].scores(0).scheme(), "elholm2010");
}

TEST_F(Task, TheRecordSaysWhatItIsAndContinuesTheTrace) {
  const auto effects = Feed(kCheckIns, Saws("c1", 3).SerializeAsString());
  ASSERT_TRUE(effects.ok());
  const auto& headers = effects->outputs[0].headers;
  EXPECT_EQ(kafka::FindHeader(headers, "ce_type"), "withdrawal.events.v1.CheckInScored");
  EXPECT_EQ(kafka::FindHeader(headers, "ce_id"), "c1");
  EXPECT_THAT(std::string(kafka::FindHeader(headers, "traceparent")), HasSubstr("0af765"));
}

// cases C55, C56
TEST_F(Task, TenEqualSubmissionsGiveOneScore) {
  EXPECT_THAT(Submit(Saws("c1", 3)), SizeIs(1));
  const std::string row = row_;
  for (int retry = 0; retry < 9; ++retry) EXPECT_THAT(Submit(Saws("c1", 3)), IsEmpty());
  EXPECT_EQ(row_, row);
}

// case C56
TEST_F(Task, TheSameIdWithOtherContentIsWrittenAsAConflictWithoutScores) {
  Submit(Saws("c1", 3));
  const auto written = Submit(Saws("c1", 2));
  ASSERT_THAT(written, SizeIs(1));
  EXPECT_EQ(written[0].disposition(), events::v1::CHECK_IN_DISPOSITION_CONFLICT);
  EXPECT_THAT(written[0].scores(), IsEmpty());
}

// case C49
TEST_F(Task, AResendWithAnotherOffsetOfTheSameInstantIsTheSameCheckIn) {
  auto first = Saws("c1", 3, "2026-07-01T14:30:00+10:00");
  first.mutable_check_in()->set_utc_offset_minutes(600);
  Submit(first);
  Submit(Saws("c2", 2, "2026-07-01T05:00:00Z"));
  auto resend = Saws("c1", 3, "2026-07-01T04:30:00Z");
  resend.mutable_check_in()->set_utc_offset_minutes(0);
  EXPECT_THAT(Submit(resend), IsEmpty());
}

// case C50
TEST_F(Task, TheSameClockDigitsInAnotherZoneUnderTheSameIdAreAConflict) {
  Submit(Saws("c1", 3, "2026-07-01T08:00:00-08:00"));
  const auto written = Submit(Saws("c1", 3, "2026-07-01T08:00:00-10:00"));
  ASSERT_THAT(written, SizeIs(1));
  EXPECT_EQ(written[0].disposition(), events::v1::CHECK_IN_DISPOSITION_CONFLICT);
}

TEST_F(Task, ItemsInAnotherOrderAreTheSameContent) {
  auto recorded = Saws("c1", 3);
  Submit(recorded);
  auto* items = recorded.mutable_check_in()->mutable_instrument_response()->mutable_items();
  items->SwapElements(0, 9);
  recorded.mutable_check_in()->mutable_source()->set_app_version("2.1");
  EXPECT_THAT(Submit(recorded), IsEmpty());
}

// case C07
TEST_F(Task, VitalSignsLeftBlankAreAbsentInTheScore) {
  CheckInRecorded recorded = Recorded("c1", "2026-07-01T05:00:00Z");
  auto* spo2 = recorded.mutable_check_in()->mutable_vital_signs()->mutable_spo2();
  spo2->set_value(98);
  spo2->set_unit("%");
  const auto written = Submit(recorded);
  ASSERT_THAT(written, SizeIs(1));
  const auto& score = written[0].scores(0);
  EXPECT_EQ(score.status(), events::v1::SCORE_STATUS_INCOMPLETE);
  EXPECT_FALSE(score.has_total());
  EXPECT_THAT(score.missing_items(), SizeIs(6));
  EXPECT_FALSE(written[0].recorded().check_in().vital_signs().has_temperature());
}

// RR 21, pulse 95, SpO2 93 % on air, 37.5 Cel, SBP 120, alert: 2+1+2 = 5, whatever is claimed.
CheckInRecorded PublishedNews2(const std::string& id, int stated) {
  CheckInRecorded recorded = Recorded(id, "2026-07-01T05:00:00Z");
  auto* vitals = recorded.mutable_check_in()->mutable_vital_signs();
  const auto set = [](events::v1::Quantity* quantity, double value, const char* unit) {
    quantity->set_value(value);
    quantity->set_unit(unit);
  };
  set(vitals->mutable_respiratory_rate(), 21, "/min");
  set(vitals->mutable_pulse(), 95, "/min");
  set(vitals->mutable_spo2(), 93, "%");
  set(vitals->mutable_temperature(), 37.5, "Cel");
  set(vitals->mutable_systolic(), 120, "mm[Hg]");
  vitals->set_on_oxygen(false);
  vitals->set_consciousness(events::v1::CONSCIOUSNESS_ALERT);
  vitals->set_stated_news2_total(stated);
  return recorded;
}

// case C28
TEST_F(Task, ATotalOfTheSenderIsShownWhenOursDiffersAndNeverUsed) {
  const auto differs = Submit(PublishedNews2("c1", 6));
  ASSERT_THAT(differs, SizeIs(1));
  EXPECT_EQ(differs[0].scores(0).total(), 5);
  EXPECT_EQ(differs[0].scores(0).stated_total(), 6);

  const auto agrees = Submit(PublishedNews2("c2", 5));
  ASSERT_THAT(agrees, SizeIs(1));
  EXPECT_EQ(agrees[0].scores(0).total(), 5);
  EXPECT_FALSE(agrees[0].scores(0).has_stated_total());

  CheckInRecorded answers = Saws("c3", 3);
  answers.mutable_check_in()->mutable_instrument_response()->set_stated_total(13);
  const auto saws = Submit(answers);
  ASSERT_THAT(saws, SizeIs(1));
  EXPECT_EQ(saws[0].scores(0).total(), 3);
  EXPECT_EQ(saws[0].scores(0).stated_total(), 13);
}

TEST_F(Task, ACarePlanSetsTheScaleAndItsDeletionUnsetsIt) {
  CarePlanRecorded plan;
  plan.mutable_care_plan()->set_patient_id("p1");
  plan.mutable_care_plan()->set_status(events::v1::MONITORING_STATUS_ACTIVE);
  plan.mutable_care_plan()->set_spo2_scale(events::v1::SPO2_SCALE_2);
  ASSERT_TRUE(Feed(kCarePlans, plan.SerializeAsString()).ok());
  EXPECT_NE(row_, "");
  ASSERT_TRUE(Feed(kCarePlans, "").ok());
  EXPECT_EQ(row_, "") << "nothing is known of the person: the row is deleted";
}

TEST_F(Task, ARevisionAmendsAnswersAndNothingElse) {
  const auto revised = [](CheckInRecorded recorded, int revision) {
    recorded.mutable_check_in()->set_revision(revision);
    return recorded;
  };
  Submit(Saws("c1", 3));
  CheckInRecorded other_rater = revised(Saws("c1", 2), 1);
  other_rater.mutable_check_in()->set_rater(events::v1::RATER_SUPPORT_PERSON);
  for (const CheckInRecorded& other :
       {other_rater, revised(Saws("c1", 3, "2026-07-01T05:00:01Z"), 1)}) {
    const auto written = Submit(other);
    ASSERT_THAT(written, SizeIs(1));
    EXPECT_EQ(written[0].disposition(), events::v1::CHECK_IN_DISPOSITION_CONFLICT);
  }
  const auto amended = Submit(revised(Saws("c1", 1), 1));
  ASSERT_THAT(amended, SizeIs(1));
  EXPECT_EQ(amended[0].disposition(), events::v1::CHECK_IN_DISPOSITION_AMENDED);
  // Vital signs are not answers that could be amended.
  CheckInRecorded vitals = Recorded("c2", "2026-07-01T05:00:00Z");
  vitals.mutable_check_in()->mutable_vital_signs()->mutable_pulse()->set_value(70);
  vitals.mutable_check_in()->mutable_vital_signs()->mutable_pulse()->set_unit("/min");
  Submit(vitals);
  EXPECT_EQ(Submit(revised(Saws("c2", 1), 1))[0].disposition(),
            events::v1::CHECK_IN_DISPOSITION_CONFLICT);
}

TEST_F(Task, WhatIsNoCheckInIsInvalidArgument) {
  EXPECT_TRUE(absl::IsInvalidArgument(Feed(kCheckIns, "\xff\xff").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Feed(kCheckIns, "").status()));
  EXPECT_TRUE(absl::IsInvalidArgument(
      Feed(kCheckIns, Saws("c1", 3).SerializeAsString(), "another").status()));
  const auto impossible = Feed(kCheckIns, Saws("c1", 5).SerializeAsString());
  EXPECT_TRUE(absl::IsInvalidArgument(impossible.status()));
  EXPECT_THAT(std::string(impossible.status().message()), HasSubstr("VALUE_NOT_ALLOWED"));
  EXPECT_EQ(row_, "");
}

TEST_F(Task, ADamagedRowStopsTheLoopAndIsNoDeadLetter) {
  row_ = "\xff\xff";
  EXPECT_TRUE(absl::IsDataLoss(Feed(kCheckIns, Saws("c1", 3).SerializeAsString()).status()));
}

TEST_F(Task, CountsWhatBecameOfTheCheckIns) {
  Submit(Saws("c1", 3));
  Submit(Saws("c1", 3));
  Submit(Saws("c1", 2));
  const std::string text = metrics::ScrapeText(registry_);
  for (const char* line :
       {"check_ins_total{verdict=\"accepted\"} 1", "check_ins_total{verdict=\"duplicate\"} 1",
        "check_ins_total{verdict=\"conflict\"} 1",
        "scores_total{instrument=\"SAWS\",status=\"complete\"} 1"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST_F(Task, HasNoTimers) { EXPECT_EQ(task_.NextDeadline(row_), std::nullopt); }

}  // namespace
}  // namespace withdrawal::scoring
