// What every reader asks of a record before it looks inside: is it the message its topic holds, are
// its numbers numbers, and is its key the patient of the value?
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/message.h"

namespace withdrawal::codec {

// InvalidArgument naming the field when a number in it is NaN or infinite: no comparison with an
// edge would hold, so nobody would hear of it.
absl::Status CheckNumbers(const google::protobuf::Message& message);

// InvalidArgument when the bytes are not a Message, or by CheckNumbers.
template <typename Message>
absl::StatusOr<Message> Parse(std::string_view value) {
  Message message;
  if (!message.ParseFromArray(value.data(), static_cast<int>(value.size()))) {
    return absl::InvalidArgumentError(absl::StrCat("not a ", Message::descriptor()->full_name()));
  }
  if (absl::Status status = CheckNumbers(message); !status.ok()) return status;
  return message;
}

// InvalidArgument when they differ or are empty: a record under another person's key would change
// the wrong row, out of order with that person's other records.
inline absl::Status CheckKey(std::string_view key, std::string_view patient_id) {
  if (key == patient_id && !key.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("the record's key is not its patient_id");
}

}  // namespace withdrawal::codec
