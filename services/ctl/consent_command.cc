// withdrawalctl consent record|revoke|list|restrict PATIENT, withdrawalctl disclosures PATIENT
#include <iostream>
#include <memory>

#include "absl/time/clock.h"
#include "libs/codec/time.h"
#include "services/ctl/arguments.h"
#include "services/ctl/clients.h"
#include "services/ctl/commands.h"
#include "services/ctl/consent.h"
#include "services/ctl/printable.h"

namespace withdrawal::ctl {
namespace {

constexpr char kName[] = "consent";

struct RestrictWords {
  std::string patient;
  std::string id;
  std::vector<std::string> information;
  std::string recipient;
  bool lift = false;
};

struct RevokeWords {
  std::string patient;
  std::string consent;
  std::string reason;
};

struct DisclosureWords {
  std::string patient;
  std::string since;
  std::string until;
};

int Record(const Settings& settings, ConsentWords words) {
  const auto catalogue = catalogue::Load(settings.catalogue);
  if (!catalogue.ok()) return Fail(kName, catalogue.status());
  if (words.revocation_notice.empty()) {
    words.revocation_notice = catalogue->privacy.revocation_notice;
  }
  if (words.redisclosure_statement.empty()) {
    words.redisclosure_statement = catalogue->privacy.redisclosure_statement;
  }
  auto consent = BuildConsent(words, absl::Now());
  if (!consent.ok()) return Fail(kName, consent.status());
  cpb::RecordConsentRequest request;
  // Made here, so that the call may be repeated.
  if (consent->consent_id().empty()) consent->set_consent_id(RandomId());
  *request.mutable_consent() = *std::move(consent);
  request.set_actor(settings.actor);
  const auto stub = ConnectPrivacy(settings);
  cpb::ConsentRecord record;
  if (!Shows(record,
             [&](auto& context) { return stub->RecordConsent(&context, request, &record); })) {
    return 1;
  }
  std::cout << "recorded, consent " << record.consent().consent_id() << '\n';
  return 0;
}

int Revoke(const Settings& settings, const RevokeWords& words) {
  cpb::RevokeConsentRequest request;
  request.set_patient_id(words.patient);
  request.set_consent_id(words.consent);
  request.set_reason(words.reason);
  request.set_actor(settings.actor);
  const auto stub = ConnectPrivacy(settings);
  cpb::ConsentRecord record;
  if (!Shows(record,
             [&](auto& context) { return stub->RevokeConsent(&context, request, &record); })) {
    return 1;
  }
  std::cout << "revoked, consent " << record.consent().consent_id()
            << ": nothing more is disclosed under it\n";
  return 0;
}

int List(const Settings& settings, const std::string& patient) {
  cpb::ListConsentsRequest request;
  request.set_patient_id(patient);
  const auto stub = ConnectPrivacy(settings);
  cpb::ListConsentsResponse response;
  if (!Shows(response,
             [&](auto& context) { return stub->ListConsents(&context, request, &response); })) {
    return 1;
  }
  std::cout << ConsentsText(response);
  return 0;
}

int Restrict(const Settings& settings, const RestrictWords& words) {
  cpb::RecordRestrictionRequest request;
  request.set_patient_id(words.patient);
  request.set_actor(settings.actor);
  epb::Restriction& restriction = *request.mutable_restriction();
  restriction.set_restriction_id(words.id.empty() && !words.lift ? RandomId() : words.id);
  restriction.set_lifted(words.lift);
  for (const std::string& word : words.information) {
    const auto information = ParseInformation(word);
    if (!information.ok()) return Fail(kName, information.status());
    restriction.add_information(*information);
  }
  if (!words.recipient.empty()) {
    const auto recipient = ParseRecipient(words.recipient);
    if (!recipient.ok()) return Fail(kName, recipient.status());
    *restriction.mutable_recipient() = *recipient;
  }
  const auto stub = ConnectPrivacy(settings);
  cpb::RecordRestrictionResponse response;
  if (!Shows(response, [&](auto& context) {
        return stub->RecordRestriction(&context, request, &response);
      })) {
    return 1;
  }
  std::cout << (words.lift ? "lifted" : "recorded") << ", restriction "
            << response.restriction().restriction_id() << '\n';
  return 0;
}

int Disclosures(const Settings& settings, const DisclosureWords& words) {
  cpb::ListDisclosuresRequest request;
  request.set_patient_id(words.patient);
  request.set_page_size(500);
  for (const auto& [text, until] : {std::pair(words.since, false), std::pair(words.until, true)}) {
    if (text.empty()) continue;
    const auto moment = ParseMoment(text, absl::Now());
    if (!moment.ok()) return Fail("disclosures", moment.status());
    *(until ? request.mutable_until() : request.mutable_since()) = codec::ToProto(*moment);
  }
  const auto stub = ConnectPrivacy(settings);
  std::vector<epb::DisclosureRecorded> all;
  do {
    cpb::ListDisclosuresResponse page;
    if (!Shows(page,
               [&](auto& context) { return stub->ListDisclosures(&context, request, &page); })) {
      return 1;
    }
    all.insert(all.end(), page.disclosures().begin(), page.disclosures().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  std::cout << DisclosuresText(all);
  return 0;
}

void AddRecord(CLI::App& command, const Settings& settings, int& exit_code) {
  auto words = std::make_shared<ConsentWords>();
  auto* record = command.add_subcommand("record", "Record a signed consent");
  record->add_option("patient", words->patient, "Opaque patient id")->required();
  record->add_option("--id", words->id, "Of the consent; default: a new one");
  record->add_option("--form", words->form, "Where the signed form is kept")->required();
  record->add_flag("--names-patient", words->names_patient, "The signed form names the person");
  record->add_option("--discloser", words->discloser, "Who may disclose")->required();
  record->add_option("--to", words->recipient, "KIND:ID, e.g. support-contact:mother-1")
      ->required();
  record->add_option("--participant", words->participants, "Of an intermediary, each");
  record
      ->add_option("--information", words->information,
                   "missed-check-in, wellbeing, appointments, alerts, ...")
      ->required()
      ->delimiter(',');
  record->add_option("--purpose", words->purpose, "What for")->required();
  record->add_option("--expires", words->expires, "RFC 3339 or a date");
  record->add_option("--expires-on-event", words->expires_on_event, "e.g. \"end of treatment\"");
  record->add_option("--signed-by", words->signed_by, "patient or representative")->required();
  record->add_option("--method", words->method, "electronic or paper")->required();
  record->add_option("--signed-at", words->signed_at, "RFC 3339 or a date")->required();
  record->add_option("--revocation-notice", words->revocation_notice,
                     "Version of the words; default: those in use");
  record->add_flag("--treatment-payment-operations", words->treatment_payment_operations,
                   "A single consent for all future ones");
  record->add_option("--redisclosure-statement", words->redisclosure_statement,
                     "Version of the words; default: those in use");
  record->callback([=, &settings, &exit_code] { exit_code = Record(settings, *words); });
}

void AddRestrict(CLI::App& command, const Settings& settings, int& exit_code) {
  auto words = std::make_shared<RestrictWords>();
  auto* restrict = command.add_subcommand("restrict", "Keep something back, or lift that");
  restrict->add_option("patient", words->patient, "Opaque patient id")->required();
  restrict->add_option("--id", words->id, "Of the restriction; default: a new one");
  restrict->add_option("--to", words->recipient, "KIND or KIND:ID; all of the kind without an id");
  restrict->add_option("--information", words->information, "What; default: anything")
      ->delimiter(',');
  restrict->add_flag("--lift", words->lift, "The one with that --id is over");
  restrict->callback([=, &settings, &exit_code] { exit_code = Restrict(settings, *words); });
}

}  // namespace

void AddConsent(CLI::App& app, const Settings& settings, int& exit_code) {
  auto* command = app.add_subcommand("consent", "What a person allows to be told, and to whom");
  command->require_subcommand(1);
  AddRecord(*command, settings, exit_code);
  AddRestrict(*command, settings, exit_code);
  auto revoked = std::make_shared<RevokeWords>();
  auto* revoke = command->add_subcommand("revoke", "Take a consent back, at once");
  revoke->add_option("patient", revoked->patient, "Opaque patient id")->required();
  revoke->add_option("consent", revoked->consent, "Its id")->required();
  revoke->add_option("--reason", revoked->reason, "Why, if the person said so");
  revoke->callback([=, &settings, &exit_code] { exit_code = Revoke(settings, *revoked); });
  auto patient = std::make_shared<std::string>();
  auto* list = command->add_subcommand("list", "All of a person, revoked ones too");
  list->add_option("patient", *patient, "Opaque patient id")->required();
  list->callback([=, &settings, &exit_code] { exit_code = List(settings, *patient); });
}

void AddDisclosures(CLI::App& app, const Settings& settings, int& exit_code) {
  auto words = std::make_shared<DisclosureWords>();
  auto* command = app.add_subcommand("disclosures", "What was told of a person, newest first");
  command->add_option("patient", words->patient, "Opaque patient id")->required();
  command->add_option("--since", words->since,
                      "RFC 3339, or how long ago; default: the last three years");
  command->add_option("--until", words->until, "RFC 3339, or how long ago");
  command->callback([=, &settings, &exit_code] { exit_code = Disclosures(settings, *words); });
}

}  // namespace withdrawal::ctl
