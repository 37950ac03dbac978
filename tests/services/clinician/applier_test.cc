#include "services/clinician/applier.h"

#include "gtest/gtest.h"
#include "tests/services/clinician/database_fixture.h"
#include "tests/services/clinician/events.h"

namespace withdrawal::clinician {
namespace {

using events::v1::PRIORITY_EMERGENCY;
using events::v1::PRIORITY_ROUTINE;
using events::v1::PRIORITY_URGENT;

class ApplierTest : public testing::Test {
 protected:
  ApplierTest() : connection_(database_.url()) {
    const absl::Status status = Migrate(connection_);
    EXPECT_TRUE(status.ok()) << status;
  }

  std::vector<kafka::Position> Partitions() const {
    return {{topics_.scores, 0, 0}, {topics_.alerts, 0, 0}, {topics_.care_plans, 0, 0}};
  }

  // What a fresh process does with the records: begin at the offsets kept, then apply the rest.
  absl::Status Apply(const std::vector<kafka::OwnedRecord>& records) {
    Applier applier(topics_, kEarly);
    const auto from = applier.Begin(connection_, Partitions());
    if (!from.ok()) return from.status();
    std::vector<kafka::OwnedRecord> rest;
    for (const kafka::OwnedRecord& record : records) {
      for (const kafka::Position& position : *from) {
        if (position.topic == record.topic && record.offset >= position.offset) {
          rest.push_back(record);
        }
      }
    }
    return ApplyWith(applier, rest);
  }

  absl::Status ApplyWith(Applier& applier, const std::vector<kafka::OwnedRecord>& records) {
    RowBatch batch;
    absl::Status status = applier.Decode(records, batch, unusable_);
    if (!status.ok()) return status;
    return applier.Write(connection_, batch, records);
  }

  std::vector<kafka::OwnedRecord> History() const {
    return {
        RecordOf(topics_.care_plans, 0, PlanOf("p-1", "north", "e1", kNoon)),
        RecordOf(topics_.scores, 0, Scored("p-1", "c-1", kNoon, "CIWA-Ar", 22)),
        RecordOf(topics_.scores, 2, Scored("p-2", "c-1", kNoon, "COWS", 5)),
        RecordOf(topics_.alerts, 0, AlertOf("p-1", "a-1", 1, PRIORITY_URGENT, kNoon)),
        RecordOf(topics_.alerts, 2, AlertOf("p-1", "a-2", 1, PRIORITY_EMERGENCY, kNoon)),
        RecordOf(
            topics_.alerts, 3,
            AlertOf("p-1", "a-2", 2, PRIORITY_EMERGENCY, kNoon, events::v1::ALERT_STATE_RESOLVED)),
        RecordOf(topics_.scores, 3, Scored("p-1", "c-2", kNoon + absl::Hours(1), "CIWA-Ar", 9)),
        RecordOf(topics_.care_plans, 1, PlanOf("p-1", "south", "e2", kNoon + absl::Hours(2))),
    };
  }

  const TopicNames topics_;
  TestDatabase database_;
  Connection connection_;
  std::vector<Unusable> unusable_;
};

TEST_F(ApplierTest, MovesTheOffsetsPastTheRecordsApplied) {
  ASSERT_TRUE(Apply(History()).ok());
  EXPECT_EQ(database_.Number("SELECT next FROM projection_offset WHERE topic LIKE '%scores%'"), 4);
  EXPECT_EQ(database_.Number("SELECT next FROM projection_offset WHERE topic LIKE '%alerts%'"), 4);
}

TEST_F(ApplierTest, ChangesNothingWhenTheSameRecordsAreAppliedAgain) {
  ASSERT_TRUE(Apply(History()).ok());
  const std::string once = database_.Dump();
  // As if the offsets had been lost, so that everything is read again.
  database_.Run("UPDATE projection_offset SET next = 0");
  ASSERT_TRUE(Apply(History()).ok());
  EXPECT_EQ(database_.Dump(), once);
}

TEST_F(ApplierTest, GivesTheSameTablesHoweverTheRecordsAreBatched) {
  ASSERT_TRUE(Apply(History()).ok());
  TestDatabase other;
  Connection connection(other.url());
  ASSERT_TRUE(Migrate(connection).ok());
  Applier applier(topics_, kEarly);
  ASSERT_TRUE(applier.Begin(connection, Partitions()).ok());
  for (const kafka::OwnedRecord& record : History()) {
    RowBatch batch;
    ASSERT_TRUE(applier.Decode({record}, batch, unusable_).ok());
    ASSERT_TRUE(applier.Write(connection, batch, {record}).ok());
  }
  EXPECT_EQ(other.Dump(), database_.Dump());
}

TEST_F(ApplierTest, WritesNeitherRowsNorOffsetsWhenTheTransactionDiesInBetween) {
  Applier applier(topics_, kEarly);
  ASSERT_TRUE(applier.Begin(connection_, Partitions()).ok());
  const std::string before = database_.Dump();
  // The last of the writes kills its own connection, as a crash of the server's process would.
  database_.Run(
      "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN "
      "PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END$$;"
      "CREATE TRIGGER die BEFORE INSERT ON alert FOR EACH ROW EXECUTE FUNCTION die()");
  EXPECT_TRUE(absl::IsUnavailable(ApplyWith(applier, History())));
  EXPECT_EQ(database_.Dump(), before);
  database_.Run("DROP TRIGGER die ON alert");
  ASSERT_TRUE(Apply(History()).ok());
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM alert"), 2);
}

TEST_F(ApplierTest, IsFencedWhenAnotherReaderMovedTheOffset) {
  Applier zombie(topics_, kEarly);
  ASSERT_TRUE(zombie.Begin(connection_, Partitions()).ok());
  ASSERT_TRUE(Apply(History()).ok());
  const std::string before = database_.Dump();
  EXPECT_TRUE(absl::IsFailedPrecondition(ApplyWith(zombie, History())));
  EXPECT_EQ(database_.Dump(), before);
}

TEST_F(ApplierTest, KeepsTheHighestVersionOfAnAlert) {
  ASSERT_TRUE(Apply({RecordOf(topics_.alerts, 0,
                              AlertOf("p", "a", 3, PRIORITY_URGENT, kNoon,
                                      events::v1::ALERT_STATE_ACKNOWLEDGED)),
                     RecordOf(topics_.alerts, 1, AlertOf("p", "a", 2, PRIORITY_URGENT, kNoon))})
                  .ok());
  ASSERT_TRUE(
      Apply({RecordOf(topics_.alerts, 2, AlertOf("p", "a", 1, PRIORITY_URGENT, kNoon))}).ok());
  EXPECT_EQ(database_.Number("SELECT version FROM alert"), 3);
  EXPECT_EQ(database_.Number("SELECT unacknowledged_alerts FROM patient"), 0);
  EXPECT_EQ(database_.Number("SELECT open_alerts FROM patient"), 1);
  EXPECT_EQ(database_.Number("SELECT worklist_rank FROM patient"), 3);
}

TEST_F(ApplierTest, TakesAClosedAlertOffTheWorklist) {
  ASSERT_TRUE(
      Apply({RecordOf(topics_.alerts, 0, AlertOf("p", "a", 1, PRIORITY_ROUTINE, kNoon))}).ok());
  EXPECT_EQ(database_.Number("SELECT worklist_rank FROM patient"), 4);
  ASSERT_TRUE(Apply({RecordOf(topics_.alerts, 1,
                              AlertOf("p", "a", 2, PRIORITY_ROUTINE, kNoon,
                                      events::v1::ALERT_STATE_RESOLVED))})
                  .ok());
  EXPECT_EQ(database_.Number("SELECT worklist_rank FROM patient"), 7);
  EXPECT_EQ(database_.Number("SELECT open_alerts FROM patient"), 0);
}

TEST_F(ApplierTest, KeepsALaterScoreWhenAnEarlierObservationArrivesAfterIt) {
  ASSERT_TRUE(
      Apply({RecordOf(topics_.scores, 0, Scored("p", "late", kNoon, "COWS", 5)),
             RecordOf(topics_.scores, 1, Scored("p", "early", kNoon - absl::Hours(1), "COWS", 30))})
          .ok());
  EXPECT_EQ(database_.Number("SELECT observed_micros FROM latest_score"),
            absl::ToUnixMicros(kNoon));
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM timeline"), 2);
}

TEST_F(ApplierTest, ShowsAConflictingCheckInBesideTheAcceptedOne) {
  events::v1::CheckInScored conflict = Scored("p", "c-1", kNoon + absl::Hours(1), "COWS", 40);
  conflict.set_disposition(events::v1::CHECK_IN_DISPOSITION_CONFLICT);
  ASSERT_TRUE(Apply({RecordOf(topics_.scores, 0, Scored("p", "c-1", kNoon, "COWS", 5)),
                     RecordOf(topics_.scores, 1, conflict)})
                  .ok());
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM timeline"), 2);
  EXPECT_EQ(database_.Number("SELECT last_check_in_micros FROM patient"),
            absl::ToUnixMicros(kNoon));
}

TEST_F(ApplierTest, SetsAsideWhatItCannotReadAndGoesOn) {
  kafka::OwnedRecord broken = RecordOf(topics_.scores, 1, Scored("p", "c", kNoon, "COWS", 5));
  broken.value = "\xff not protobuf";
  events::v1::CheckInScored nameless = Scored("", "c", kNoon, "COWS", 5);
  ASSERT_TRUE(Apply({RecordOf(topics_.scores, 0, Scored("p", "c-0", kNoon, "COWS", 5)), broken,
                     RecordOf(topics_.scores, 2, nameless),
                     RecordOf(topics_.scores, 3, Scored("p", "c-3", kNoon, "COWS", 5))})
                  .ok());
  ASSERT_EQ(unusable_.size(), 2u);
  EXPECT_EQ(unusable_[0].record.offset, 1);
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM timeline"), 2);
  EXPECT_EQ(database_.Number("SELECT MAX(next) FROM projection_offset"), 4);
}

TEST_F(ApplierTest, SetsAsideWhatNoOtherServiceCouldUse) {
  auto state = AlertOf("p-1", "a-1", 1, events::v1::PRIORITY_URGENT, kNoon);
  state.mutable_alert()->set_state(static_cast<events::v1::AlertState>(99999));
  auto plan = PlanOf("p-1", "north", "e-1", kNoon);
  plan.mutable_care_plan()->set_status(static_cast<events::v1::MonitoringStatus>(99999));
  auto other_key = RecordOf(TopicNames().scores, 0, Scored("p-1", "c-1", kNoon, "COWS", 5));
  other_key.key = "p-2";
  RowBatch batch;
  std::vector<Unusable> unusable;
  ASSERT_TRUE(Applier(TopicNames(), kEarly)
                  .Decode({RecordOf(TopicNames().alerts, 0, state),
                           RecordOf(TopicNames().care_plans, 0, plan), other_key},
                          batch, unusable)
                  .ok());
  EXPECT_EQ(unusable.size(), 3u);
}

TEST_F(ApplierTest, SetsAsideUnknownNumbersAndImpossibleTimes) {
  auto priority = AlertOf("p-1", "a-1", 1, PRIORITY_URGENT, kNoon);
  priority.mutable_alert()->set_priority(static_cast<events::v1::Priority>(99999));
  auto occurred = AlertOf("p-1", "a-2", 1, PRIORITY_URGENT, kNoon);
  occurred.mutable_occurred_at()->set_nanos(-1);
  auto raised = AlertOf("p-1", "a-3", 1, PRIORITY_URGENT, kNoon);
  raised.mutable_alert()->mutable_raised_at()->set_nanos(1'000'000'000);
  auto scale = PlanOf("p-1", "north", "e-1", kNoon);
  scale.mutable_care_plan()->set_spo2_scale(static_cast<events::v1::Spo2Scale>(99999));
  auto recorded = PlanOf("p-1", "north", "e-1", kNoon);
  recorded.mutable_recorded_at()->set_seconds(253'402'300'800);  // year 10000
  auto observed = Scored("p-1", "c-1", kNoon, "COWS", 5);
  observed.mutable_recorded()->mutable_check_in()->mutable_observed_at()->set_nanos(-1);
  ASSERT_TRUE(
      Apply({RecordOf(topics_.alerts, 0, priority), RecordOf(topics_.alerts, 1, occurred),
             RecordOf(topics_.alerts, 2, raised), RecordOf(topics_.care_plans, 0, scale),
             RecordOf(topics_.care_plans, 1, recorded), RecordOf(topics_.scores, 0, observed)})
          .ok());
  EXPECT_EQ(unusable_.size(), 6u);
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM patient"), 0);
}

TEST_F(ApplierTest, StopsAtAnAlertEventOfAnUnknownKindUnlessItMayBeIgnored) {
  events::v1::AlertEvent event = AlertOf("p", "a", 1, PRIORITY_URGENT, kNoon);
  event.clear_kind();
  EXPECT_TRUE(absl::IsFailedPrecondition(Apply({RecordOf(topics_.alerts, 0, event)})));
  event.set_reader_may_ignore(true);
  EXPECT_TRUE(Apply({RecordOf(topics_.alerts, 0, event)}).ok());
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM alert"), 0);
}

TEST_F(ApplierTest, EndsAnEnrolmentAtATombstone) {
  kafka::OwnedRecord tombstone;
  tombstone.topic = topics_.care_plans;
  tombstone.offset = 1;
  tombstone.key = "p-1";
  ASSERT_TRUE(
      Apply({RecordOf(topics_.care_plans, 0, PlanOf("p-1", "north", "e1", kNoon)), tombstone})
          .ok());
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM patient WHERE care_plan IS NULL AND team = ''"),
            1);
}

// case C58
TEST_F(ApplierTest, ShowsBothVersionsOfAmendedAnswersAndTheLaterScore) {
  events::v1::CheckInScored amended = Scored("p", "c-1", kNoon, "CIWA-Ar", 19);
  amended.mutable_recorded()->mutable_check_in()->set_revision(1);
  amended.set_disposition(events::v1::CHECK_IN_DISPOSITION_AMENDED);
  ASSERT_TRUE(Apply({RecordOf(topics_.scores, 0, Scored("p", "c-1", kNoon, "CIWA-Ar", 21)),
                     RecordOf(topics_.scores, 1, amended)})
                  .ok());
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM timeline"), 2);
}

}  // namespace
}  // namespace withdrawal::clinician
