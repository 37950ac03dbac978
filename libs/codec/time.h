// Instants to and from protobuf. Nanosecond resolution both ways.
#pragma once

#include <google/protobuf/duration.pb.h>
#include <google/protobuf/timestamp.pb.h>

#include "libs/domain/time.h"

namespace withdrawal::codec {

google::protobuf::Timestamp ToProto(domain::Instant instant);
google::protobuf::Duration ToProto(domain::Duration duration);
domain::Instant FromProto(const google::protobuf::Timestamp& timestamp);
domain::Duration FromProto(const google::protobuf::Duration& duration);

// Within year 1 to 9999 and nanos in 0..999999999, as protobuf demands.
bool IsValid(const google::protobuf::Timestamp& timestamp);
// Within 10,000 years, seconds and nanos of one sign, as protobuf demands.
bool IsValid(const google::protobuf::Duration& duration);

}  // namespace withdrawal::codec
