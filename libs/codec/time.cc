#include "libs/codec/time.h"

namespace withdrawal::codec {
namespace {

constexpr int64_t kSecondsMin = -62135596800;          // 0001-01-01T00:00:00Z
constexpr int64_t kSecondsMax = 253402300799;          // 9999-12-31T23:59:59Z
constexpr int64_t kDurationSecondsMax = 315576000000;  // 10,000 years, protobuf's own bound

}  // namespace

google::protobuf::Timestamp ToProto(domain::Instant instant) {
  const int64_t seconds = absl::ToUnixSeconds(instant);
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(seconds);
  const absl::Duration rest = instant - absl::FromUnixSeconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  return timestamp;
}

google::protobuf::Duration ToProto(domain::Duration duration) {
  domain::Duration rest;
  google::protobuf::Duration message;
  message.set_seconds(absl::IDivDuration(duration, absl::Seconds(1), &rest));
  message.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(rest)));
  return message;
}

domain::Instant FromProto(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

domain::Duration FromProto(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

bool IsValid(const google::protobuf::Duration& duration) {
  const bool same_sign = duration.seconds() == 0 || duration.nanos() == 0 ||
                         (duration.seconds() > 0) == (duration.nanos() > 0);
  return duration.seconds() >= -kDurationSecondsMax && duration.seconds() <= kDurationSecondsMax &&
         duration.nanos() >= -999'999'999 && duration.nanos() <= 999'999'999 && same_sign;
}

bool IsValid(const google::protobuf::Timestamp& timestamp) {
  return timestamp.seconds() >= kSecondsMin && timestamp.seconds() <= kSecondsMax &&
         timestamp.nanos() >= 0 && timestamp.nanos() <= 999'999'999;
}

}  // namespace withdrawal::codec
