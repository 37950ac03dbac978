// The outcome set of a programme as text. Pure.
#pragma once

#include <string>

#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::ctl {

// A row per number: what it is, its value, and what it was counted from.
std::string OutcomesText(const clinician::v1::Outcomes& outcomes);

}  // namespace withdrawal::ctl
