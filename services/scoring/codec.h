// Scoring's state row to and from bytes (withdrawal.state.v1.PatientScoringState).
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/scoring/core/state.h"

namespace withdrawal::scoring {

// The same state gives the same bytes; an empty state gives none, which deletes the row.
std::string EncodeState(const PatientState& state);

// No bytes = a person not heard of. DataLoss: not a state row, which stops the service.
absl::StatusOr<PatientState> DecodeState(std::string_view bytes);

}  // namespace withdrawal::scoring
