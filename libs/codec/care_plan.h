// Care plans between protobuf and the pure vocabulary.
#pragma once

#include "absl/status/statusor.h"
#include "libs/domain/care_plan.h"
#include "withdrawal/events/v1/care_plan.pb.h"

namespace withdrawal::codec {

// Of a dose step, wherever it comes from: the planned doses of weeks are looked through at every
// check-in.
inline constexpr domain::Duration kDoseEveryMin = absl::Minutes(30);

// InvalidArgument naming the field: no patient id, an enum value we do not know, a schedule entry
// without exactly one of `every`, `daily_at` and `at`, a dose step without exactly one of `every`
// and `daily_at`, ids that are not unique, times out of range or order, amounts that are not
// positive, local times without a time zone. Bounds are judged where a plan is put.
absl::StatusOr<domain::CarePlan> FromProto(const events::v1::CarePlan& plan);
events::v1::CarePlan ToProto(const domain::CarePlan& plan);

}  // namespace withdrawal::codec
