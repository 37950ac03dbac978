// Check-ins between protobuf and the pure vocabulary.
#pragma once

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "libs/domain/check_in.h"
#include "libs/domain/scoring.h"
#include "withdrawal/events/v1/check_in.pb.h"

namespace withdrawal::codec {

// Converts a stored, already validated event. InvalidArgument when it can never be one: no id, no
// time, unspecified rater, unknown kind, a unit that does not measure the vital sign.
absl::StatusOr<domain::CheckIn> FromProto(const events::v1::CheckInRecorded& recorded);

// The answers in order of arrival, unchecked (see domain::CheckAnswers).
domain::RawAnswers FromProto(const events::v1::InstrumentResponse& response);

std::optional<domain::Rater> FromProto(events::v1::Rater rater);  // absent when unspecified
events::v1::Rater ToProto(domain::Rater rater);
std::optional<domain::Consciousness> FromProto(events::v1::Consciousness consciousness);
std::optional<domain::DoseOutcome> FromProto(events::v1::DoseOutcome outcome);

// Without their notes, unchecked.
domain::LapseReport FromProto(const events::v1::LapseReport& message);
domain::TriggerLog FromProto(const events::v1::TriggerLog& message);
domain::TargetBehaviour FromProto(const events::v1::TargetBehaviour& message);
void ToProto(const domain::LapseReport& lapse, events::v1::LapseReport* message);
void ToProto(const domain::TriggerLog& log, events::v1::TriggerLog* message);

// "seizure" <-> RED_FLAG_SEIZURE. Empty / UNSPECIFIED when unknown.
std::string RedFlagCode(events::v1::RedFlag flag);
events::v1::RedFlag RedFlagFromCode(const std::string& code);

// The reading of that name, or null when absent. And its name back.
const events::v1::Quantity* FindReading(const events::v1::VitalSigns& vitals, domain::Vital vital);
events::v1::Quantity* MutableReading(events::v1::VitalSigns* vitals, domain::Vital vital);
void ClearReading(events::v1::VitalSigns* vitals, domain::Vital vital);

// A form of the check-in in which a resend of the same observation has the same bytes: what was
// observed, when and by whom. Without the UTC offset (the instant counts, case C49), the sending
// app and the revision; items and flags in order of code.
std::string CanonicalContent(const events::v1::CheckIn& check_in);
// The same of a stored event, the readings set aside included; not the time of receipt.
std::string CanonicalContent(const events::v1::CheckInRecorded& recorded);

// What an amendment leaves alone, the rest cleared: whose, kind or form, when, by whom.
events::v1::CheckIn SubjectOf(const events::v1::CheckIn& check_in);

}  // namespace withdrawal::codec
