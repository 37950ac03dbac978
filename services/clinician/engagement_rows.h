// The rows behind engagement and outcomes, from the same records as the other tables. Part of
// RowBatch, which has checked ids, keys and times.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "services/clinician/database.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::clinician {

class EngagementRows {
 public:
  // An accepted check-in; a conflict is not counted.
  void AddCheckIn(const events::v1::CheckInScored& scored);
  void AddAlert(const events::v1::AlertEvent& event);
  void AddPlan(const events::v1::CarePlanRecorded& recorded);
  // The record was deleted: what runs ends then.
  void RemovePlan(const std::string& patient_id, int64_t at_micros);

  void Write(Transaction& transaction) const;

 private:
  using FactKey = std::tuple<std::string, std::string, std::string, std::string>;
  struct Fact {
    int64_t at_micros = 0;
    double value = 0;
  };
  struct Enrolment {
    int64_t recorded_micros = 0;
    std::optional<int64_t> ended_micros;
    int discharge = 0;
    std::string team;
    std::string programmes;
    bool medication_offered = false;
  };
  struct AlertRow {
    std::string rule_id;
    bool technical = false;
    int64_t raised_micros = 0;
    std::optional<int> raised_rank;
    int highest_rank = 0;
    std::optional<int64_t> acknowledged_micros;
    bool called = true;
    std::optional<int64_t> resolved_micros;
    int outcome = 0;
  };

  void AddFact(const events::v1::CheckIn& check_in, const std::string& kind,
               const std::string& detail, double value, const std::string& entry_id = "");
  void AddItems(const events::v1::CheckIn& check_in, const events::v1::Score& score);
  void WriteEnrolments(Transaction& transaction) const;
  void WriteFacts(Transaction& transaction) const;
  void WriteAlerts(Transaction& transaction) const;

  std::map<std::pair<std::string, int64_t>, Enrolment> enrolments_;
  std::map<std::string, int64_t> removed_;
  std::map<FactKey, Fact> facts_;
  std::map<std::pair<std::string, std::string>, AlertRow> alerts_;
};

}  // namespace withdrawal::clinician
