// Scores between protobuf and the pure vocabulary.
#pragma once

#include "absl/status/statusor.h"
#include "libs/domain/score.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::codec {

events::v1::Score ToProto(const domain::Score& score);
domain::Score FromProto(const events::v1::Score& score);

events::v1::CatalogueVersion ToProto(const domain::CatalogueVersion& version);
domain::CatalogueVersion FromProto(const events::v1::CatalogueVersion& version);

// InvalidArgument as for CheckInRecorded (libs/codec/check_in.h), or an unspecified disposition.
absl::StatusOr<domain::ScoredCheckIn> FromProto(const events::v1::CheckInScored& scored);

}  // namespace withdrawal::codec
