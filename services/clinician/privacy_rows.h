// Consents, disclosures and the audit trail as rows of the read model. Applying a record again
// changes nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "libs/stream/task.h"
#include "services/clinician/database.h"
#include "withdrawal/events/v1/audit.pb.h"
#include "withdrawal/events/v1/consent.pb.h"

namespace withdrawal::clinician {

class PrivacyRows {
 public:
  // Each takes in one record of the topic it is named after; an empty value is nothing. Statuses as
  // of RowBatch.
  absl::Status AddConsent(const stream::InputRecord& record);
  absl::Status AddDisclosure(const stream::InputRecord& record);
  absl::Status AddAudit(const stream::InputRecord& record);

  void Write(Transaction& transaction) const;

 private:
  using Key = std::pair<std::string, std::string>;  // patient and id
  struct ConsentRow {
    std::optional<int64_t> recorded_micros;
    std::string recorded;
    std::optional<int64_t> revoked_micros;
  };
  struct RestrictionRow {
    int64_t offset = 0;
    std::string recorded;
  };
  struct DisclosureRow {
    int64_t at_micros = 0;
    std::string disclosure;
  };

  void WriteConsents(Transaction& transaction) const;
  void WriteRestrictions(Transaction& transaction) const;
  void WriteDisclosures(Transaction& transaction) const;
  void WriteAudit(Transaction& transaction) const;

  // Ordered, so that every writer locks rows in the same order.
  std::map<Key, ConsentRow> consents_;
  std::map<Key, RestrictionRow> restrictions_;
  std::map<Key, DisclosureRow> disclosures_;
  std::map<std::pair<std::string, int64_t>, events::v1::AuditEvent> audit_;
};

}  // namespace withdrawal::clinician
