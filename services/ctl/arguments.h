// Words of the command line turned into messages. Pure but for ReadInput.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/check_in.pb.h"

namespace withdrawal::ctl {

// RFC 3339 with offset ("2026-11-25T08:00:00+11:00"), or how long before `now` ("14h", "90m").
absl::StatusOr<absl::Time> ParseMoment(const std::string& text, absl::Time now);

// As ParseMoment, or a date alone ("2026-03-04"): a moment known to the day, midnight of local
// time. A time of day alone, and a time without an offset, are refused (case C53).
struct ObservedMoment {
  absl::Time at;
  bool to_the_day = false;
};
absl::StatusOr<ObservedMoment> ParseObserved(const std::string& text, absl::Time now);

// "pulse=112,temperature=98.6[degF],on_oxygen=false,consciousness=alert,rass=-1,at_rest=true".
// A number without a unit is in the unit VitalSigns names first. Values are not judged here.
absl::StatusOr<events::v1::VitalSigns> ParseVitals(const std::string& text);

// Sets one reading by the field's name; NotFound when VitalSigns has no such reading.
absl::Status SetReading(const std::string& code, double value, const std::string& unit,
                        events::v1::VitalSigns& vitals);

// Enum values by their name without prefix, in any case, '-' for '_': "new-confusion", "urgent".
absl::StatusOr<events::v1::RedFlag> ParseRedFlag(const std::string& text);
absl::StatusOr<events::v1::Rater> ParseRater(const std::string& text);
absl::StatusOr<events::v1::Programme> ParseProgramme(const std::string& text);
absl::StatusOr<events::v1::Priority> ParsePriority(const std::string& text);
absl::StatusOr<events::v1::Consciousness> ParseConsciousness(const std::string& text);

// "buprenorphine:4mg", "buprenorphine:missed", "methadone:30mg:oral".
absl::StatusOr<events::v1::DoseEvent> ParseDose(const std::string& text);

// "08:00,20:30"; hours 0 to 23.
absl::Status ParseDailyAt(const std::string& text, events::v1::ScheduleEntry& entry);

// The text itself when it begins with '{', stdin for "-", else the file's content.
absl::StatusOr<std::string> ReadInput(const std::string& argument);

// A fresh id for check-ins and requests: 32 hexadecimal digits from the system's random source.
std::string RandomId();

}  // namespace withdrawal::ctl
