// Are the answers of an intake ones the catalogue can have?
#pragma once

#include <vector>

#include "libs/domain/field_error.h"
#include "libs/domain/suitability.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

// What is wrong, by field ("inputs[2].number": OUT_OF_RANGE, WRONG_TYPE, UNKNOWN_INPUT,
// DUPLICATE_INPUT, REQUIRED). `known` gets the programmes and answers that are right.
std::vector<domain::FieldError> CheckIntake(const v1::RecordIntakeRequest& request,
                                            const domain::SuitabilityPolicy& policy,
                                            domain::assessment::Assessment& known);

}  // namespace withdrawal::clinician
