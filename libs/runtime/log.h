// The log: one JSON object per line on stderr, e.g.
//   {"time":"2026-11-25T22:00:00.123Z","level":"info","service":"ingest","message":"listening",
//    "address":"127.0.0.1:50051"}
// spdlog::info(...) and its like write `message` only; Log adds fields. Thread-safe.
//
// No personal data: neither names, notes nor answers. Opaque ids only.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "spdlog/spdlog.h"

namespace withdrawal::runtime {

struct LogField {
  std::string_view name;
  std::string value;
};

void Log(spdlog::level::level_enum level, std::string_view message,
         std::initializer_list<LogField> fields = {});

// Makes the JSON log the default logger of the process. Level: trace, debug, info, warning, error,
// critical or off.
//   InvalidArgument   another level
absl::Status StartLog(std::string_view service, std::string_view level);

// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string JsonString(std::string_view text);

}  // namespace withdrawal::runtime
