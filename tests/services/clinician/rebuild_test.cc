// The read model is a function of the topics: made again, it is the same to the byte.
#include "libs/audit/chain.h"
#include "libs/metrics/metrics.h"
#include "services/clinician/projection.h"
#include "tests/services/clinician/consent_examples.h"
#include "tests/services/clinician/service_fixture.h"

namespace withdrawal::clinician {
namespace {

class RebuildTest : public ServiceTest {
 protected:
  absl::Status RebuildInto(const std::string& url, bool stopped = false) {
    Config config = config_of_service_;
    config.database_url = url;
    config.batch_records_max = 7;  // other batches than the first time
    prometheus::Registry registry;
    Metrics metrics(registry);
    Projection projection(config, *producer_, metrics);
    return projection.Rebuild(std::atomic<bool>(stopped));
  }

  // Consents, disclosures and audit events of some people; how many records.
  int ProducePrivacy() {
    const TopicNames& topics = config_of_service_.topics;
    audit::Chain chain("clinician/0011223344556677");
    for (int person = 0; person < 5; ++person) {
      const std::string patient = absl::StrCat("p", person);
      for (const char* id : {"c-1", "c-2", "c-1"}) {
        const auto event = Recorded(ConsentOf(patient, id, kNoon), kNoon + absl::Hours(person));
        Produce(topics.consents, patient, event.SerializeAsString());
      }
      Produce(topics.consents, patient, Revoked(patient, "c-1", kNoon).SerializeAsString());
      events::v1::DisclosureRecorded disclosure;
      disclosure.set_patient_id(patient);
      disclosure.set_disclosure_id("d-1");
      *disclosure.mutable_occurred_at() = At(kNoon);
      Produce(topics.disclosures, patient, disclosure.SerializeAsString());
      events::v1::AuditEvent event;
      *event.mutable_occurred_at() = At(kNoon);
      event.add_patient_ids(patient);
      chain.Append(event);
      Produce(topics.audit, event.writer(), event.SerializeAsString());
    }
    Produce(topics.consents, "p0", "nonsense");
    return 5 * (4 + 1 + 1) + 1;
  }

  int64_t DeadLetters() {
    auto consumer = kafka::Consumer::Create(config_);
    int64_t count = 0;
    const auto ends = (*consumer)->EndOffsets({config_of_service_.topics.dead_letters});
    for (const auto& end : *ends) count += end.offset;
    return count;
  }
};

TEST_F(RebuildTest, AnEmptyDatabaseBecomesTheOldOne) {
  for (int person = 0; person < 5; ++person) {
    const std::string patient = absl::StrCat("p", person);
    ProducePlan(PlanOf(patient, "north", "etag-1", kNoon));
    for (int i = 0; i < 6; ++i) {
      ProduceScore(Scored(patient, absl::StrCat("c", i), kNoon + absl::Hours(i), "SAWS", i));
    }
    const std::string alert = "alert-of-" + patient;
    ProduceAlert(AlertOf(patient, alert, 1, events::v1::PRIORITY_URGENT, kNoon));
    ProduceAlert(AlertOf(patient, alert, 2, events::v1::PRIORITY_URGENT, kNoon,
                         events::v1::ALERT_STATE_ACKNOWLEDGED));
    ProduceAlert(AlertOf(patient, alert, 3, events::v1::PRIORITY_URGENT, kNoon,
                         events::v1::ALERT_STATE_RESOLVED));
    ProducePlan(PlanOf(patient, "south", "etag-2", kNoon + absl::Hours(7)));
  }
  Produce(config_of_service_.topics.scores, "p0", "nonsense");
  const int privacy = ProducePrivacy();
  Start();
  const auto passed = [&] {
    return database_->Number(
        "SELECT CAST(COALESCE(SUM(next), 0) AS BIGINT) FROM projection_offset");
  };
  Eventually([&] { return passed() == 5 * (2 + 6 + 3) + 1 + privacy; }, "everything is projected");
  Stop();
  const int64_t letters = DeadLetters();
  EXPECT_EQ(letters, 2);
  TestDatabase other;
  const absl::Status status = RebuildInto(other.url());
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(other.Dump(/*audit=*/true), database_->Dump(/*audit=*/true));
  EXPECT_NE(other.Dump().find("etag-2"), std::string::npos);
  EXPECT_EQ(DeadLetters(), letters) << "they stand since the records were first read";
}

TEST_F(RebuildTest, WhatIsThereIsNotTouched) {
  ProducePlan(PlanOf("p1", "north", "etag-1", kNoon));
  Start();
  Eventually([&] { return database_->Number("SELECT COUNT(*) FROM patient") == 1; }, "projected");
  Stop();
  const std::string before = database_->Dump();
  EXPECT_EQ(RebuildInto(database_->url()).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(database_->Dump(), before);
}

TEST_F(RebuildTest, AStopEndsIt) {
  ProducePlan(PlanOf("p1", "north", "etag-1", kNoon));
  EXPECT_EQ(RebuildInto(database_->url(), /*stopped=*/true).code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace withdrawal::clinician
