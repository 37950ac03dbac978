// The parts of a care plan between protobuf and the pure vocabulary, one pair of functions each.
// Used by care_plan.cc only. Read: InvalidArgument naming the field. Thread rule: pure.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "libs/domain/care_plan.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::codec {

absl::Status ReadSchedule(const events::v1::CarePlan& message, domain::CarePlan& plan);
void WriteSchedule(const domain::CarePlan& plan, events::v1::CarePlan& message);

absl::Status ReadMedications(const events::v1::CarePlan& message, domain::CarePlan& plan);
void WriteMedications(const domain::CarePlan& plan, events::v1::CarePlan& message);

// Sessions, goals, support contacts.
absl::Status ReadSupport(const events::v1::CarePlan& message, domain::CarePlan& plan);
void WriteSupport(const domain::CarePlan& plan, events::v1::CarePlan& message);

// Template, thresholds, schemes, quiet hours, level of care, discharge, merge, quit date, age.
absl::Status ReadSettings(const events::v1::CarePlan& message, domain::CarePlan& plan);
void WriteSettings(const domain::CarePlan& plan, events::v1::CarePlan& message);

absl::Status InvalidField(const std::string& field, const std::string& why);

// Nothing when absent; InvalidArgument when protobuf does not know such a time.
absl::Status ReadTime(bool present, const google::protobuf::Timestamp& timestamp,
                      const std::string& field, std::optional<domain::Instant>& into);

absl::StatusOr<domain::LocalTime> ReadLocalTime(const events::v1::LocalTime& time,
                                                const std::string& field);
void WriteLocalTime(domain::LocalTime time, events::v1::LocalTime& message);

// Domain enums follow the proto numbers without UNSPECIFIED.
template <typename Enum>
Enum EnumFromNumber(int number) {
  return static_cast<Enum>(number - 1);
}
template <typename Enum>
int EnumToNumber(Enum value) {
  return static_cast<int>(value) + 1;
}

}  // namespace withdrawal::codec
