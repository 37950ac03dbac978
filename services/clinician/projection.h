// Keeps the read model: what the topics hold of people, what they allow and who saw them, from
// Kafka into the tables, with the offsets in the same transaction. Any number of processes share
// the partitions out as a consumer group; the fence in projection_offset keeps two that believe to
// own one partition from both writing.
//
// A failure of the database or the brokers ends the session; after a back-off the next one starts
// from the offsets in the tables. So nothing is applied twice or left out.
#pragma once

#include <atomic>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "libs/kafka/consumer.h"
#include "libs/kafka/producer.h"
#include "services/clinician/applier.h"
#include "services/clinician/config.h"
#include "services/clinician/metrics.h"

namespace withdrawal::clinician {

class Projection {
 public:
  // `producer` takes the dead letters.
  Projection(const Config& config, kafka::Producer& producer, Metrics& metrics);

  // On a thread of its own, until `stop`.
  void Run(const std::atomic<bool>& stop);
  // Fills empty tables from the topics as they are now, then returns; no consumer group, no dead
  // letters (they stand since the records were first read). The same records give the same rows.
  // Once it has begun, an error leaves tables that are only good to be dropped.
  //   FailedPrecondition   something is in the tables already
  //   Unavailable          nothing came for 30 s though the ends are not reached
  //   Cancelled            `stop`
  absl::Status Rebuild(const std::atomic<bool>& stop);
  // Whether the tables are less than 30 s behind. Any thread.
  bool current() const { return current_; }

 private:
  absl::Status Session(const std::atomic<bool>& stop);
  absl::Status ApplyRecords(Connection& connection, Applier& applier,
                            const std::vector<kafka::OwnedRecord>& records);
  // After the database refused a value of the batch: only the record at fault is set aside.
  absl::Status ApplyOneByOne(Connection& connection, Applier& applier,
                             const std::vector<kafka::OwnedRecord>& records);
  // Before the offsets move, so that none is lost; a repeat of the batch does not repeat it.
  absl::Status SetAside(const std::vector<Unusable>& unusable);
  void Forget(const std::vector<kafka::OwnedRecord>& applied);
  void MeasureLag(kafka::Consumer& consumer);

  const Config& config_;
  kafka::Producer& producer_;
  Metrics& metrics_;
  bool assigned_ = false;
  // Topic, partition and offset of dead letters stored while their records are still to be passed.
  std::set<std::tuple<std::string, int32_t, int64_t>> set_aside_;
  bool applied_ = false;  // something, since the last failure
  bool rebuilding_ = false;
  absl::Time newest_applied_ = absl::InfinitePast();
  std::atomic<bool> current_ = false;
};

}  // namespace withdrawal::clinician
