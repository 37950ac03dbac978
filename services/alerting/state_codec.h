// Alerting's state row as bytes (withdrawal.state.v1.PatientAlertingState).
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

// The same state gives the same bytes; a state without anything in it gives none, which deletes it.
std::string EncodeState(const State& state);

// No bytes = a person not heard of. DataLoss: not a state row, which stops the service.
absl::StatusOr<State> DecodeState(std::string_view bytes);

}  // namespace withdrawal::alerting
