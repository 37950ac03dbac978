// A person's timeline as text: a table, and a sparkline of totals per instrument. Pure.
#pragma once

#include <string>
#include <vector>

#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::ctl {

// `entries` newest first, as GetTimeline gives them; shown oldest first.
std::string TimelineText(const std::vector<clinician::v1::TimelineEntry>& entries);

}  // namespace withdrawal::ctl
