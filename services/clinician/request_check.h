// What the requests have in common. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "libs/rpc/status.h"
#include "withdrawal/clinician/v1/clinician.pb.h"

namespace withdrawal::clinician {

google::protobuf::Timestamp ToTimestamp(absl::Time time);

// 32 hexadecimal digits.
std::string NewId();

// 1 to size_max printable ASCII characters without spaces.
bool IsId(const std::string& text, size_t size_max);
// 1 to size_max of [A-Za-z0-9._-]: ids of people, teams and what a plan names.
bool IsPlainId(const std::string& text, size_t size_max);

// Adds what is wrong to `violations`: REQUIRED when it is empty, INVALID_ID when it is no IsId.
void CheckId(const std::string& field, const std::string& id, size_t size_max,
             std::vector<rpc::FieldViolation>& violations);
// Text is at most 2000 bytes; one that is needed has something to read in it.
void CheckText(const std::string& field, const std::string& text, bool needed,
               std::vector<rpc::FieldViolation>& violations);
void CheckActor(const std::string& actor, std::vector<rpc::FieldViolation>& violations);
void CheckRequestId(const std::string& request_id, std::vector<rpc::FieldViolation>& violations);
// Absent = the plan is blocked when a finding says so.
void CheckOverrideReason(const std::string& reason, std::vector<rpc::FieldViolation>& violations);

// Filters of what is looked for: without NUL, which SQL text cannot hold and no stored value has;
// enum numbers this API knows (0 = no filter).
void CheckFilter(const std::string& field, const std::string& text,
                 std::vector<rpc::FieldViolation>& violations);
void CheckFilter(const std::string& field, events::v1::Priority priority,
                 std::vector<rpc::FieldViolation>& violations);
std::vector<rpc::FieldViolation> CheckFilters(const v1::ListPatientsRequest& request);
std::vector<rpc::FieldViolation> CheckFilters(const v1::ListAlertsRequest& request);
// As CheckFilter, and needed.
void CheckLookup(const std::string& field, const std::string& id,
                 std::vector<rpc::FieldViolation>& violations);

}  // namespace withdrawal::clinician
