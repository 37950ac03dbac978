#include "libs/kafka/headers.h"

namespace withdrawal::kafka {

std::vector<stream::Header> EventHeaders(std::string_view type, std::string_view id,
                                         std::string_view trace_parent) {
  std::vector<stream::Header> headers = {
      {std::string(kEventType), std::string(type)},
      {std::string(kEventId), std::string(id)},
      {std::string(kContentType), "application/protobuf"},
      {std::string(kSensitivity), "ETH"},
  };
  if (!trace_parent.empty()) {
    headers.push_back({std::string(kTraceParent), std::string(trace_parent)});
  }
  return headers;
}

std::string_view FindHeader(const std::vector<stream::Header>& headers, std::string_view name) {
  for (const stream::Header& header : headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

}  // namespace withdrawal::kafka
