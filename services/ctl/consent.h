// Consents on the command line: words into messages, messages into text. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "withdrawal/clinician/v1/privacy.pb.h"

namespace withdrawal::ctl {

struct ConsentWords {
  std::string patient;
  std::string id;  // empty = the service makes one
  std::string form;
  bool names_patient = false;
  std::string discloser;
  std::vector<std::string> information;  // "missed-check-in"
  std::string recipient;                 // "support-contact:mother-1"
  std::vector<std::string> participants;
  std::string purpose;
  std::string revocation_notice;
  std::string expires;           // RFC 3339, or a date: midnight of local time
  std::string expires_on_event;  // "end of treatment"
  std::string signed_by;
  std::string method;
  std::string signed_at;  // as of ParseObserved
  bool treatment_payment_operations = false;
  std::string redisclosure_statement;
};

// Words that mean nothing are InvalidArgument; what is missing is for the service to say.
absl::StatusOr<events::v1::Consent> BuildConsent(const ConsentWords& words, absl::Time now);
absl::StatusOr<events::v1::ConsentInformation> ParseInformation(const std::string& text);
// "KIND" or "KIND:ID"
absl::StatusOr<events::v1::ConsentRecipient> ParseRecipient(const std::string& text);

std::string ConsentsText(const clinician::v1::ListConsentsResponse& consents);
std::string DisclosuresText(const std::vector<events::v1::DisclosureRecorded>& disclosures);

}  // namespace withdrawal::ctl
