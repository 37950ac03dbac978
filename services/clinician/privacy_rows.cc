#include "services/clinician/privacy_rows.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "libs/codec/record.h"
#include "libs/codec/time.h"
#include "services/clinician/insert.h"
#include "services/clinician/row_batch.h"

namespace withdrawal::clinician {
namespace {

using events::v1::AuditEvent;
using events::v1::ConsentEvent;
using google::protobuf::util::TimeUtil;

Value Micros(const std::optional<int64_t>& micros) {
  return micros ? Value(absl::StrCat(*micros)) : std::nullopt;
}

bool IsText(const std::string& text) {
  return text.size() <= 256 && text.find('\0') == std::string::npos;
}

std::string AtMicros(const AuditEvent& event) {
  return absl::StrCat(TimeUtil::TimestampToMicroseconds(event.occurred_at()));
}

// The id of what the event is about; empty when it has none.
std::string IdOf(const ConsentEvent& event) {
  switch (event.kind_case()) {
    case ConsentEvent::kRecorded:
      return event.recorded().consent_id();
    case ConsentEvent::kRevoked:
      return event.revoked().consent_id();
    case ConsentEvent::kRestriction:
      return event.restriction().restriction_id();
    default:
      return "";
  }
}

bool HasValidTimes(const events::v1::Consent& consent) {
  return (!consent.has_expires_at() || codec::IsValid(consent.expires_at())) &&
         (!consent.signature().has_signed_at() || codec::IsValid(consent.signature().signed_at()));
}

}  // namespace

absl::Status PrivacyRows::AddConsent(const stream::InputRecord& record) {
  if (record.value.empty()) return absl::OkStatus();
  const auto parsed = codec::Parse<ConsentEvent>(record.value);
  if (!parsed.ok()) return parsed.status();
  const ConsentEvent& event = *parsed;
  const std::string& patient = event.patient_id();
  if (!IsKey(patient) || !IsKey(event.event_id()) || !codec::IsValid(event.occurred_at())) {
    return absl::InvalidArgumentError("consent without event_id, patient_id or occurred_at");
  }
  if (absl::Status status = codec::CheckKey(record.key, patient); !status.ok()) return status;
  if (event.kind_case() == ConsentEvent::KIND_NOT_SET) {
    return absl::FailedPreconditionError(absl::StrCat("consent event ", event.event_id(),
                                                      " is of a kind this binary does not know"));
  }
  const std::string id = IdOf(event);
  if (!IsKey(id)) return absl::InvalidArgumentError("consent or restriction without its id");
  if (event.has_recorded() &&
      (event.recorded().patient_id() != patient || !HasValidTimes(event.recorded()))) {
    return absl::InvalidArgumentError("consent of another person, or with an impossible time");
  }
  if (event.has_restriction()) {
    restrictions_[{patient, id}] = {record.offset, std::string(record.value)};
    return absl::OkStatus();
  }
  ConsentRow& row = consents_[{patient, id}];
  const int64_t at = TimeUtil::TimestampToMicroseconds(event.occurred_at());
  if (event.has_revoked()) {
    if (!row.revoked_micros) row.revoked_micros = at;
  } else if (!row.recorded_micros) {
    row.recorded_micros = at;
    row.recorded = std::string(record.value);
  }
  return absl::OkStatus();
}

absl::Status PrivacyRows::AddDisclosure(const stream::InputRecord& record) {
  if (record.value.empty()) return absl::OkStatus();
  const auto parsed = codec::Parse<events::v1::DisclosureRecorded>(record.value);
  if (!parsed.ok()) return parsed.status();
  if (!IsKey(parsed->patient_id()) || !IsKey(parsed->disclosure_id()) ||
      !codec::IsValid(parsed->occurred_at())) {
    return absl::InvalidArgumentError("disclosure without its id, patient_id or occurred_at");
  }
  if (absl::Status status = codec::CheckKey(record.key, parsed->patient_id()); !status.ok()) {
    return status;
  }
  disclosures_.try_emplace({parsed->patient_id(), parsed->disclosure_id()},
                           DisclosureRow{TimeUtil::TimestampToMicroseconds(parsed->occurred_at()),
                                         std::string(record.value)});
  return absl::OkStatus();
}

absl::Status PrivacyRows::AddAudit(const stream::InputRecord& record) {
  if (record.value.empty()) return absl::OkStatus();
  auto parsed = codec::Parse<AuditEvent>(record.value);
  if (!parsed.ok()) return parsed.status();
  if (!IsKey(parsed->writer()) || parsed->sequence() < 1 || !IsText(parsed->subject()) ||
      !codec::IsValid(parsed->occurred_at())) {
    return absl::InvalidArgumentError("audit event without writer, sequence or occurred_at");
  }
  for (const std::string& patient : parsed->patient_ids()) {
    if (!IsKey(patient)) return absl::InvalidArgumentError("audit event with an impossible id");
  }
  if (record.key != parsed->writer()) {
    return absl::InvalidArgumentError("the record's key is not its writer");
  }
  audit_.try_emplace({parsed->writer(), parsed->sequence()}, *std::move(parsed));
  return absl::OkStatus();
}

void PrivacyRows::Write(Transaction& transaction) const {
  WriteConsents(transaction);
  WriteRestrictions(transaction);
  WriteDisclosures(transaction);
  WriteAudit(transaction);
}

void PrivacyRows::WriteConsents(Transaction& transaction) const {
  Insert insert("consent",
                {{"patient_id", "text"},
                 {"consent_id", "text"},
                 {"recorded_micros", "bigint"},
                 {"recorded", "bytea"},
                 {"revoked_micros", "bigint"}},
                "ON CONFLICT (patient_id, consent_id) DO UPDATE SET"
                " recorded_micros = COALESCE(consent.recorded_micros, excluded.recorded_micros),"
                " recorded = COALESCE(consent.recorded, excluded.recorded),"
                " revoked_micros = COALESCE(consent.revoked_micros, excluded.revoked_micros)");
  for (const auto& [key, row] : consents_) {
    insert.Add({key.first, key.second, Micros(row.recorded_micros),
                row.recorded_micros ? Value(BytesValue(row.recorded)) : std::nullopt,
                Micros(row.revoked_micros)});
  }
  insert.Run(transaction);
}

void PrivacyRows::WriteRestrictions(Transaction& transaction) const {
  Insert insert("restriction",
                {{"patient_id", "text"},
                 {"restriction_id", "text"},
                 {"record_offset", "bigint"},
                 {"recorded", "bytea"}},
                "ON CONFLICT (patient_id, restriction_id) DO UPDATE SET"
                " record_offset = excluded.record_offset, recorded = excluded.recorded"
                " WHERE excluded.record_offset > restriction.record_offset");
  for (const auto& [key, row] : restrictions_) {
    insert.Add({key.first, key.second, absl::StrCat(row.offset), BytesValue(row.recorded)});
  }
  insert.Run(transaction);
}

void PrivacyRows::WriteDisclosures(Transaction& transaction) const {
  Insert insert("disclosure",
                {{"patient_id", "text"},
                 {"disclosure_id", "text"},
                 {"at_micros", "bigint"},
                 {"disclosure", "bytea"}},
                "ON CONFLICT (patient_id, disclosure_id) DO NOTHING");
  for (const auto& [key, row] : disclosures_) {
    insert.Add({key.first, key.second, absl::StrCat(row.at_micros), BytesValue(row.disclosure)});
  }
  insert.Run(transaction);
}

void PrivacyRows::WriteAudit(Transaction& transaction) const {
  Insert events("audit_event",
                {{"writer", "text"},
                 {"sequence", "bigint"},
                 {"at_micros", "bigint"},
                 {"subject", "text"},
                 {"event", "bytea"}},
                "ON CONFLICT (writer, sequence) DO NOTHING RETURNING writer, sequence");
  Insert patients(
      "audit_patient",
      {{"patient_id", "text"}, {"at_micros", "bigint"}, {"sequence", "bigint"}, {"writer", "text"}},
      "ON CONFLICT (patient_id, at_micros, sequence, writer) DO NOTHING");
  for (const auto& [key, event] : audit_) {
    events.Add({key.first, absl::StrCat(key.second), AtMicros(event), event.subject(),
                BytesValue(event.SerializeAsString())});
  }
  // Of new ones only: a second event with the number of another one is nowhere.
  for (const Row& row : events.Run(transaction)) {
    const AuditEvent& event = audit_.at({row.Text(0), row.Int(1)});
    const std::set<std::string> ids(event.patient_ids().begin(), event.patient_ids().end());
    for (const std::string& patient : ids) {
      patients.Add({patient, AtMicros(event), row.Text(1), row.Text(0)});
    }
  }
  patients.Run(transaction);
}

}  // namespace withdrawal::clinician
