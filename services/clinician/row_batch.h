// Turns a batch of records of the scores, alerts, care-plans, intakes, consents, disclosures and
// audit topics into rows of the read model. Applying a record again changes nothing, and records of
// different topics may come in any order: so the tables can be rebuilt from the topics.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "libs/stream/task.h"
#include "services/clinician/database.h"
#include "services/clinician/due_rows.h"
#include "services/clinician/engagement_rows.h"
#include "services/clinician/privacy_rows.h"
#include "services/clinician/vital_rows.h"
#include "withdrawal/clinician/v1/clinician.pb.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::clinician {

class RowBatch {
 public:
  // Takes in one record of the topic it is named after. An empty value is a tombstone: of a care
  // plan it ends the enrolment, elsewhere it is nothing.
  //   InvalidArgument      the record can never be used (dead letter)
  //   FailedPrecondition   an event of a kind this binary does not know and may not ignore: stop
  absl::Status AddScore(const stream::InputRecord& record);
  absl::Status AddAlert(const stream::InputRecord& record);
  absl::Status AddCarePlan(const stream::InputRecord& record);
  absl::Status AddIntake(const stream::InputRecord& record);

  PrivacyRows& privacy() { return privacy_; }

  // `early`: how much too early a check-in may come (MissedCheckInPolicy).
  void Write(Transaction& transaction, absl::Duration early) const;

 private:
  struct LatestScore {
    int64_t observed_micros = 0;
    std::string score;
  };
  struct AlertRow {
    events::v1::Alert alert;
    std::string resolve_command_id;
  };
  struct LatestIntake {
    int64_t recorded_micros = 0;
    std::string intake;
  };
  using TimelineKey = std::pair<int64_t, std::string>;  // at, entry_id

  void AddEntry(const std::string& patient_id, const std::string& entry_id,
                clinician::v1::TimelineEntry entry);
  void WritePatients(Transaction& transaction) const;
  void WriteScores(Transaction& transaction) const;
  void WriteTimeline(Transaction& transaction) const;
  void WriteAlerts(Transaction& transaction) const;
  void WriteWorklist(Transaction& transaction) const;
  void WriteIntakes(Transaction& transaction) const;

  // Ordered by patient, so that every writer locks rows in the same order.
  std::map<std::string, std::optional<events::v1::CarePlan>> plans_;
  std::map<std::string, int64_t> last_check_in_micros_;
  std::map<std::pair<std::string, std::string>, LatestScore> scores_;
  std::map<std::string, std::map<TimelineKey, std::string>> timeline_;
  std::map<std::pair<std::string, std::string>, AlertRow> alerts_;
  std::set<std::string> alerted_;
  EngagementRows engagement_;
  DueRows due_;
  VitalRows vitals_;
  std::map<std::string, LatestIntake> intakes_;
  PrivacyRows privacy_;
};

// What may become a key: there, at most 256 bytes, and without the NUL that SQL text cannot hold.
bool IsKey(const std::string& text);

// Of an intake in the timeline.
std::string IntakeEntryId(const std::string& intake_id);

// 0 = emergency, 1 = urgent, 2 = routine, 3 = none: ascending is most urgent first.
int PriorityRank(events::v1::Priority priority);

}  // namespace withdrawal::clinician
