#include "services/ctl/consent.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "libs/codec/time.h"
#include "services/ctl/arguments.h"
#include "services/ctl/terminal.h"

namespace withdrawal::ctl {
namespace {

using events::v1::Consent;
using events::v1::ConsentRecipient;
using events::v1::DisclosureRecorded;

// "support-contact" of RECIPIENT_KIND_SUPPORT_CONTACT
std::string Word(const std::string& name, const std::string& prefix) {
  const std::string rest = absl::StartsWith(name, prefix) ? name.substr(prefix.size()) : name;
  return absl::StrReplaceAll(absl::AsciiStrToLower(rest), {{"_", "-"}});
}

std::string WordOf(events::v1::RecipientKind kind) {
  return Word(events::v1::RecipientKind_Name(kind), "RECIPIENT_KIND_");
}

template <typename Enum>
absl::StatusOr<Enum> Parse(const std::string& text, const std::string& prefix,
                           const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 0; i < type.value_count(); ++i) {
    const std::string word = Word(type.value(i)->name(), prefix);
    if (type.value(i)->number() == 0) continue;
    if (word == absl::AsciiStrToLower(text)) return static_cast<Enum>(type.value(i)->number());
    words.push_back(word);
  }
  return absl::InvalidArgumentError(
      absl::StrCat(text, ": not one of ", absl::StrJoin(words, ", ")));
}

std::string InformationText(const google::protobuf::RepeatedField<int>& information) {
  std::vector<std::string> words;
  for (const int one : information) {
    const auto value = static_cast<events::v1::ConsentInformation>(one);
    words.push_back(Word(events::v1::ConsentInformation_Name(value), "CONSENT_INFORMATION_"));
  }
  return absl::StrJoin(words, ",");
}

std::string RecipientText(const ConsentRecipient& recipient) {
  const std::string kind = WordOf(recipient.kind());
  return recipient.id().empty() ? kind : absl::StrCat(kind, ":", recipient.id());
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return LocalTimeText(codec::FromProto(time));
}

std::string StateOf(const clinician::v1::ConsentRecord& record) {
  if (record.has_revoked_at()) return "revoked " + TimeText(record.revoked_at());
  return record.active() ? "active" : "expired";
}

absl::Status SetTime(const std::string& word, const std::string& text, absl::Time now,
                     google::protobuf::Timestamp& time) {
  const auto moment = ParseObserved(text, now);
  if (!moment.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(word, ": ", moment.status().message()));
  }
  time = codec::ToProto(moment->at);
  return absl::OkStatus();
}

absl::Status AddInformation(const std::vector<std::string>& words, Consent& consent) {
  for (const std::string& word : words) {
    const auto information = ParseInformation(word);
    if (!information.ok()) return information.status();
    consent.add_information(*information);
  }
  return absl::OkStatus();
}

std::string RecipientOfDisclosure(const DisclosureRecorded& disclosure) {
  if (!disclosure.has_emergency()) return RecipientText(disclosure.recipient());
  return absl::StrCat(disclosure.emergency().recipient_name(), ", ",
                      disclosure.emergency().recipient_facility());
}

std::string WhyText(const DisclosureRecorded& disclosure) {
  if (disclosure.has_emergency()) {
    return "emergency: " + disclosure.emergency().nature_of_emergency();
  }
  return absl::StrCat("consent ", disclosure.consent_id(), ": ", disclosure.purpose());
}

}  // namespace

absl::StatusOr<events::v1::ConsentInformation> ParseInformation(const std::string& text) {
  return Parse<events::v1::ConsentInformation>(text, "CONSENT_INFORMATION_",
                                               *events::v1::ConsentInformation_descriptor());
}

absl::StatusOr<ConsentRecipient> ParseRecipient(const std::string& text) {
  const std::vector<std::string> parts = absl::StrSplit(text, absl::MaxSplits(':', 1));
  const auto kind = Parse<events::v1::RecipientKind>(parts[0], "RECIPIENT_KIND_",
                                                     *events::v1::RecipientKind_descriptor());
  if (!kind.ok()) return kind.status();
  ConsentRecipient recipient;
  recipient.set_kind(*kind);
  if (parts.size() > 1) recipient.set_id(parts[1]);
  return recipient;
}

absl::StatusOr<Consent> BuildConsent(const ConsentWords& words, absl::Time now) {
  Consent consent;
  consent.set_consent_id(words.id);
  consent.set_patient_id(words.patient);
  consent.set_form_reference(words.form);
  consent.set_form_names_patient(words.names_patient);
  consent.set_discloser(words.discloser);
  absl::Status status = AddInformation(words.information, consent);
  if (!status.ok()) return status;
  auto recipient = ParseRecipient(words.recipient);
  if (!recipient.ok()) return recipient.status();
  for (const std::string& one : words.participants) recipient->add_intermediary_participants(one);
  *consent.mutable_recipient() = *std::move(recipient);
  consent.set_purpose(words.purpose);
  consent.set_revocation_notice(words.revocation_notice);
  if (!words.expires.empty()) {
    status = SetTime("--expires", words.expires, now, *consent.mutable_expires_at());
    if (!status.ok()) return status;
  }
  consent.set_expires_on_event(words.expires_on_event);
  consent.mutable_signature()->set_signed_by(words.signed_by);
  consent.mutable_signature()->set_method(words.method);
  if (!words.signed_at.empty()) {
    status = SetTime("--signed-at", words.signed_at, now,
                     *consent.mutable_signature()->mutable_signed_at());
    if (!status.ok()) return status;
  }
  consent.set_treatment_payment_operations(words.treatment_payment_operations);
  if (words.treatment_payment_operations) {
    consent.set_redisclosure_statement(words.redisclosure_statement);
  }
  return consent;
}

std::string ConsentsText(const clinician::v1::ListConsentsResponse& consents) {
  if (consents.consents().empty() && consents.restrictions().empty()) return "no consents\n";
  Table table({"CONSENT", "STATE", "TO", "WHAT", "PURPOSE", "SIGNED", "UNTIL"});
  for (const auto& record : consents.consents()) {
    const Consent& consent = record.consent();
    const std::string until =
        consent.has_expires_at() ? TimeText(consent.expires_at()) : consent.expires_on_event();
    table.Add({consent.consent_id(), StateOf(record), RecipientText(consent.recipient()),
               InformationText(consent.information()), consent.purpose(),
               TimeText(consent.signature().signed_at()), until});
  }
  std::string text = consents.consents().empty() ? "no consents\n" : table.Text();
  for (const auto& restriction : consents.restrictions()) {
    const std::string what =
        restriction.information().empty() ? "anything" : InformationText(restriction.information());
    absl::StrAppend(&text, "restriction ", restriction.restriction_id(), ": not ", what, " to ",
                    RecipientText(restriction.recipient()), "\n");
  }
  return text;
}

std::string DisclosuresText(const std::vector<DisclosureRecorded>& disclosures) {
  if (disclosures.empty()) return "no disclosures\n";
  Table table({"AT", "TO", "WHAT", "WHY", "BY", "DISCLOSURE"});
  for (const DisclosureRecorded& disclosure : disclosures) {
    table.Add({TimeText(disclosure.occurred_at()), RecipientOfDisclosure(disclosure),
               InformationText(disclosure.information()), WhyText(disclosure), disclosure.actor(),
               disclosure.disclosure_id()});
  }
  return table.Text();
}

}  // namespace withdrawal::ctl
