// Reads all partitions of what the tables are made of into a ring of changes, in every process and
// without a group. A change is told when the tables show it: whoever hears of it and asks gets the
// new state.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/kafka/consumer.h"
#include "libs/kafka/records.h"
#include "services/clinician/config.h"
#include "services/clinician/database.h"
#include "services/clinician/patient_change.h"

namespace withdrawal::clinician {

class PatientTail {
 public:
  // `on_changes` is called after changes came; `on_blind` when brokers or database have not
  // answered for a while.
  struct Listener {
    std::function<void()> on_changes;
    std::function<void()> on_blind;
  };

  PatientTail(const Config& config, PatientRing& ring, Listener listener);

  // Reads until `stop`; after a failure again from where the ring ends.
  void Run(const std::atomic<bool>& stop);

 private:
  // A record that the tables may not show yet.
  struct Pending {
    int32_t place = 0;  // PlaceOf
    int64_t offset = 0;
    std::optional<PatientChange> change;  // absent: nothing to tell
  };

  absl::Status Session(const std::atomic<bool>& stop);
  absl::Status StartRing(Connection& connection, kafka::Consumer& consumer);
  void Take(const kafka::OwnedRecord& record);
  // Moves what the tables show into the ring.
  absl::Status Release(Connection& connection);
  absl::Status FillTeams(Transaction& transaction, std::vector<Pending>& shown) const;
  // Partitions of several topics as one number, as positions have them.
  int32_t PlaceOf(const std::string& topic, int32_t partition) const;

  const Config& config_;
  const std::vector<std::string> topics_;
  PatientRing& ring_;
  const Listener listener_;
  std::deque<Pending> pending_;
  absl::Time answered_at_ = absl::InfinitePast();
};

}  // namespace withdrawal::clinician
