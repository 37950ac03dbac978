// Alerts and alert commands between protobuf and the pure vocabulary.
#pragma once

#include "absl/status/statusor.h"
#include "libs/domain/alert.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/command.pb.h"

namespace withdrawal::codec {

events::v1::Alert ToProto(const domain::Alert& alert);
// InvalidArgument: no id, or a priority or state we do not know.
absl::StatusOr<domain::Alert> FromProto(const events::v1::Alert& alert);

events::v1::AlertEvent ToProto(const domain::AlertEvent& event);

// InvalidArgument: no command, patient or alert id, no actor, no kind, a resolve without reason.
absl::StatusOr<domain::AlertCommand> FromProto(const events::v1::AlertCommand& command);

}  // namespace withdrawal::codec
