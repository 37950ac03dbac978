// The lines of a story that clinicians and the notifier say to an alert: "resolve RF-01 seen".
#pragma once

#include <string>
#include <vector>

#include "libs/domain/alert.h"

namespace withdrawal::alerting {

bool IsCommand(const std::string& verb);

// `words`: verb, rule and what comes after.
decltype(domain::AlertCommand::command) ReadCommandKind(const std::vector<std::string>& words,
                                                        domain::Instant now);

}  // namespace withdrawal::alerting
