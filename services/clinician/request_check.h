// What the requests of the write side have in common. Thread-safe.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "libs/rpc/status.h"

namespace withdrawal::clinician {

google::protobuf::Timestamp ToTimestamp(absl::Time time);

// 32 hexadecimal digits.
std::string NewId();

// 1 to size_max printable ASCII characters without spaces.
bool IsId(const std::string& text, size_t size_max);

// Adds what is wrong to `violations`. Text is at most 2000 bytes.
void CheckText(const std::string& field, const std::string& text, bool needed,
               std::vector<rpc::FieldViolation>& violations);
void CheckActor(const std::string& actor, std::vector<rpc::FieldViolation>& violations);
void CheckRequestId(const std::string& request_id, std::vector<rpc::FieldViolation>& violations);

}  // namespace withdrawal::clinician
