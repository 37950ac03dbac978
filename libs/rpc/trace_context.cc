#include "libs/rpc/trace_context.h"

#include <cstdint>

#include "absl/random/random.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace withdrawal::rpc {
namespace {

constexpr size_t kLength = 55;  // "00-" trace "-" span "-" flags

bool IsHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool IsId(std::string_view text) {
  return IsHex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

std::string RandomHex16() {
  thread_local absl::BitGen random;
  const auto bits = absl::Uniform<uint64_t>(absl::IntervalClosed, random, 1, UINT64_MAX);
  return absl::StrCat(absl::Hex(bits, absl::kZeroPad16));
}

}  // namespace

std::optional<TraceContext> ParseTraceparent(std::string_view header) {
  if (header.size() < kLength) return std::nullopt;
  const std::string_view version = header.substr(0, 2);
  if (!IsHex(version) || version == "ff") return std::nullopt;
  const bool longer = header.size() > kLength;
  if (longer && (version == "00" || header[kLength] != '-')) return std::nullopt;
  if (header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
  const std::string_view trace_id = header.substr(3, 32);
  const std::string_view span_id = header.substr(36, 16);
  const std::string_view flags = header.substr(53, 2);
  if (!IsId(trace_id) || !IsId(span_id) || !IsHex(flags)) return std::nullopt;
  const bool sampled = std::string_view("13579bdf").find(flags[1]) != std::string_view::npos;
  return TraceContext{std::string(trace_id), std::string(span_id), sampled};
}

std::string FormatTraceparent(const TraceContext& context) {
  return absl::StrCat("00-", context.trace_id, "-", context.span_id,
                      context.sampled ? "-01" : "-00");
}

TraceContext NewTrace() { return {RandomHex16() + RandomHex16(), RandomHex16(), true}; }

TraceContext NewChild(const TraceContext& parent) {
  return {parent.trace_id, RandomHex16(), parent.sampled};
}

TraceContext TraceOf(const grpc::CallbackServerContext& context) {
  const auto& metadata = context.client_metadata();
  if (auto found = metadata.find("traceparent"); found != metadata.end()) {
    const std::string_view header(found->second.data(), found->second.size());
    if (auto parent = ParseTraceparent(header)) return NewChild(*parent);
  }
  return NewTrace();
}

}  // namespace withdrawal::rpc
