// Applies records to the tables: rows and offsets in one transaction, behind a fence. No Kafka in
// it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/kafka/records.h"
#include "services/clinician/config.h"
#include "services/clinician/database.h"
#include "services/clinician/row_batch.h"

namespace withdrawal::clinician {

// A record that can never be used, and why.
struct Unusable {
  kafka::OwnedRecord record;
  absl::Status reason;
};

class Applier {
 public:
  // `early` as of RowBatch::Write.
  Applier(const TopicNames& topics, absl::Duration early) : topics_(topics), early_(early) {}

  // Partitions have come to this process: answers where to read on, from the tables.
  absl::StatusOr<std::vector<kafka::Position>> Begin(Connection& connection,
                                                     std::vector<kafka::Position> partitions);

  // Sorts the records into rows (`batch`) and `unusable` ones.
  //   FailedPrecondition   an event of a kind this binary does not know: stop, a newer one is
  //   needed
  absl::Status Decode(const std::vector<kafka::OwnedRecord>& records, RowBatch& batch,
                      std::vector<Unusable>& unusable) const;

  // Writes the rows and moves the offsets past `records`.
  //   FailedPrecondition   fenced: somebody else has moved an offset; nothing was written
  //   else                 as Connection::Transact
  absl::Status Write(Connection& connection, const RowBatch& batch,
                     const std::vector<kafka::OwnedRecord>& records);

 private:
  using Partition = std::pair<std::string, int32_t>;

  const TopicNames topics_;
  const absl::Duration early_;
  std::map<Partition, int64_t> next_;  // as we last wrote or read them
};

}  // namespace withdrawal::clinician
