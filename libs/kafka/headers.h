// The headers every record of the system carries (CloudEvents, Kafka binary mode).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libs/stream/task.h"

namespace withdrawal::kafka {

inline constexpr std::string_view kEventType = "ce_type";  // proto full name of the value
inline constexpr std::string_view kEventId = "ce_id";  // same event, same id, however often sent
inline constexpr std::string_view kContentType = "content-type";
// HL7's label of what tells of a substance use disorder: every record does (reference PR-16).
inline constexpr std::string_view kSensitivity = "sensitivity";  // "ETH"
inline constexpr std::string_view kTraceParent = "traceparent";  // W3C trace context

// The headers of an event; `trace_parent` empty = no such header.
std::vector<stream::Header> EventHeaders(std::string_view type, std::string_view id,
                                         std::string_view trace_parent = {});

// The value of the first header of that name; empty when there is none.
std::string_view FindHeader(const std::vector<stream::Header>& headers, std::string_view name);

}  // namespace withdrawal::kafka
