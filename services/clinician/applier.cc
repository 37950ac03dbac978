#include "services/clinician/applier.h"

#include "absl/strings/str_cat.h"

namespace withdrawal::clinician {

absl::StatusOr<std::vector<kafka::Position>> Applier::Begin(
    Connection& connection, std::vector<kafka::Position> partitions) {
  const absl::Status status = connection.Transact([&](Transaction& transaction) {
    for (kafka::Position& position : partitions) {
      const std::vector<Value> key = {position.topic, absl::StrCat(position.partition)};
      transaction.Execute(
          "INSERT INTO projection_offset (topic, partition, next) VALUES ($1::text, $2::int, 0)"
          " ON CONFLICT (topic, partition) DO NOTHING",
          key);
      const Result row = transaction.Execute(
          "SELECT next FROM projection_offset WHERE topic = $1::text AND partition = $2::int", key);
      position.offset = row.rows.front().Int(0);
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  next_.clear();
  for (const kafka::Position& position : partitions) {
    next_[{position.topic, position.partition}] = position.offset;
  }
  return partitions;
}

absl::Status Applier::Decode(const std::vector<kafka::OwnedRecord>& records, RowBatch& batch,
                             std::vector<Unusable>& unusable) const {
  for (const kafka::OwnedRecord& record : records) {
    const stream::InputRecord input{.topic = record.topic,
                                    .partition = record.partition,
                                    .offset = record.offset,
                                    .key = record.key,
                                    .value = record.value,
                                    .timestamp = record.timestamp,
                                    .headers = {}};
    absl::Status status;
    if (record.topic == topics_.scores) {
      status = batch.AddScore(input);
    } else if (record.topic == topics_.alerts) {
      status = batch.AddAlert(input);
    } else if (record.topic == topics_.intakes) {
      status = batch.AddIntake(input);
    } else if (record.topic == topics_.consents) {
      status = batch.privacy().AddConsent(input);
    } else if (record.topic == topics_.disclosures) {
      status = batch.privacy().AddDisclosure(input);
    } else if (record.topic == topics_.audit) {
      status = batch.privacy().AddAudit(input);
    } else {
      status = batch.AddCarePlan(input);
    }
    if (absl::IsInvalidArgument(status)) {
      unusable.push_back({record, status});
    } else if (!status.ok()) {
      return status;
    }
  }
  return absl::OkStatus();
}

absl::Status Applier::Write(Connection& connection, const RowBatch& batch,
                            const std::vector<kafka::OwnedRecord>& records) {
  std::map<Partition, int64_t> to;
  for (const kafka::OwnedRecord& record : records) {
    to[{record.topic, record.partition}] = record.offset + 1;
  }
  const absl::Status status = connection.Transact([&](Transaction& transaction) -> absl::Status {
    for (const auto& [partition, next] : to) {
      const Result moved = transaction.Execute(
          "UPDATE projection_offset SET next = $3::bigint"
          " WHERE topic = $1::text AND partition = $2::int AND next = $4::bigint",
          {partition.first, absl::StrCat(partition.second), absl::StrCat(next),
           absl::StrCat(next_[partition])});
      if (moved.affected != 1) {
        return absl::FailedPreconditionError(absl::StrCat("fenced: the offset of ", partition.first,
                                                          "/", partition.second, " was moved"));
      }
    }
    batch.Write(transaction, early_);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  for (const auto& [partition, next] : to) next_[partition] = next;
  return absl::OkStatus();
}

}  // namespace withdrawal::clinician
