// When the schedule expects something next of each person, by the same steps as alerting
// (libs/domain/due.h), from records in whatever order they come. Part of RowBatch, which has
// checked ids, keys and times.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "libs/domain/due.h"
#include "services/clinician/database.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::clinician {

class DueRows {
 public:
  // An accepted check-in, not an amended one or a conflict.
  void AddCheckIn(const events::v1::CheckInScored& scored);
  void AddAlert(const events::v1::AlertEvent& event);
  void AddPlan(const events::v1::CarePlanRecorded& recorded, int64_t record_offset);
  void RemovePlan(const std::string& patient_id, int64_t at_micros, int64_t record_offset);

  // REQUIRES: the rows of `patient` of everybody named are there and locked by this transaction, so
  // that two writers of one person's records do not pass by each other.
  void Write(Transaction& transaction, absl::Duration early) const;

 private:
  struct Version {
    int64_t recorded_micros = 0;
    std::optional<std::string> plan;
  };

  void Note(const std::string& patient_id, const std::string& fact, int64_t at_micros);
  void WriteNextDue(Transaction& transaction, absl::Duration early) const;

  std::map<std::pair<std::string, int64_t>, Version> versions_;
  std::map<std::pair<std::string, std::string>, int64_t> facts_;
  std::set<std::string> people_;
};

// All that due times are told by, of these people.
struct DueRecords {
  std::vector<domain::PlanVersion> versions;
  domain::DueFacts facts;
};
std::map<std::string, DueRecords> ReadDueRecords(Transaction& transaction,
                                                 const std::vector<std::string>& patient_ids);

}  // namespace withdrawal::clinician
