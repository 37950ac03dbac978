// The parts of the check of a care plan (care_plan_check.h), which alone uses them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "libs/domain/field_error.h"
#include "services/clinician/care_plan_check.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::clinician {

// Collects what is wrong with single fields.
class FieldChecks {
 public:
  explicit FieldChecks(absl::Time now) : now_(now) {}

  absl::Time now() const { return now_; }
  bool ok() const { return errors_.empty(); }
  std::vector<domain::FieldError> Take() { return std::move(errors_); }

  void Add(std::string field, std::string reason, std::string description);
  // 1 to `size_max` of [A-Za-z0-9._-].
  void Id(const std::string& field, const std::string& id, size_t size_max, bool needed);
  // At most `ahead_max` ahead and ten years ago.
  void Time(const std::string& field, const google::protobuf::Timestamp& timestamp,
            absl::Duration ahead_max);
  void OptionalTime(const std::string& field, bool present,
                    const google::protobuf::Timestamp& timestamp, absl::Duration ahead_max);
  void LocalTime(const std::string& field, const events::v1::LocalTime& time);
  void LocalTimes(const std::string& field,
                  const google::protobuf::RepeatedPtrField<events::v1::LocalTime>& times);
  void Length(const std::string& field, const google::protobuf::Duration& length,
              absl::Duration from, absl::Duration to);
  // More than 0, at most 10,000.
  void Amount(const std::string& field, double value);
  void Count(const std::string& field, int count, int count_max);

 private:
  const absl::Time now_;
  std::vector<domain::FieldError> errors_;
};

// A loader of time zones also takes file names and what this machine calls its own ("localtime",
// "posixrules", "Factory"); meant are UTC and the names of the IANA database that begin with an
// area: they mean the same everywhere, and are installed everywhere.
bool IsTimeZone(const std::string& name);

// Maintenance and tapers are planned far ahead; what has happened is not.
inline constexpr absl::Duration kClockSkewMax = absl::Minutes(2);
inline constexpr absl::Duration kSoonMax = absl::Hours(24 * 31);
inline constexpr absl::Duration kPlannedMax = absl::Hours(24 * 731);

void CheckSchedule(const events::v1::CarePlan& plan, const PlanBounds& bounds, FieldChecks& checks);
void CheckMedications(const events::v1::CarePlan& plan, const PlanBounds& bounds,
                      FieldChecks& checks);
// Sessions, goals, support contacts.
void CheckSupport(const events::v1::CarePlan& plan, FieldChecks& checks);
// Template, thresholds, schemes, quiet hours, level of care, discharge, merge, quit date, age.
void CheckSettings(const events::v1::CarePlan& plan, const PlanBounds& bounds, FieldChecks& checks);

}  // namespace withdrawal::clinician
