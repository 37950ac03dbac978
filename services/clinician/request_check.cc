#include "services/clinician/request_check.h"

#include <algorithm>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"

namespace withdrawal::clinician {
namespace {

using rpc::FieldViolation;

constexpr size_t kTextMax = 2000;

}  // namespace

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

std::string NewId() {
  thread_local absl::BitGen random;
  return absl::StrCat(absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16),
                      absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16));
}

bool IsId(const std::string& text, size_t size_max) {
  return !text.empty() && text.size() <= size_max &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 127; });
}

void CheckText(const std::string& field, const std::string& text, bool needed,
               std::vector<FieldViolation>& violations) {
  if (needed && text.find_first_not_of(" \t\r\n") == std::string::npos) {
    violations.push_back({field, "REQUIRED", "must be given"});
  } else if (text.size() > kTextMax) {
    violations.push_back({field, "TOO_LONG", absl::StrCat("at most ", kTextMax, " bytes")});
  }
}

void CheckActor(const std::string& actor, std::vector<FieldViolation>& violations) {
  if (!IsId(actor, 128)) {
    violations.push_back({"actor", "INVALID_ID", "1 to 128 printable ASCII characters, no spaces"});
  }
}

void CheckRequestId(const std::string& request_id, std::vector<FieldViolation>& violations) {
  if (request_id.empty() || IsId(request_id, 128)) return;
  violations.push_back(
      {"request_id", "INVALID_ID", "at most 128 printable ASCII characters, no spaces"});
}

}  // namespace withdrawal::clinician
