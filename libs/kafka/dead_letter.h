// A record that cannot be used, whole, for the dead-letters topic.
#pragma once

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/util/time_util.h"
#include "withdrawal/events/v1/dead_letter.pb.h"

namespace withdrawal::kafka {

// `Record`: stream::InputRecord or OwnedRecord. `reason` is UPPER_SNAKE_CASE.
template <typename Record>
events::v1::DeadLetter ToDeadLetter(const std::string& service, const Record& record,
                                    const std::string& reason, std::string_view description,
                                    absl::Time now) {
  events::v1::DeadLetter letter;
  letter.set_service(service);
  letter.set_topic(std::string(record.topic));
  letter.set_partition(record.partition);
  letter.set_offset(record.offset);
  letter.set_key(std::string(record.key));
  letter.set_value(std::string(record.value));
  for (const auto& header : record.headers) {
    events::v1::DeadLetter::Header* copy = letter.add_headers();
    copy->set_name(header.name);
    copy->set_value(header.value);
  }
  letter.set_reason(reason);
  letter.set_description(std::string(description));
  *letter.mutable_set_aside_at() =
      google::protobuf::util::TimeUtil::NanosecondsToTimestamp(absl::ToUnixNanos(now));
  return letter;
}

}  // namespace withdrawal::kafka
