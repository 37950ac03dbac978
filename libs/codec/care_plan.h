// Care plans between protobuf and the pure vocabulary.
#pragma once

#include "absl/status/statusor.h"
#include "libs/domain/care_plan.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::codec {

// InvalidArgument naming the field: no patient id, a programme, status or vital we do not know, a
// schedule entry without exactly one of `every` (positive) and `daily_at`, a local time out of
// range, local times without a time zone.
absl::StatusOr<domain::CarePlan> FromProto(const events::v1::CarePlan& plan);
events::v1::CarePlan ToProto(const domain::CarePlan& plan);

}  // namespace withdrawal::codec
