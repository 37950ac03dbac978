// Consents, disclosures and the audit trail as tables.
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/audit/chain.h"
#include "services/clinician/applier.h"
#include "services/clinician/audit_query.h"
#include "tests/services/clinician/consent_examples.h"
#include "tests/services/clinician/database_fixture.h"

namespace withdrawal::clinician {
namespace {

using events::v1::AuditEvent;
using events::v1::DisclosureRecorded;
using testing::ElementsAre;

constexpr char kWriter[] = "clinician/0011223344556677";

class PrivacyRowsTest : public testing::Test {
 protected:
  PrivacyRowsTest() : connection_(database_.url()) { EXPECT_TRUE(Migrate(connection_).ok()); }

  void Add(const std::string& topic, const std::string& key, const std::string& value) {
    kafka::OwnedRecord record;
    record.topic = topic;
    record.offset = next_[topic]++;
    record.key = key;
    record.value = value;
    records_.push_back(record);
  }
  void AddConsent(const events::v1::ConsentEvent& event) {
    Add(topics_.consents, event.patient_id(), event.SerializeAsString());
  }
  void AddDisclosure(const std::string& patient, const std::string& id,
                     const std::string& purpose) {
    DisclosureRecorded disclosure;
    disclosure.set_patient_id(patient);
    disclosure.set_disclosure_id(id);
    disclosure.set_purpose(purpose);
    *disclosure.mutable_occurred_at() = At(kNoon);
    Add(topics_.disclosures, patient, disclosure.SerializeAsString());
  }
  AuditEvent AddAudit(const std::vector<std::string>& patients) {
    AuditEvent event;
    event.set_subject("dr-1");
    for (const std::string& patient : patients) event.add_patient_ids(patient);
    *event.mutable_occurred_at() = At(kNoon + absl::Seconds(next_[topics_.audit]));
    chain_.Append(event);
    Add(topics_.audit, event.writer(), event.SerializeAsString());
    return event;
  }

  // In batches of `size`, into `database`.
  void Apply(const TestDatabase& database, size_t size) {
    Connection connection(database.url());
    ASSERT_TRUE(Migrate(connection).ok());
    Applier applier(topics_, absl::Hours(1));
    const auto begun = applier.Begin(
        connection, {{topics_.consents, 0, 0}, {topics_.disclosures, 0, 0}, {topics_.audit, 0, 0}});
    ASSERT_TRUE(begun.ok()) << begun.status();
    unusable_.clear();
    for (size_t i = 0; i < records_.size(); i += size) {
      const std::vector<kafka::OwnedRecord> some(
          records_.begin() + i, records_.begin() + std::min(records_.size(), i + size));
      RowBatch batch;
      ASSERT_TRUE(applier.Decode(some, batch, unusable_).ok());
      ASSERT_TRUE(applier.Write(connection, batch, some).ok());
    }
  }

  void AddHistory() {
    AddConsent(Recorded(ConsentOf("p-1", "c-1", kNoon), kNoon));
    AddConsent(Recorded(ConsentOf("p-1", "c-2", kNoon), kNoon));
    AddConsent(Revoked("p-1", "c-1", kNoon + absl::Hours(1)));
    AddConsent(Revoked("p-1", "c-1", kNoon + absl::Hours(2)));
    auto other = ConsentOf("p-1", "c-2", kNoon);
    other.set_purpose("another one");
    AddConsent(Recorded(other, kNoon + absl::Hours(3)));
    for (const bool lifted : {false, true}) {
      events::v1::ConsentEvent event;
      event.set_event_id("r-1");
      event.set_patient_id("p-1");
      *event.mutable_occurred_at() = At(kNoon);
      event.mutable_restriction()->set_restriction_id("r-1");
      event.mutable_restriction()->set_lifted(lifted);
      AddConsent(event);
    }
    AddDisclosure("p-1", "d-1", "first");
    AddDisclosure("p-1", "d-1", "second");
    AddDisclosure("p-2", "d-1", "of another person");
    AddAudit({"p-1", "p-2"});
    AuditEvent second = AddAudit({"p-1"});
    AddAudit({});
    // Its number is taken; it must not change whose data anything was about.
    second.add_patient_ids("p-9");
    Add(topics_.audit, second.writer(), second.SerializeAsString());
  }

  const TopicNames topics_;
  TestDatabase database_;
  Connection connection_;
  audit::Chain chain_{kWriter};
  std::map<std::string, int64_t> next_;
  std::vector<kafka::OwnedRecord> records_;
  std::vector<Unusable> unusable_;
};

TEST_F(PrivacyRowsTest, TheFirstConsentAndRevocationAndTheNewestRestrictionStand) {
  AddHistory();
  Apply(database_, 100);
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM consent"), 2);
  EXPECT_EQ(database_.Number("SELECT revoked_micros FROM consent WHERE consent_id = 'c-1'"),
            absl::ToUnixMicros(kNoon + absl::Hours(1)));
  EXPECT_EQ(database_.Number("SELECT recorded_micros FROM consent WHERE consent_id = 'c-2'"),
            absl::ToUnixMicros(kNoon));
  EXPECT_EQ(database_.Number("SELECT record_offset FROM restriction"), 6);
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM disclosure"), 2);
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM audit_event"), 3);
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM audit_patient"), 3);
  EXPECT_TRUE(unusable_.empty());
}

TEST_F(PrivacyRowsTest, TheTablesAreTheSameHoweverTheRecordsAreBatched) {
  AddHistory();
  Apply(database_, 100);
  for (const size_t size : {1, 2, 5}) {
    TestDatabase other;
    Apply(other, size);
    EXPECT_EQ(other.Dump(/*audit=*/true), database_.Dump(/*audit=*/true)) << size;
  }
}

TEST_F(PrivacyRowsTest, ARepeatChangesNothing) {
  AddHistory();
  Apply(database_, 100);
  const std::string once = database_.Dump(/*audit=*/true);
  database_.Run("UPDATE projection_offset SET next = 0");
  Apply(database_, 3);
  EXPECT_EQ(database_.Dump(/*audit=*/true), once);
}

TEST_F(PrivacyRowsTest, GarbageIsSetAside) {
  for (const std::string& topic : {topics_.consents, topics_.disclosures, topics_.audit}) {
    Add(topic, "p-1", "nonsense");
    Add(topic, "p-1", "");
  }
  auto consent = Recorded(ConsentOf("p-1", "c-1", kNoon), kNoon);
  Add(topics_.consents, "p-2", consent.SerializeAsString());  // another key
  consent.mutable_recorded()->set_patient_id("p-2");
  AddConsent(consent);
  consent = Recorded(ConsentOf("p-1", "", kNoon), kNoon);
  AddConsent(consent);
  consent = Recorded(ConsentOf("p-1", "c-1", kNoon), kNoon);
  consent.mutable_recorded()->mutable_expires_at()->set_nanos(-1);
  AddConsent(consent);
  AddDisclosure("p-1", "", "without an id");
  AuditEvent event = AddAudit({"p-1"});
  Add(topics_.audit, "clinician/other", event.SerializeAsString());
  event.set_sequence(0);
  Add(topics_.audit, event.writer(), event.SerializeAsString());
  Apply(database_, 100);
  EXPECT_EQ(unusable_.size(), 3u + 4u + 1u + 2u);
  EXPECT_EQ(database_.Number("SELECT COUNT(*) FROM audit_event"), 1);
}

TEST_F(PrivacyRowsTest, AConsentEventOfANewerKindStopsTheReader) {
  events::v1::ConsentEvent event;
  event.set_event_id("e-1");
  event.set_patient_id("p-1");
  *event.mutable_occurred_at() = At(kNoon);
  AddConsent(event);
  RowBatch batch;
  EXPECT_TRUE(absl::IsFailedPrecondition(
      Applier(topics_, absl::Hours(1)).Decode(records_, batch, unusable_)));
}

class AuditQueryTest : public PrivacyRowsTest {
 protected:
  // The sequences, over pages of two.
  std::vector<int64_t> Listed(v1::ListAuditEventsRequest request) {
    std::vector<int64_t> sequences;
    request.set_page_size(2);
    do {
      v1::ListAuditEventsResponse response;
      const grpc::Status status =
          ListAuditEvents({connection_, absl::Seconds(5), kNoon}, request, response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const AuditEvent& event : response.events()) sequences.push_back(event.sequence());
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return sequences;
  }
};

TEST_F(AuditQueryTest, NewestFirstByPagesOfAPersonASubjectAndATime) {
  AddAudit({"p-1"});
  AddAudit({"p-2"});
  AddAudit({"p-1", "p-2"});
  AddAudit({});
  AddAudit({"p-1"});
  Apply(database_, 100);
  v1::ListAuditEventsRequest request;
  EXPECT_THAT(Listed(request), ElementsAre(5, 4, 3, 2, 1));
  request.set_patient_id("p-1");
  EXPECT_THAT(Listed(request), ElementsAre(5, 3, 1));
  *request.mutable_since() = At(kNoon + absl::Seconds(2));
  *request.mutable_until() = At(kNoon + absl::Seconds(4));
  EXPECT_THAT(Listed(request), ElementsAre(3));
  request.set_subject("dr-9");
  EXPECT_THAT(Listed(request), ElementsAre());
}

TEST_F(AuditQueryTest, ASupervisorSeesOfAnEventOnlyThePersonAskedFor) {
  AddAudit({"p-1", "p-2"});
  Apply(database_, 100);
  v1::ListAuditEventsRequest request;
  request.set_patient_id("p-1");
  identity::Caller caller;
  const auto shown = [&](identity::Role role) {
    caller.role = role;
    v1::ListAuditEventsResponse response;
    const QueryContext query{connection_, absl::Seconds(5), kNoon, &caller};
    EXPECT_TRUE(ListAuditEvents(query, request, response).ok());
    return response.events(0);
  };
  EXPECT_THAT(shown(identity::Role::kSupervisor).patient_ids(), ElementsAre("p-1"));
  EXPECT_EQ(shown(identity::Role::kSupervisor).hash(), "");
  EXPECT_THAT(shown(identity::Role::kPrivacyOfficer).patient_ids(), ElementsAre("p-1", "p-2"));
  EXPECT_NE(shown(identity::Role::kPrivacyOfficer).hash(), "");
}

TEST_F(AuditQueryTest, AnImpossibleRangeIsRefused) {
  v1::ListAuditEventsRequest request;
  *request.mutable_since() = At(kNoon);
  *request.mutable_until() = At(kNoon);
  v1::ListAuditEventsResponse response;
  EXPECT_EQ(ListAuditEvents({connection_, absl::Seconds(5), kNoon}, request, response).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

}  // namespace
}  // namespace withdrawal::clinician
