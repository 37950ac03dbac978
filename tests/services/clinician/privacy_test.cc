// PrivacyService against the real brokers and database, rule by rule of reference G.
#include <set>

#include "gmock/gmock.h"
#include "libs/kafka/headers.h"
#include "services/clinician/disclosures.h"
#include "tests/services/clinician/consent_examples.h"
#include "tests/services/clinician/service_fixture.h"
#include "withdrawal/clinician/v1/privacy.grpc.pb.h"

namespace withdrawal::clinician {
namespace {

using events::v1::DisclosureRecorded;
using testing::HasSubstr;

class PrivacyTest : public ServiceTest {
 protected:
  void Begin() {
    Start();
    privacy_ = v1::PrivacyService::NewStub(grpc::CreateChannel(
        "127.0.0.1:" + std::to_string(service_->port()), grpc::InsecureChannelCredentials()));
  }

  events::v1::Consent Consent(const std::string& id) { return ConsentOf("p-1", id, absl::Now()); }

  grpc::Status Record(const events::v1::Consent& consent, const std::string& actor = "dr-1") {
    v1::RecordConsentRequest request;
    *request.mutable_consent() = consent;
    request.set_actor(actor);
    grpc::ClientContext context;
    record_.Clear();
    return privacy_->RecordConsent(&context, request, &record_);
  }

  grpc::Status Revoke(const std::string& id) {
    v1::RevokeConsentRequest request;
    request.set_patient_id("p-1");
    request.set_consent_id(id);
    request.set_actor("dr-1");
    grpc::ClientContext context;
    record_.Clear();
    return privacy_->RevokeConsent(&context, request, &record_);
  }

  grpc::Status Restrict(const events::v1::Restriction& restriction) {
    v1::RecordRestrictionRequest request;
    request.set_patient_id("p-1");
    *request.mutable_restriction() = restriction;
    request.set_actor("dr-1");
    grpc::ClientContext context;
    restricted_.Clear();
    return privacy_->RecordRestriction(&context, request, &restricted_);
  }

  v1::ListConsentsResponse List() {
    v1::ListConsentsRequest request;
    request.set_patient_id("p-1");
    grpc::ClientContext context;
    v1::ListConsentsResponse response;
    EXPECT_TRUE(privacy_->ListConsents(&context, request, &response).ok());
    return response;
  }

  grpc::Status Emergency(const v1::RecordEmergencyDisclosureRequest& request) {
    grpc::ClientContext context;
    disclosure_.Clear();
    return privacy_->RecordEmergencyDisclosure(&context, request, &disclosure_);
  }

  v1::ListDisclosuresResponse Disclosures(v1::ListDisclosuresRequest request = {}) {
    request.set_patient_id("p-1");
    grpc::ClientContext context;
    v1::ListDisclosuresResponse response;
    EXPECT_TRUE(privacy_->ListDisclosures(&context, request, &response).ok());
    return response;
  }

  void ProduceDisclosure(const std::string& id, absl::Time at) {
    DisclosureRecorded disclosure;
    disclosure.set_patient_id("p-1");
    disclosure.set_disclosure_id(id);
    disclosure.set_basis(events::v1::DISCLOSURE_BASIS_CONSENT);
    *disclosure.mutable_occurred_at() = At(at);
    Produce(config_of_service_.topics.disclosures, "p-1", disclosure.SerializeAsString());
  }

  int64_t Rows(const std::string& table) {
    return database_->Number("SELECT COUNT(*) FROM " + table);
  }

  std::unique_ptr<v1::PrivacyService::Stub> privacy_;
  v1::ConsentRecord record_;
  v1::RecordRestrictionResponse restricted_;
  DisclosureRecorded disclosure_;
};

TEST_F(PrivacyTest, Pr01AConsentMissingAnyFieldIsNotRecorded) {
  Begin();
  events::v1::Consent consent = Consent("c-1");
  consent.clear_purpose();
  consent.mutable_signature()->clear_signed_at();
  const grpc::Status refused = Record(consent);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(refused.error_details(), HasSubstr("consent.purpose"));
  EXPECT_THAT(refused.error_details(), HasSubstr("consent.signature.signed_at"));
  EXPECT_TRUE(ReadAll(config_of_service_.topics.consents).empty());
  EXPECT_EQ(List().consents_size(), 0);
}

TEST_F(PrivacyTest, AConsentIsActiveOnceItIsAnsweredAndStaysInTheTables) {
  Begin();
  ASSERT_TRUE(Record(Consent("c-1")).ok());
  EXPECT_TRUE(record_.active());
  ASSERT_EQ(List().consents_size(), 1) << "read your own writes";
  EXPECT_EQ(List().consents(0).SerializeAsString(), record_.SerializeAsString());
  Eventually([&] { return Rows("consent") == 1; }, "projected");
  Begin();  // a process that has not seen it
  EXPECT_EQ(List().consents(0).SerializeAsString(), record_.SerializeAsString());
}

TEST_F(PrivacyTest, Pr16AConsentInTheTopicIsLabelledAndItsKeyIsTheOpaqueId) {
  Begin();
  ASSERT_TRUE(Record(Consent("c-1")).ok());
  const auto records = ReadAll(config_of_service_.topics.consents);
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(records[0].key, "p-1");
  EXPECT_EQ(kafka::FindHeader(records[0].headers, kafka::kSensitivity), "ETH");
  EXPECT_EQ(kafka::FindHeader(records[0].headers, kafka::kEventType),
            "withdrawal.events.v1.ConsentEvent");
}

TEST_F(PrivacyTest, TheSameConsentAgainIsOneAndAnotherContentIsRefused) {
  Begin();
  const events::v1::Consent consent = Consent("c-1");
  ASSERT_TRUE(Record(consent).ok());
  const std::string first = record_.SerializeAsString();
  events::v1::Consent other = consent;
  other.add_information(events::v1::CONSENT_INFORMATION_ALERTS);
  const auto asked_again = [&] {
    EXPECT_TRUE(Record(consent).ok());
    EXPECT_EQ(record_.SerializeAsString(), first);
    const grpc::Status refused = Record(other);
    EXPECT_EQ(refused.error_code(), grpc::StatusCode::ALREADY_EXISTS);
    EXPECT_THAT(refused.error_details(), HasSubstr("CONSENT_EXISTS"));
  };
  asked_again();
  Eventually([&] { return Rows("consent") == 1; }, "projected");
  Begin();
  asked_again();
  EXPECT_EQ(ReadAll(config_of_service_.topics.consents).size(), 1u);
}

TEST_F(PrivacyTest, Pr10ARevocationHoldsAtOnceAndForThatConsentOnly) {
  Begin();
  ASSERT_TRUE(Record(Consent("c-1")).ok());
  ASSERT_TRUE(Record(Consent("c-2")).ok());
  ASSERT_TRUE(Revoke("c-1").ok());
  EXPECT_FALSE(record_.active());
  ASSERT_TRUE(record_.has_revoked_at());
  const auto check = [&] {
    const auto consents = List();
    ASSERT_EQ(consents.consents_size(), 2);
    for (const v1::ConsentRecord& one : consents.consents()) {
      EXPECT_EQ(one.active(), one.consent().consent_id() == "c-2");
    }
  };
  check();
  Eventually([&] { return database_->Number("SELECT COUNT(revoked_micros) FROM consent") == 1; },
             "projected");
  Begin();
  check();
  EXPECT_TRUE(Revoke("c-1").ok()) << "again changes nothing";
  EXPECT_EQ(ReadAll(config_of_service_.topics.consents).size(), 3u);
}

TEST_F(PrivacyTest, ARevocationOfNothingIsNotFound) {
  Begin();
  const grpc::Status status = Revoke("c-9");
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(status.error_details(), HasSubstr("CONSENT_NOT_FOUND"));
}

TEST_F(PrivacyTest, Pr14ARestrictionStandsUntilItIsLifted) {
  Begin();
  events::v1::Restriction restriction;
  restriction.set_restriction_id("r-1");
  restriction.mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_PAYER);
  ASSERT_TRUE(Restrict(restriction).ok());
  ASSERT_TRUE(Restrict(restriction).ok()) << "the same again";
  ASSERT_EQ(List().restrictions_size(), 1);
  restriction.add_information(events::v1::CONSENT_INFORMATION_ALERTS);
  EXPECT_EQ(Restrict(restriction).error_code(), grpc::StatusCode::ALREADY_EXISTS);
  events::v1::Restriction lifted;
  lifted.set_restriction_id("r-9");
  lifted.set_lifted(true);
  EXPECT_EQ(Restrict(lifted).error_code(), grpc::StatusCode::NOT_FOUND);
  lifted.set_restriction_id("r-1");
  ASSERT_TRUE(Restrict(lifted).ok());
  EXPECT_EQ(restricted_.restriction().recipient().kind(), events::v1::RECIPIENT_KIND_PAYER);
  EXPECT_EQ(List().restrictions_size(), 0);
  EXPECT_EQ(ReadAll(config_of_service_.topics.consents).size(), 2u);
}

TEST_F(PrivacyTest, Pr06AnEmergencyDisclosureWithoutItsFourFieldsIsRefused) {
  Begin();
  auto request = EmergencyOf("p-1", absl::Now());
  request.clear_emergency();
  const grpc::Status refused = Emergency(request);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  for (const char* field : {"recipient_name", "recipient_facility", "at", "nature_of_emergency"}) {
    EXPECT_THAT(refused.error_details(), HasSubstr(std::string("emergency.") + field));
  }
  EXPECT_TRUE(ReadAll(config_of_service_.topics.disclosures).empty());
}

TEST_F(PrivacyTest, Pr05TheRecipientOfAnEmergencyDisclosureIsMedicalPersonnel) {
  Begin();
  auto request = EmergencyOf("p-1", absl::Now());
  request.set_request_id("d-1");
  ASSERT_TRUE(Emergency(request).ok());
  EXPECT_EQ(disclosure_.recipient().kind(), events::v1::RECIPIENT_KIND_MEDICAL_PERSONNEL);
  EXPECT_EQ(disclosure_.basis(), events::v1::DISCLOSURE_BASIS_MEDICAL_EMERGENCY);
  EXPECT_EQ(disclosure_.actor(), "dr-1");
  const std::string first = disclosure_.SerializeAsString();
  Eventually([&] { return Disclosures().disclosures_size() == 1; }, "projected");
  EXPECT_EQ(Disclosures().disclosures(0).SerializeAsString(), first);
  Begin();
  ASSERT_TRUE(Emergency(request).ok()) << "a retry";
  EXPECT_EQ(disclosure_.SerializeAsString(), first);
  request.mutable_emergency()->set_nature_of_emergency("another one");
  EXPECT_EQ(Emergency(request).error_code(), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(ReadAll(config_of_service_.topics.disclosures).size(), 1u);
}

TEST_F(PrivacyTest, Pr09TheAccountingGoesThreeYearsBack) {
  Begin();
  const absl::Time three_years_ago = YearsBefore(absl::Now(), 3);
  ProduceDisclosure("older", three_years_ago - absl::Hours(1));
  ProduceDisclosure("just", three_years_ago + absl::Hours(1));
  ProduceDisclosure("now", absl::Now());
  Eventually([&] { return Rows("disclosure") == 3; }, "projected");
  const auto told = Disclosures();
  ASSERT_EQ(told.disclosures_size(), 2);
  EXPECT_EQ(told.disclosures(0).disclosure_id(), "now");
  EXPECT_EQ(told.disclosures(1).disclosure_id(), "just");
  v1::ListDisclosuresRequest all;
  *all.mutable_since() = At(three_years_ago - absl::Hours(2));
  *all.mutable_until() = At(three_years_ago);
  ASSERT_EQ(Disclosures(all).disclosures_size(), 1);
  EXPECT_EQ(Disclosures(all).disclosures(0).disclosure_id(), "older");
}

TEST_F(PrivacyTest, Pr09ThePagesOfAnAccountingLeaveNothingOutWhileItGrows) {
  Begin();
  const absl::Time now = absl::Now();
  for (int i = 0; i < 5; ++i) {
    ProduceDisclosure(absl::StrCat("d-", i), now - absl::Hours(i / 2));  // some at the same time
  }
  Eventually([&] { return Rows("disclosure") == 5; }, "projected");
  v1::ListDisclosuresRequest request;
  request.set_page_size(2);
  std::set<std::string> seen;
  int pages = 0;
  do {
    const auto page = Disclosures(request);
    for (const DisclosureRecorded& one : page.disclosures()) {
      EXPECT_TRUE(seen.insert(one.disclosure_id()).second) << one.disclosure_id();
    }
    request.set_page_token(page.next_page_token());
    if (++pages == 1) {
      ProduceDisclosure("new", now);
      Eventually([&] { return Rows("disclosure") == 6; }, "projected");
    }
  } while (!request.page_token().empty());
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(seen.contains(absl::StrCat("d-", i)));
}

TEST_F(PrivacyTest, GarbageInTheTopicsIsSetAsideAndTheRestIsRead) {
  Begin();
  for (const auto& topic :
       {config_of_service_.topics.consents, config_of_service_.topics.disclosures,
        config_of_service_.topics.audit}) {
    Produce(topic, "p-1", "nonsense");
  }
  ProduceDisclosure("d-1", absl::Now());
  Eventually([&] { return Rows("disclosure") == 1; }, "the record behind it is projected");
  Eventually([&] { return ReadAll(config_of_service_.topics.dead_letters).size() == 3; },
             "set aside");
}

}  // namespace
}  // namespace withdrawal::clinician
