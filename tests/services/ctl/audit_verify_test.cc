// What somebody does to the audit trail afterwards, in the real topic or the real table, is found.
#include <gmock/gmock.h>

#include "services/ctl/audit_trail.h"
#include "tests/services/clinician/service_fixture.h"

namespace withdrawal::ctl {
namespace {

using events::v1::AuditEvent;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class AuditVerifyTest : public clinician::ServiceTest {
 protected:
  // Five people are looked at; everything is in topic and table.
  void SetUp() override {
    ServiceTest::SetUp();
    Start();
    for (int i = 1; i <= 5; ++i) {
      clinician::v1::GetPatientRequest request;
      request.set_patient_id(absl::StrCat("p-", i));
      grpc::ClientContext context;
      clinician::v1::PatientSummary summary;
      stub_->GetPatient(&context, request, &summary);
    }
    Eventually([&] { return database_->Number("SELECT COUNT(*) FROM audit_event") == 5; },
               "the audit events are in the table");
    const auto records = ReadAll(config_of_service_.topics.audit);
    ASSERT_EQ(records.size(), 5u);
    for (const kafka::OwnedRecord& record : records) {
      AuditEvent event;
      ASSERT_TRUE(event.ParseFromString(record.value));
      events_.push_back(event);
    }
    writer_ = events_[0].writer();
  }

  Verdict VerdictOf(absl::Time since = absl::InfinitePast()) {
    const auto trail = ReadTrail({.kafka = config_,
                                  .topic = config_of_service_.topics.audit,
                                  .database_url = database_->url(),
                                  .since = since});
    EXPECT_TRUE(trail.ok()) << trail.status();
    return Judge(*trail, since == absl::InfinitePast());
  }

  void ExpectFault(int sequence, const std::string& words) {
    const Verdict verdict = VerdictOf();
    EXPECT_FALSE(verdict.sound);
    EXPECT_THAT(verdict.lines, Contains(AllOf(HasSubstr(absl::StrCat(writer_, " ", sequence, ": ")),
                                              HasSubstr(words))));
  }

  std::vector<AuditEvent> events_;
  std::string writer_;
};

TEST_F(AuditVerifyTest, ATrailNobodyTouchedIsSound) {
  const Verdict verdict = VerdictOf();
  EXPECT_TRUE(verdict.sound);
  EXPECT_THAT(verdict.lines, ElementsAre(HasSubstr("5 events of 1 processes")));
  EXPECT_TRUE(VerdictOf(absl::Now() - absl::Minutes(1)).sound);
  EXPECT_THAT(VerdictOf(absl::Now() + absl::Minutes(1)).lines, ElementsAre(HasSubstr("0 events")));
}

TEST_F(AuditVerifyTest, ADeletedRowIsFound) {
  database_->Run("DELETE FROM audit_event WHERE sequence = 3");
  ExpectFault(3, "missing in the table");
}

TEST_F(AuditVerifyTest, ADeletedLastRowIsFound) {
  database_->Run("DELETE FROM audit_event WHERE sequence = 5");
  ExpectFault(5, "missing in the table");
}

TEST_F(AuditVerifyTest, AnAlteredColumnIsFound) {
  database_->Run("UPDATE audit_event SET subject = 'somebody-else' WHERE sequence = 2");
  ExpectFault(2, "differs");
}

TEST_F(AuditVerifyTest, AnAlteredEventIsFoundAlsoWithAHashThatFits) {
  AuditEvent forged = events_[1];
  forged.set_outcome("PERMISSION_DENIED");
  forged.set_hash(audit::HashOf(forged));
  database_->Run("UPDATE audit_event SET event = '" +
                 clinician::BytesValue(forged.SerializeAsString()) + "' WHERE sequence = 2");
  ExpectFault(2, "differs");
}

TEST_F(AuditVerifyTest, SwappedRowsAreFound) {
  database_->Run(
      "UPDATE audit_event SET event = (SELECT o.event FROM audit_event o"
      " WHERE o.sequence = 5 - audit_event.sequence) WHERE sequence IN (2, 3)");
  ExpectFault(2, "differs");
  ExpectFault(3, "differs");
}

TEST_F(AuditVerifyTest, APersonTakenOffAnEventIsFound) {
  database_->Run("DELETE FROM audit_patient WHERE sequence = 4");
  ExpectFault(4, "differs");
}

TEST_F(AuditVerifyTest, ARowPutInIsFound) {
  AuditEvent forged = events_.back();
  forged.set_sequence(6);
  forged.set_previous_hash(events_.back().hash());
  forged.clear_patient_ids();
  forged.set_hash(audit::HashOf(forged));
  database_->Run(absl::StrCat("INSERT INTO audit_event SELECT writer, 6, at_micros, subject, '",
                              clinician::BytesValue(forged.SerializeAsString()),
                              "' FROM audit_event WHERE sequence = 5"));
  ExpectFault(6, "missing in the topic");
}

TEST_F(AuditVerifyTest, WhatIsForgedIntoTheTopicIsFound) {
  AuditEvent second = events_[1];
  second.set_subject("somebody-else");
  second.set_hash(audit::HashOf(second));
  AuditEvent tail = events_.back();
  tail.set_sequence(7);
  tail.set_hash(audit::HashOf(tail));
  for (const AuditEvent& event : {second, tail}) {
    Produce(config_of_service_.topics.audit, writer_, event.SerializeAsString());
  }
  ExpectFault(2, "twice");
  ExpectFault(6, "missing");
}

// The proof does not depend on how far the projection has come.
TEST_F(AuditVerifyTest, WhatTheTableHasNotReadYetIsNoFault) {
  Stop();
  audit::Chain chain("clinician/ffffffffffffffff");
  AuditEvent event;
  *event.mutable_occurred_at() = clinician::At(absl::Now());
  chain.Append(event);
  Produce(config_of_service_.topics.audit, event.writer(), event.SerializeAsString());
  const Verdict verdict = VerdictOf();
  EXPECT_TRUE(verdict.sound);
  EXPECT_THAT(verdict.lines, ElementsAre(HasSubstr("1 not yet in the table")));
}

}  // namespace
}  // namespace withdrawal::ctl
