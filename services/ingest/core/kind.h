// The part of Examine that depends on the kind of check-in.
#pragma once

#include "services/ingest/core/check_in.h"
#include "services/ingest/core/field_errors.h"

namespace withdrawal::ingest {

void ExamineKind(const Rules& rules, const RawCheckIn& raw, Findings& findings);

}  // namespace withdrawal::ingest
