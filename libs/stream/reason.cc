#include "libs/stream/reason.h"

#include <algorithm>

namespace withdrawal::stream {

std::string ReasonOf(const absl::Status& status) {
  std::string message(status.message());
  std::string::size_type colon = message.find(':');
  std::string reason = message.substr(0, colon == std::string::npos ? 0 : colon);
  bool upper_snake = !reason.empty() && reason.size() <= 64 &&
                     std::all_of(reason.begin(), reason.end(), [](char c) {
                       return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
                     });
  return upper_snake ? reason : "UNUSABLE_RECORD";
}

}  // namespace withdrawal::stream
