// Lapse reports and trigger logs from the words of `submit`. Pure.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "withdrawal/events/v1/check_in.pb.h"

namespace withdrawal::ctl {

// Words are fields of the message: "substance_class=alcohol,amount=4 drinks,alone=yes". Tags are
// joined by '+': "lonely=3,places=pub+station". InvalidArgument names what cannot be read; whether
// values make sense is the service's to judge.
absl::StatusOr<events::v1::LapseReport> ParseLapse(const std::string& text);
absl::StatusOr<events::v1::TriggerLog> ParseTriggers(const std::string& text);
absl::StatusOr<events::v1::TargetBehaviour> ParseTargetBehaviour(const std::string& text);

// For the timeline: "alcohol 4 drinks, alone, 2 days of the last 7"; never a note.
std::string LapseText(const events::v1::LapseReport& lapse);
std::string TriggersText(const events::v1::TriggerLog& log);

}  // namespace withdrawal::ctl
