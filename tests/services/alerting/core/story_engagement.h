// The part of the story grammar about lapses, sessions and therapy (alert_stories/README.txt).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libs/domain/care_plan.h"

namespace withdrawal::alerting {

// level=2.1 age=17. False when the word is none of these.
bool ReadEngagementWord(const std::string& key, const std::string& value, domain::CarePlan& plan);

// "lapse alcohol days=3 ...", "session iop 180", "triggers lonely=3". Absent for other verbs.
std::optional<domain::CheckInKind> EngagementKind(const std::vector<std::string>& words, int id);

}  // namespace withdrawal::alerting
