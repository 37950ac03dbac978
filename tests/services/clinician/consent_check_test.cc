// What a consent needs before it counts, rule by rule of reference G.
#include "services/clinician/consent_check.h"

#include <functional>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/catalogue/catalogue.h"
#include "services/clinician/consent_book.h"
#include "tests/services/clinician/consent_examples.h"

namespace withdrawal::clinician {
namespace {

using events::v1::Consent;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

const absl::Time kNow = kNoon;

domain::PrivacyPolicy Policy() {
  const auto loaded = catalogue::Load("");
  EXPECT_TRUE(loaded.ok()) << loaded.status();
  return loaded->privacy;
}

// "consent.purpose REQUIRED"
std::vector<std::string> Words(const std::vector<rpc::FieldViolation>& violations) {
  std::vector<std::string> words;
  for (const auto& one : violations) words.push_back(one.field + " " + one.reason);
  return words;
}

std::vector<std::string> Refusals(const Consent& consent) {
  static const domain::PrivacyPolicy policy = Policy();
  return Words(CheckConsent(consent, policy, kNow));
}

Consent Whole() { return ConsentOf("p-1", "c-1", kNow); }

TEST(ConsentCheck, Pr01AWholeConsentIsTaken) { EXPECT_THAT(Refusals(Whole()), IsEmpty()); }

TEST(ConsentCheck, Pr01AConsentMissingAnyFieldIsRefusedByThatField) {
  const std::map<std::string, std::function<void(Consent&)>> without = {
      {"consent.patient_id REQUIRED", [](Consent& c) { c.clear_patient_id(); }},
      {"consent.form_reference REQUIRED", [](Consent& c) { c.set_form_reference(" "); }},
      {"consent.form_names_patient REQUIRED", [](Consent& c) { c.clear_form_names_patient(); }},
      {"consent.discloser REQUIRED", [](Consent& c) { c.clear_discloser(); }},
      {"consent.information REQUIRED", [](Consent& c) { c.clear_information(); }},
      {"consent.recipient.kind REQUIRED", [](Consent& c) { c.mutable_recipient()->clear_kind(); }},
      {"consent.recipient.id REQUIRED", [](Consent& c) { c.mutable_recipient()->clear_id(); }},
      {"consent.purpose REQUIRED", [](Consent& c) { c.clear_purpose(); }},
      {"consent.revocation_notice REQUIRED", [](Consent& c) { c.clear_revocation_notice(); }},
      {"consent.expires_at REQUIRED", [](Consent& c) { c.clear_expires_at(); }},
      {"consent.signature REQUIRED", [](Consent& c) { c.clear_signature(); }},
      {"consent.signature.signed_by REQUIRED",
       [](Consent& c) { c.mutable_signature()->clear_signed_by(); }},
      {"consent.signature.method REQUIRED",
       [](Consent& c) { c.mutable_signature()->clear_method(); }},
      {"consent.signature.signed_at REQUIRED",
       [](Consent& c) { c.mutable_signature()->clear_signed_at(); }}};
  for (const auto& [refusal, clear] : without) {
    Consent consent = Whole();
    clear(consent);
    EXPECT_THAT(Refusals(consent), ElementsAre(refusal));
  }
}

TEST(ConsentCheck, Pr01NothingAtAllNamesEveryElement) {
  EXPECT_THAT(Refusals(Consent()),
              ElementsAre("consent.patient_id REQUIRED", "consent.form_reference REQUIRED",
                          "consent.form_names_patient REQUIRED", "consent.discloser REQUIRED",
                          "consent.information REQUIRED", "consent.recipient.kind REQUIRED",
                          "consent.recipient.id REQUIRED", "consent.purpose REQUIRED",
                          "consent.revocation_notice REQUIRED", "consent.expires_at REQUIRED",
                          "consent.signature REQUIRED"));
}

TEST(ConsentCheck, Pr01ItEndsInTheFutureOnceAndWasSignedBefore) {
  Consent consent = Whole();
  *consent.mutable_expires_at() = At(kNow);
  EXPECT_THAT(Refusals(consent), ElementsAre("consent.expires_at IN_THE_PAST"));
  consent = Whole();
  consent.set_expires_on_event("end of treatment");
  EXPECT_THAT(Refusals(consent), ElementsAre("consent.expires_at CONFLICT"));
  consent.clear_expires_at();
  EXPECT_THAT(Refusals(consent), IsEmpty());
  consent = Whole();
  *consent.mutable_signature()->mutable_signed_at() = At(kNow + absl::Hours(1));
  EXPECT_THAT(Refusals(consent), ElementsAre("consent.signature.signed_at IN_THE_FUTURE"));
}

TEST(ConsentCheck, Pr01InformationIsSpecific) {
  Consent consent = Whole();
  consent.add_information(events::v1::CONSENT_INFORMATION_MISSED_CHECK_IN);
  consent.add_information(events::v1::CONSENT_INFORMATION_UNSPECIFIED);
  consent.add_information(static_cast<events::v1::ConsentInformation>(99));
  EXPECT_THAT(Refusals(consent), ElementsAre("consent.information[1] DUPLICATE",
                                             "consent.information[2] UNKNOWN_VALUE",
                                             "consent.information[3] UNKNOWN_VALUE"));
}

TEST(ConsentCheck, WordsTheCatalogueDoesNotHaveAreRefused) {
  Consent consent = Whole();
  consent.set_revocation_notice("revocation-99");
  consent.set_redisclosure_statement("redisclosure-99");
  EXPECT_THAT(Refusals(consent), ElementsAre("consent.revocation_notice UNKNOWN_VERSION",
                                             "consent.redisclosure_statement UNKNOWN_VERSION"));
}

TEST(ConsentCheck, Pr02ASingleConsentNamesAClassNeverEndsAndCarriesTheStatement) {
  Consent consent = SingleConsentOf("p-1", "c-1", kNow);
  EXPECT_THAT(Refusals(consent), IsEmpty());
  consent.clear_redisclosure_statement();
  EXPECT_THAT(Refusals(consent), ElementsAre("consent.redisclosure_statement REQUIRED"));
}

TEST(ConsentCheck, Pr02OnlyASingleConsentMayNeverEnd) {
  Consent consent = Whole();
  consent.clear_expires_at();
  consent.set_expires_on_event(" None");
  EXPECT_THAT(Refusals(consent), ElementsAre("consent.expires_on_event NOT_ALLOWED"));
}

TEST(ConsentCheck, Pr03AnIntermediaryIsNamedWithItsParticipants) {
  Consent consent = Whole();
  consent.mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_INTERMEDIARY);
  EXPECT_THAT(Refusals(consent),
              ElementsAre("consent.recipient.intermediary_participants REQUIRED"));
  consent.mutable_recipient()->add_intermediary_participants("east-hospital");
  EXPECT_THAT(Refusals(consent), IsEmpty());
  consent.mutable_recipient()->add_intermediary_participants("");
  EXPECT_THAT(Refusals(consent),
              ElementsAre("consent.recipient.intermediary_participants[1] REQUIRED"));
  consent.mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_PAYER);
  EXPECT_THAT(Refusals(consent),
              Contains("consent.recipient.intermediary_participants NOT_ALLOWED"));
}

TEST(ConsentCheck, Pr04ASupportContactNeedsAConsentOfItsOwn) {
  Consent consent = SingleConsentOf("p-1", "c-1", kNow);
  consent.mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_SUPPORT_CONTACT);
  EXPECT_THAT(Refusals(consent), ElementsAre("consent.treatment_payment_operations NOT_ALLOWED"));
}

TEST(ConsentCheck, Pr11ACourtNeedsAConsentOfItsOwn) {
  Consent consent = SingleConsentOf("p-1", "c-1", kNow);
  consent.mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_LEGAL);
  EXPECT_THAT(Refusals(consent), ElementsAre("consent.treatment_payment_operations NOT_ALLOWED"));
}

TEST(ConsentCheck, Pr13CounsellingNotesStandAloneAndAreNotInASingleConsent) {
  Consent consent = Whole();
  consent.add_information(events::v1::CONSENT_INFORMATION_COUNSELING_NOTES);
  EXPECT_THAT(Refusals(consent), ElementsAre("consent.information NOT_ALONE"));
  consent.clear_information();
  consent.add_information(events::v1::CONSENT_INFORMATION_COUNSELING_NOTES);
  EXPECT_THAT(Refusals(consent), IsEmpty());
  consent = SingleConsentOf("p-1", "c-1", kNow);
  consent.clear_information();
  consent.add_information(events::v1::CONSENT_INFORMATION_COUNSELING_NOTES);
  EXPECT_THAT(Refusals(consent), ElementsAre("consent.treatment_payment_operations NOT_ALLOWED"));
}

TEST(ConsentCheck, Pr18WhoMaySignIsForTheCatalogueToSay) {
  Consent consent = Whole();
  consent.mutable_signature()->set_signed_by("representative");
  EXPECT_THAT(Refusals(consent), IsEmpty());
  domain::PrivacyPolicy strict = Policy();
  strict.signers = {"patient"};
  EXPECT_THAT(Words(CheckConsent(consent, strict, kNow)),
              ElementsAre("consent.signature.signed_by UNKNOWN_VALUE"));
  consent.mutable_signature()->set_method("by telephone");
  EXPECT_THAT(Refusals(consent), ElementsAre("consent.signature.method UNKNOWN_VALUE"));
}

TEST(EmergencyCheck, Pr06NoneOfTheFourFieldsMayBeMissing) {
  const auto whole = EmergencyOf("p-1", kNow);
  EXPECT_THAT(Words(CheckEmergency(whole, kNow)), IsEmpty());
  v1::RecordEmergencyDisclosureRequest nothing;
  EXPECT_THAT(Words(CheckEmergency(nothing, kNow)),
              ElementsAre("patient_id REQUIRED", "emergency.recipient_name REQUIRED",
                          "emergency.recipient_facility REQUIRED", "emergency.at REQUIRED",
                          "emergency.nature_of_emergency REQUIRED", "information REQUIRED"));
  auto later = whole;
  *later.mutable_emergency()->mutable_at() = At(kNow + absl::Hours(1));
  EXPECT_THAT(Words(CheckEmergency(later, kNow)), ElementsAre("emergency.at IN_THE_FUTURE"));
}

TEST(RestrictionCheck, Pr14ARestrictionSaysToWhomAndALiftedOneWhichItWas) {
  events::v1::Restriction restriction;
  EXPECT_THAT(Words(CheckRestriction(restriction)),
              ElementsAre("restriction.recipient.kind REQUIRED"));
  restriction.mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_PAYER);
  EXPECT_THAT(Words(CheckRestriction(restriction)), IsEmpty());
  restriction.set_lifted(true);
  EXPECT_THAT(Words(CheckRestriction(restriction)),
              ElementsAre("restriction.restriction_id REQUIRED"));
}

v1::ListConsentsResponse Told(const ConsentBook& book, absl::Time now) {
  v1::ListConsentsResponse response;
  book.Tell(now, response);
  return response;
}

TEST(ConsentBook, Pr10ARevocationHoldsForThatConsentOnly) {
  ConsentBook book;
  book.Apply(Recorded(ConsentOf("p-1", "c-1", kNow), kNow));
  book.Apply(Recorded(ConsentOf("p-1", "c-2", kNow), kNow + absl::Seconds(1)));
  book.Apply(Revoked("p-1", "c-1", kNow + absl::Seconds(2)));
  const auto told = Told(book, kNow + absl::Seconds(3));
  ASSERT_EQ(told.consents_size(), 2);
  EXPECT_EQ(told.consents(0).consent().consent_id(), "c-2");
  EXPECT_TRUE(told.consents(0).active());
  EXPECT_FALSE(told.consents(1).active());
}

TEST(ConsentBook, AnExpiredConsentIsNotActive) {
  ConsentBook book;
  book.Apply(Recorded(ConsentOf("p-1", "c-1", kNow), kNow));
  EXPECT_TRUE(Told(book, kNow + absl::Hours(24 * 365) - absl::Seconds(1)).consents(0).active());
  EXPECT_FALSE(Told(book, kNow + absl::Hours(24 * 365)).consents(0).active());
}

TEST(ConsentBook, ARevokedConsentDoesNotComeBackAndTheFirstContentStands) {
  ConsentBook book;
  book.Apply(Revoked("p-1", "c-1", kNow));
  EXPECT_EQ(Told(book, kNow).consents_size(), 0);
  book.Apply(Recorded(ConsentOf("p-1", "c-1", kNow), kNow));
  Consent other = ConsentOf("p-1", "c-1", kNow);
  other.add_information(events::v1::CONSENT_INFORMATION_ALERTS);
  book.Apply(Recorded(other, kNow + absl::Seconds(1)));
  ASSERT_EQ(Told(book, kNow).consents_size(), 1);
  EXPECT_FALSE(Told(book, kNow).consents(0).active());
  EXPECT_EQ(Told(book, kNow).consents(0).consent().information_size(), 1);
}

}  // namespace
}  // namespace withdrawal::clinician
