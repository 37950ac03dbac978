// Intakes and suitability verdicts between protobuf and the pure vocabulary. Pure and thread-safe.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/domain/suitability.h"
#include "withdrawal/events/v1/intake.pb.h"

namespace withdrawal::codec {

events::v1::InputValue ToProto(const std::string& input, const domain::assessment::Value& value);
// Absent when no value is set.
std::optional<domain::assessment::Value> FromProto(const events::v1::InputValue& value);

events::v1::SuitabilityConsequence ToProto(domain::Consequence consequence);
// UNSPECIFIED and what we do not know read as caution.
domain::Consequence FromProto(events::v1::SuitabilityConsequence consequence);

events::v1::SuitabilityVerdict ToProto(const domain::SuitabilityVerdict& verdict);

// Without the verdict, which every reader makes for itself or takes from the message.
//   InvalidArgument   no patient, no time, an unknown programme, an input twice or without value
absl::StatusOr<domain::Intake> FromProto(const events::v1::IntakeRecorded& recorded);

}  // namespace withdrawal::codec
