#include "services/clinician/plan_field_checks.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kPastMax = absl::Hours(24 * 3660);
constexpr int kTimesMax = 24;
constexpr double kAmountMax = 10'000;

}  // namespace

bool IsTimeZone(const std::string& name) {
  if (name == "UTC") return true;
  static constexpr const char* kAreas[] = {"Africa/", "America/",  "Antarctica/", "Arctic/",
                                           "Asia/",   "Atlantic/", "Australia/",  "Etc/",
                                           "Europe/", "Indian/",   "Pacific/"};
  const bool plain = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '/' || c == '_' || c == '-' || c == '+';
  });
  absl::TimeZone zone;
  return plain && name.size() <= 64 &&
         std::any_of(std::begin(kAreas), std::end(kAreas),
                     [&](const char* area) { return name.starts_with(area); }) &&
         absl::LoadTimeZone(name, &zone);
}

void FieldChecks::Add(std::string field, std::string reason, std::string description) {
  errors_.push_back({std::move(field), std::move(reason), std::move(description)});
}

void FieldChecks::Id(const std::string& field, const std::string& id, size_t size_max,
                     bool needed) {
  if (id.empty()) {
    if (needed) Add(field, "REQUIRED", "must be given");
    return;
  }
  if (!IsPlainId(id, size_max)) {
    Add(field, "INVALID_ID", absl::StrCat("1 to ", size_max, " of [A-Za-z0-9._-]"));
  }
}

void FieldChecks::Time(const std::string& field, const google::protobuf::Timestamp& timestamp,
                       absl::Duration ahead_max) {
  const absl::Time time = codec::FromProto(timestamp);
  if (!codec::IsValid(timestamp) || time > now_ + ahead_max || time < now_ - kPastMax) {
    Add(field, "IMPLAUSIBLE_TIME",
        absl::StrCat("at most 10 years ago and ", absl::FormatDuration(ahead_max), " ahead"));
  }
}

void FieldChecks::OptionalTime(const std::string& field, bool present,
                               const google::protobuf::Timestamp& timestamp,
                               absl::Duration ahead_max) {
  if (present) Time(field, timestamp, ahead_max);
}

void FieldChecks::LocalTime(const std::string& field, const events::v1::LocalTime& time) {
  if (time.hour() < 0 || time.hour() > 23) Add(field + ".hour", "OUT_OF_RANGE", "0 to 23");
  if (time.minute() < 0 || time.minute() > 59) Add(field + ".minute", "OUT_OF_RANGE", "0 to 59");
}

void FieldChecks::LocalTimes(
    const std::string& field,
    const google::protobuf::RepeatedPtrField<events::v1::LocalTime>& times) {
  Count(field, times.size(), kTimesMax);
  std::set<std::pair<int, int>> seen;
  for (int i = 0; i < times.size(); ++i) {
    const std::string path = absl::StrCat(field, "[", i, "]");
    LocalTime(path, times[i]);
    if (!seen.insert({times[i].hour(), times[i].minute()}).second) {
      Add(path, "DUPLICATE", "named before");
    }
  }
}

void FieldChecks::Length(const std::string& field, const google::protobuf::Duration& length,
                         absl::Duration from, absl::Duration to) {
  const absl::Duration value = codec::FromProto(length);
  if (!codec::IsValid(length) || value < from || value > to) {
    Add(field, "OUT_OF_RANGE",
        absl::StrCat(absl::FormatDuration(from), " to ", absl::FormatDuration(to)));
  }
}

void FieldChecks::Amount(const std::string& field, double value) {
  if (!std::isfinite(value) || value <= 0 || value > kAmountMax) {
    Add(field, "OUT_OF_RANGE", absl::StrCat("more than 0, at most ", kAmountMax));
  }
}

void FieldChecks::Count(const std::string& field, int count, int count_max) {
  if (count > count_max) Add(field, "TOO_MANY", absl::StrCat("at most ", count_max));
}

}  // namespace withdrawal::clinician
