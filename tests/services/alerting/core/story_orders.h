// The words of a story that describe medication orders, and what all of its words are made of.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "libs/domain/care_plan.h"
#include "services/alerting/core/state.h"

namespace withdrawal::alerting {

// Ends the test run: a story nobody can read proves nothing.
[[noreturn]] void Bad(const std::string& what);
Duration ReadDuration(const std::string& text);
double ReadNumber(const std::string& text);
std::pair<std::string, std::string> KeyValue(const std::string& word);
// "08:00,20:00".
std::vector<domain::LocalTime> ReadTimes(const std::string& text);

// methadone:maintenance:60@08:00 | diazepam:taper:20@08:00~-168h/15@08:00 |
// diazepam:triggered:20@CIWA-Ar>=10@1h; limits at the end: ^max=8^daymax=24^clinician=yes.
domain::MedicationOrder ReadOrder(const std::string& text, Instant now);

}  // namespace withdrawal::alerting
