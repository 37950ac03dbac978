// W3C Trace Context, level 1 (www.w3.org/TR/trace-context): the `traceparent` of gRPC metadata and
// Kafka headers. Pure but for the random ids of a new trace or span.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "grpcpp/grpcpp.h"

namespace withdrawal::rpc {

struct TraceContext {
  std::string trace_id;  // 32 lower-case hex digits, not all zero
  std::string span_id;   // 16 lower-case hex digits, not all zero
  bool sampled = true;
};

// Absent when the header does not follow the standard. Versions above 00 are read as 00.
std::optional<TraceContext> ParseTraceparent(std::string_view header);

std::string FormatTraceparent(const TraceContext& context);

// A new trace with a random id.
TraceContext NewTrace();

// Same trace, new span id.
TraceContext NewChild(const TraceContext& parent);

// Child of the call's traceparent, or a new trace when it has none that is valid.
TraceContext TraceOf(const grpc::CallbackServerContext& context);

}  // namespace withdrawal::rpc
