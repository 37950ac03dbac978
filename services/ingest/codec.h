// Check-ins between the wire, the pure examination and the topic.
#pragma once

#include <string>

#include "libs/domain/time.h"
#include "libs/stream/task.h"
#include "services/ingest/core/check_in.h"
#include "withdrawal/events/v1/check_in.pb.h"

namespace withdrawal::ingest {

RawCheckIn ToRaw(const events::v1::CheckIn& check_in);

// The event to store: quantities in canonical units, originals and set-aside readings beside them.
// REQUIRES: findings.errors is empty.
events::v1::CheckInRecorded ToEvent(const events::v1::CheckIn& check_in, const Findings& findings,
                                    domain::Instant received_at);

// `traceparent` goes into the headers.
stream::OutputRecord ToRecord(const events::v1::CheckInRecorded& event, const std::string& topic,
                              const std::string& traceparent);

}  // namespace withdrawal::ingest
