// Scoring and alerting in one process and in simulated time: what the services would make of a
// person's records, without brokers. The same tasks over the same bytes as in the services; the
// state row is encoded and decoded at each step.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/catalogue/catalogue.h"
#include "libs/stream/task.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/check_in.pb.h"
#include "withdrawal/events/v1/command.pb.h"

namespace withdrawal::ctl {

// What one step wrote.
struct OfflineOutput {
  std::vector<std::string> scores;  // bytes of CheckInScored
  std::vector<events::v1::AlertEvent> alerts;
};

class OfflineServices {
 public:
  // `catalogue` outlives it.
  explicit OfflineServices(const catalogue::Catalogue& catalogue);
  ~OfflineServices();

  stream::Task& scoring();
  stream::Task& alerting();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// One person. Times never go back. Errors are those of the tasks: a record they would set aside.
class OfflinePerson {
 public:
  // `services` outlives it and may serve many.
  OfflinePerson(OfflineServices& services, std::string patient_id);

  absl::StatusOr<OfflineOutput> PutPlan(const events::v1::CarePlanRecorded& plan, absl::Time now);
  absl::StatusOr<OfflineOutput> Submit(const events::v1::CheckIn& check_in, absl::Time received_at);
  absl::StatusOr<OfflineOutput> Submit(const events::v1::CheckInRecorded& recorded, absl::Time now);
  absl::StatusOr<OfflineOutput> Command(const events::v1::AlertCommand& command, absl::Time now);
  // When alerting next wants RunTimer; absent = never.
  std::optional<absl::Time> NextDeadline() const;
  absl::StatusOr<OfflineOutput> RunTimer(absl::Time now);

  const std::string& scoring_row() const { return scoring_row_; }
  const std::string& alerting_row() const { return alerting_row_; }

 private:
  absl::Status Feed(stream::Task& task, const std::string& topic, const std::string& value,
                    absl::Time now, OfflineOutput& output);
  absl::Status Take(absl::StatusOr<stream::Effects> effects, std::string& row, absl::Time now,
                    OfflineOutput& output);

  OfflineServices& services_;
  const std::string patient_id_;
  std::string scoring_row_;
  std::string alerting_row_;
};

}  // namespace withdrawal::ctl
