#include "services/clinician/request_check.h"

#include <algorithm>

#include "absl/random/random.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "google/protobuf/util/time_util.h"

namespace withdrawal::clinician {
namespace {

using rpc::FieldViolation;

constexpr size_t kTextMax = 2000;
constexpr size_t kIdMax = 128;

// Nothing to read in it: spaces of any kind and control characters only.
bool IsBlank(const std::string& text) {
  const std::vector<std::pair<absl::string_view, absl::string_view>> spaces = {
      {"\u00a0", ""}, {"\u2000", ""}, {"\u2001", ""}, {"\u2002", ""}, {"\u2003", ""},
      {"\u2004", ""}, {"\u2005", ""}, {"\u2006", ""}, {"\u2007", ""}, {"\u2008", ""},
      {"\u2009", ""}, {"\u200a", ""}, {"\u200b", ""}, {"\u200c", ""}, {"\u200d", ""},
      {"\u2028", ""}, {"\u2029", ""}, {"\u202f", ""}, {"\u2060", ""}, {"\u3000", ""},
      {"\ufeff", ""}};
  const std::string rest = absl::StrReplaceAll(text, spaces);
  return std::all_of(rest.begin(), rest.end(),
                     [](unsigned char c) { return c <= ' ' || c == 127; });
}

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

bool IsPlainId(const std::string& text, size_t size_max) {
  return IsId(text, size_max) && std::all_of(text.begin(), text.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

void CheckId(const std::string& field, const std::string& id, size_t size_max,
             std::vector<FieldViolation>& violations) {
  if (id.empty()) {
    violations.push_back({field, "REQUIRED", "must be given"});
  } else if (!IsId(id, size_max)) {
    violations.push_back(
        {field, "INVALID_ID",
         absl::StrCat("1 to ", size_max, " printable ASCII characters, no spaces")});
  }
}

void CheckText(const std::string& field, const std::string& text, bool needed,
               std::vector<FieldViolation>& violations) {
  if (needed && IsBlank(text)) {
    violations.push_back({field, "REQUIRED", "must be given"});
  } else if (text.size() > kTextMax) {
    violations.push_back({field, "TOO_LONG", absl::StrCat("at most ", kTextMax, " bytes")});
  }
}

void CheckOverrideReason(const std::string& reason, std::vector<FieldViolation>& violations) {
  CheckText("override_reason", reason, !reason.empty(), violations);
}

void CheckActor(const std::string& actor, std::vector<FieldViolation>& violations) {
  CheckId("actor", actor, kIdMax, violations);
}

void CheckRequestId(const std::string& request_id, std::vector<FieldViolation>& violations) {
  if (!request_id.empty()) CheckId("request_id", request_id, kIdMax, violations);
}

void CheckFilter(const std::string& field, const std::string& text,
                 std::vector<FieldViolation>& violations) {
  if (text.find('\0') == std::string::npos) return;
  violations.push_back({field, "INVALID_CHARACTER", "NUL is not allowed"});
}

void CheckFilter(const std::string& field, events::v1::Priority priority,
                 std::vector<FieldViolation>& violations) {
  if (events::v1::Priority_IsValid(priority)) return;
  violations.push_back({field, "UNKNOWN_VALUE", "no priority of this API"});
}

std::vector<FieldViolation> CheckFilters(const v1::ListPatientsRequest& request) {
  std::vector<FieldViolation> violations;
  CheckFilter("team", request.team(), violations);
  CheckFilter("priority_at_least", request.priority_at_least(), violations);
  CheckFilter("substance_class", request.substance_class(), violations);
  if (!events::v1::Programme_IsValid(request.programme())) {
    violations.push_back({"programme", "UNKNOWN_VALUE", "no programme of this API"});
  }
  return violations;
}

std::vector<FieldViolation> CheckFilters(const v1::ListAlertsRequest& request) {
  std::vector<FieldViolation> violations;
  CheckFilter("team", request.team(), violations);
  CheckFilter("patient_id", request.patient_id(), violations);
  CheckFilter("priority_at_least", request.priority_at_least(), violations);
  for (int i = 0; i < request.states_size(); ++i) {
    if (request.states(i) != events::v1::ALERT_STATE_UNSPECIFIED &&
        events::v1::AlertState_IsValid(request.states(i))) {
      continue;
    }
    violations.push_back(
        {absl::StrCat("states[", i, "]"), "UNKNOWN_VALUE", "OPEN, ACKNOWLEDGED or RESOLVED"});
  }
  return violations;
}

void CheckLookup(const std::string& field, const std::string& id,
                 std::vector<FieldViolation>& violations) {
  if (id.empty()) violations.push_back({field, "REQUIRED", "what to look up"});
  CheckFilter(field, id, violations);
}

}  // namespace withdrawal::clinician
