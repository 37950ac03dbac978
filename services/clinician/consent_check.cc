#include "services/clinician/consent_check.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

using events::v1::Consent;
using events::v1::ConsentRecipient;
using Violations = std::vector<rpc::FieldViolation>;
using Information = google::protobuf::RepeatedField<int>;

constexpr size_t kIdMax = 128;
constexpr absl::Duration kClockSkew = absl::Minutes(2);

// `time` is there, possible and not to come.
void CheckPast(const std::string& field, bool there, const google::protobuf::Timestamp& time,
               absl::Time now, Violations& violations) {
  if (!there) {
    violations.push_back({field, "REQUIRED", "must be given"});
  } else if (!codec::IsValid(time)) {
    violations.push_back({field, "INVALID_TIMESTAMP", "no time of this calendar"});
  } else if (codec::FromProto(time) > now + kClockSkew) {
    violations.push_back({field, "IN_THE_FUTURE", "has not happened yet"});
  }
}

void CheckInformation(const std::string& field, const Information& information, bool needed,
                      Violations& violations) {
  if (needed && information.empty()) {
    violations.push_back({field, "REQUIRED", "what may be told, specific and meaningful"});
  }
  std::set<int> seen;
  for (int i = 0; i < information.size(); ++i) {
    const int one = information[i];
    const std::string at = absl::StrCat(field, "[", i, "]");
    if (one == events::v1::CONSENT_INFORMATION_UNSPECIFIED ||
        !events::v1::ConsentInformation_IsValid(one)) {
      violations.push_back({at, "UNKNOWN_VALUE", "no information of this API"});
    } else if (!seen.insert(one).second) {
      violations.push_back({at, "DUPLICATE", "stands twice"});
    }
  }
}

void CheckKind(const std::string& field, int kind, Violations& violations) {
  if (kind == events::v1::RECIPIENT_KIND_UNSPECIFIED) {
    violations.push_back({field, "REQUIRED", "what kind of recipient"});
  } else if (!events::v1::RecipientKind_IsValid(kind)) {
    violations.push_back({field, "UNKNOWN_VALUE", "no kind of recipient of this API"});
  }
}

// PR-01, PR-03.
void CheckRecipient(const ConsentRecipient& recipient, Violations& violations) {
  CheckKind("consent.recipient.kind", recipient.kind(), violations);
  CheckText("consent.recipient.id", recipient.id(), true, violations);
  const std::string field = "consent.recipient.intermediary_participants";
  const bool intermediary = recipient.kind() == events::v1::RECIPIENT_KIND_INTERMEDIARY;
  if (intermediary && recipient.intermediary_participants().empty()) {
    violations.push_back({field, "REQUIRED", "PR-03: an intermediary's participants are named"});
  } else if (!intermediary && !recipient.intermediary_participants().empty()) {
    violations.push_back({field, "NOT_ALLOWED", "only an intermediary has participants"});
  }
  for (int i = 0; i < recipient.intermediary_participants_size(); ++i) {
    CheckText(absl::StrCat(field, "[", i, "]"), recipient.intermediary_participants(i), true,
              violations);
  }
}

void CheckVersion(const std::string& field, const std::string& version, bool needed,
                  const domain::WordVersions& known, Violations& violations) {
  if (version.empty()) {
    if (needed) violations.push_back({field, "REQUIRED", "which words the person was given"});
  } else if (!known.contains(version)) {
    violations.push_back({field, "UNKNOWN_VERSION", "no words of the catalogue"});
  }
}

// "none" is no event: that a consent never ends is for treatment, payment and operations only.
void CheckExpiry(const Consent& consent, absl::Time now, Violations& violations) {
  const std::string& event = consent.expires_on_event();
  const std::string at = "consent.expires_at";
  if (consent.has_expires_at() && !event.empty()) {
    violations.push_back({at, "CONFLICT", "a time or an event, not both"});
  } else if (!consent.has_expires_at() && event.empty()) {
    violations.push_back({at, "REQUIRED", "PR-01: when it ends, or by what event"});
  } else if (!event.empty()) {
    CheckText("consent.expires_on_event", event, true, violations);
    const std::string word = absl::AsciiStrToLower(absl::StripAsciiWhitespace(event));
    if (word == "none" && !consent.treatment_payment_operations()) {
      violations.push_back({"consent.expires_on_event", "NOT_ALLOWED",
                            "none: for treatment, payment and operations only"});
    }
  } else if (!codec::IsValid(consent.expires_at())) {
    violations.push_back({at, "INVALID_TIMESTAMP", "no time of this calendar"});
  } else if (codec::FromProto(consent.expires_at()) <= now) {
    violations.push_back({at, "IN_THE_PAST", "it is over already"});
  }
}

void CheckWord(const std::string& field, const std::string& word,
               const std::vector<std::string>& known, Violations& violations) {
  if (word.empty()) {
    violations.push_back({field, "REQUIRED", "must be given"});
  } else if (std::find(known.begin(), known.end(), word) == known.end()) {
    violations.push_back({field, "UNKNOWN_VALUE", "not one of the catalogue"});
  }
}

void CheckSignature(const Consent& consent, const domain::PrivacyPolicy& policy, absl::Time now,
                    Violations& violations) {
  const std::string field = "consent.signature";
  if (!consent.has_signature()) {
    return violations.push_back({field, "REQUIRED", "PR-01: nobody has signed it"});
  }
  const events::v1::ConsentSignature& signature = consent.signature();
  CheckWord(field + ".signed_by", signature.signed_by(), policy.signers, violations);
  CheckWord(field + ".method", signature.method(), policy.signature_methods, violations);
  CheckPast(field + ".signed_at", signature.has_signed_at(), signature.signed_at(), now,
            violations);
}

// PR-02, PR-04, PR-11, PR-13: what a single consent for treatment, payment and operations may not
// cover.
void CheckScope(const Consent& consent, const domain::PrivacyPolicy& policy,
                Violations& violations) {
  const bool single = consent.treatment_payment_operations();
  CheckVersion("consent.redisclosure_statement", consent.redisclosure_statement(), single,
               policy.redisclosure_statements, violations);
  const auto kind = consent.recipient().kind();
  if (single && (kind == events::v1::RECIPIENT_KIND_SUPPORT_CONTACT ||
                 kind == events::v1::RECIPIENT_KIND_LEGAL)) {
    violations.push_back({"consent.treatment_payment_operations", "NOT_ALLOWED",
                          "PR-04, PR-11: this recipient needs a consent of its own"});
  }
  const auto& information = consent.information();
  const bool notes =
      std::find(information.begin(), information.end(),
                events::v1::CONSENT_INFORMATION_COUNSELING_NOTES) != information.end();
  if (!notes) return;
  if (information.size() > 1) {
    violations.push_back({"consent.information", "NOT_ALONE",
                          "PR-13: counselling notes need a consent of their own"});
  }
  if (single) {
    violations.push_back({"consent.treatment_payment_operations", "NOT_ALLOWED",
                          "PR-13: it does not cover counselling notes"});
  }
}

}  // namespace

void CheckPatientId(const std::string& field, const std::string& id, Violations& violations) {
  if (IsPlainId(id, 64)) return;
  violations.push_back(
      {field, id.empty() ? "REQUIRED" : "INVALID_ID", "1 to 64 of [A-Za-z0-9._-]"});
}

Violations CheckConsent(const Consent& consent, const domain::PrivacyPolicy& policy,
                        absl::Time now) {
  Violations violations;
  CheckPatientId("consent.patient_id", consent.patient_id(), violations);
  if (!consent.consent_id().empty()) {
    CheckId("consent.consent_id", consent.consent_id(), kIdMax, violations);
  }
  CheckText("consent.form_reference", consent.form_reference(), true, violations);
  if (!consent.form_names_patient()) {
    violations.push_back({"consent.form_names_patient", "REQUIRED",
                          "PR-01: the signed form has to name the person"});
  }
  CheckText("consent.discloser", consent.discloser(), true, violations);
  CheckInformation("consent.information", consent.information(), true, violations);
  CheckRecipient(consent.recipient(), violations);
  CheckText("consent.purpose", consent.purpose(), true, violations);
  CheckVersion("consent.revocation_notice", consent.revocation_notice(), true,
               policy.revocation_notices, violations);
  CheckExpiry(consent, now, violations);
  CheckSignature(consent, policy, now, violations);
  CheckScope(consent, policy, violations);
  return violations;
}

Violations CheckRestriction(const events::v1::Restriction& restriction) {
  Violations violations;
  if (!restriction.restriction_id().empty()) {
    CheckId("restriction.restriction_id", restriction.restriction_id(), kIdMax, violations);
  } else if (restriction.lifted()) {
    violations.push_back({"restriction.restriction_id", "REQUIRED", "which one is over"});
  }
  if (restriction.lifted()) return violations;
  CheckInformation("restriction.information", restriction.information(), false, violations);
  CheckKind("restriction.recipient.kind", restriction.recipient().kind(), violations);
  CheckText("restriction.recipient.id", restriction.recipient().id(), false, violations);
  return violations;
}

Violations CheckEmergency(const v1::RecordEmergencyDisclosureRequest& request, absl::Time now) {
  const events::v1::EmergencyDisclosure& emergency = request.emergency();
  Violations violations;
  CheckPatientId("patient_id", request.patient_id(), violations);
  CheckText("emergency.recipient_name", emergency.recipient_name(), true, violations);
  CheckText("emergency.recipient_facility", emergency.recipient_facility(), true, violations);
  CheckPast("emergency.at", emergency.has_at(), emergency.at(), now, violations);
  CheckText("emergency.nature_of_emergency", emergency.nature_of_emergency(), true, violations);
  CheckInformation("information", request.information(), true, violations);
  if (!request.alert_id().empty()) CheckId("alert_id", request.alert_id(), kIdMax, violations);
  CheckRequestId(request.request_id(), violations);
  return violations;
}

bool IsActive(const v1::ConsentRecord& record, absl::Time now) {
  const Consent& consent = record.consent();
  if (!record.has_recorded_at() || record.has_revoked_at()) return false;
  return !consent.has_expires_at() || now < codec::FromProto(consent.expires_at());
}

}  // namespace withdrawal::clinician
