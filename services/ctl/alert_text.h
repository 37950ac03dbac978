// Alerts and how good they are, as text. Pure.
#pragma once

#include <string>

#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::ctl {

// What an event says of an alert: "acknowledged by dr-1".
std::string AlertEventText(const events::v1::AlertEvent& event);

// The alert as it stands, then a line per event, oldest first.
std::string AlertHistoryText(const clinician::v1::GetAlertResponse& answer);

// A row per number of reference H: what it is, its value, what is acceptable.
std::string AlarmStatisticsText(const clinician::v1::AlarmStatistics& statistics);

// One line; empty for heartbeats.
std::string PatientChangeLine(const clinician::v1::WatchPatientsResponse& message);

}  // namespace withdrawal::ctl
