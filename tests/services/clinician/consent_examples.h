// Consents and what is recorded of them, for tests.
#pragma once

#include <string>

#include "tests/services/clinician/events.h"
#include "withdrawal/clinician/v1/privacy.pb.h"
#include "withdrawal/events/v1/consent.pb.h"

namespace withdrawal::clinician {

// A support contact may be told of missed check-ins, for a year; whole.
inline events::v1::Consent ConsentOf(const std::string& patient, const std::string& id,
                                     absl::Time now) {
  events::v1::Consent consent;
  consent.set_consent_id(id);
  consent.set_patient_id(patient);
  consent.set_form_reference("form-17");
  consent.set_form_names_patient(true);
  consent.set_discloser("north-clinic");
  consent.add_information(events::v1::CONSENT_INFORMATION_MISSED_CHECK_IN);
  consent.mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_SUPPORT_CONTACT);
  consent.mutable_recipient()->set_id("contact-1");
  consent.set_purpose("to look after me when I do not report");
  consent.set_revocation_notice("revocation-1");
  *consent.mutable_expires_at() = At(now + absl::Hours(24 * 365));
  consent.mutable_signature()->set_signed_by("patient");
  consent.mutable_signature()->set_method("electronic");
  *consent.mutable_signature()->mutable_signed_at() = At(now - absl::Hours(1));
  return consent;
}

// A single consent for treatment, payment and operations (PR-02); whole.
inline events::v1::Consent SingleConsentOf(const std::string& patient, const std::string& id,
                                           absl::Time now) {
  events::v1::Consent consent = ConsentOf(patient, id, now);
  consent.clear_information();
  consent.add_information(events::v1::CONSENT_INFORMATION_TREATMENT_RECORD);
  consent.mutable_recipient()->set_kind(events::v1::RECIPIENT_KIND_CLASS);
  consent.mutable_recipient()->set_id(
      "my treating providers, health plans, third-party payers, and people helping to operate this "
      "program");
  consent.clear_expires_at();
  consent.set_expires_on_event("none");
  consent.set_treatment_payment_operations(true);
  consent.set_redisclosure_statement("redisclosure-1");
  return consent;
}

inline events::v1::ConsentEvent Recorded(const events::v1::Consent& consent, absl::Time at) {
  events::v1::ConsentEvent event;
  event.set_event_id(consent.consent_id() + "/recorded");
  event.set_patient_id(consent.patient_id());
  *event.mutable_occurred_at() = At(at);
  event.set_actor("dr-1");
  *event.mutable_recorded() = consent;
  return event;
}

inline events::v1::ConsentEvent Revoked(const std::string& patient, const std::string& id,
                                        absl::Time at) {
  events::v1::ConsentEvent event;
  event.set_event_id(id + "/revoked");
  event.set_patient_id(patient);
  *event.mutable_occurred_at() = At(at);
  event.mutable_revoked()->set_consent_id(id);
  return event;
}

inline v1::RecordEmergencyDisclosureRequest EmergencyOf(const std::string& patient, absl::Time at) {
  v1::RecordEmergencyDisclosureRequest request;
  request.set_patient_id(patient);
  request.mutable_emergency()->set_recipient_name("Dr A. Example");
  request.mutable_emergency()->set_recipient_facility("City Hospital, emergency department");
  *request.mutable_emergency()->mutable_at() = At(at);
  request.mutable_emergency()->set_nature_of_emergency("seizure at home");
  request.add_information(events::v1::CONSENT_INFORMATION_MEDICATION);
  request.set_actor("dr-1");
  return request;
}

}  // namespace withdrawal::clinician
