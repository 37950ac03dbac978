#include "services/ctl/consent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/codec/time.h"

namespace withdrawal::ctl {
namespace {

using testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'790'000'000);

ConsentWords Whole() {
  ConsentWords words;
  words.patient = "p-1";
  words.form = "form-17";
  words.names_patient = true;
  words.discloser = "north-clinic";
  words.information = {"missed-check-in", "wellbeing"};
  words.recipient = "support-contact:mother-1";
  words.purpose = "to look after me";
  words.revocation_notice = "revocation-1";
  words.expires = "2027-06-01T00:00:00Z";
  words.signed_by = "patient";
  words.method = "paper";
  words.signed_at = "2h";
  words.redisclosure_statement = "redisclosure-1";
  return words;
}

TEST(ConsentWords, BecomeAConsent) {
  const auto consent = BuildConsent(Whole(), kNow);
  ASSERT_TRUE(consent.ok()) << consent.status();
  EXPECT_EQ(consent->patient_id(), "p-1");
  EXPECT_EQ(consent->information(0), events::v1::CONSENT_INFORMATION_MISSED_CHECK_IN);
  EXPECT_EQ(consent->information(1), events::v1::CONSENT_INFORMATION_WELLBEING);
  EXPECT_EQ(consent->recipient().kind(), events::v1::RECIPIENT_KIND_SUPPORT_CONTACT);
  EXPECT_EQ(consent->recipient().id(), "mother-1");
  EXPECT_EQ(codec::FromProto(consent->signature().signed_at()), kNow - absl::Hours(2));
  EXPECT_EQ(consent->redisclosure_statement(), "") << "not a single consent";
}

TEST(ConsentWords, ThatMeanNothingAreRefusedByWhatTheyMayBe) {
  ConsentWords words = Whole();
  words.information = {"everything"};
  EXPECT_THAT(BuildConsent(words, kNow).status().message(), HasSubstr("missed-check-in"));
  words = Whole();
  words.recipient = "mother:1";
  EXPECT_THAT(BuildConsent(words, kNow).status().message(), HasSubstr("support-contact"));
  words = Whole();
  words.expires = "soon";
  EXPECT_THAT(BuildConsent(words, kNow).status().message(), HasSubstr("--expires"));
}

TEST(ConsentText, SaysWhatHoldsAndWhatDoesNot) {
  clinician::v1::ListConsentsResponse response;
  EXPECT_EQ(ConsentsText(response), "no consents\n");
  auto& active = *response.add_consents();
  *active.mutable_consent() = *BuildConsent(Whole(), kNow);
  active.set_active(true);
  auto& revoked = *response.add_consents();
  *revoked.mutable_consent() = active.consent();
  *revoked.mutable_revoked_at() = codec::ToProto(kNow);
  auto& restriction = *response.add_restrictions();
  restriction.set_restriction_id("r-1");
  restriction.mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_PAYER);
  const std::string text = ConsentsText(response);
  EXPECT_THAT(text, HasSubstr("active"));
  EXPECT_THAT(text, HasSubstr("revoked 2026-"));
  EXPECT_THAT(text, HasSubstr("missed-check-in,wellbeing"));
  EXPECT_THAT(text, HasSubstr("restriction r-1: not anything to payer"));
}

TEST(DisclosuresText, NamesWhoWasToldInAnEmergency) {
  EXPECT_EQ(DisclosuresText({}), "no disclosures\n");
  events::v1::DisclosureRecorded disclosure;
  disclosure.mutable_emergency()->set_recipient_name("Dr A. Example");
  disclosure.mutable_emergency()->set_recipient_facility("City Hospital");
  disclosure.mutable_emergency()->set_nature_of_emergency("seizure");
  const std::string text = DisclosuresText({disclosure});
  EXPECT_THAT(text, HasSubstr("Dr A. Example, City Hospital"));
  EXPECT_THAT(text, HasSubstr("emergency: seizure"));
}

}  // namespace
}  // namespace withdrawal::ctl
