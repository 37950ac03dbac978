// What every reader asks of a record before it looks inside: is it the message its topic holds, and
// is its key the patient of the value?
#pragma once

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace withdrawal::codec {

// InvalidArgument when the bytes are not a Message.
template <typename Message>
absl::StatusOr<Message> Parse(std::string_view value) {
  Message message;
  if (message.ParseFromArray(value.data(), static_cast<int>(value.size()))) return message;
  return absl::InvalidArgumentError(absl::StrCat("not a ", Message::descriptor()->full_name()));
}

// InvalidArgument when they differ or are empty: a record under another person's key would change
// the wrong row, out of order with that person's other records.
inline absl::Status CheckKey(std::string_view key, std::string_view patient_id) {
  if (key == patient_id && !key.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError("the record's key is not its patient_id");
}

}  // namespace withdrawal::codec
