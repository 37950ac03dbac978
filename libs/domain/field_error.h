// Why one field of a submission cannot be accepted. Plain data: becomes a BadRequest field
// violation at the API and a line of withdrawalctl's output.
#pragma once

#include <string>

namespace withdrawal::domain {

struct FieldError {
  std::string field;        // path in the message: "instrument_response.items[3].value"
  std::string reason;       // UPPER_SNAKE_CASE, stable: VALUE_NOT_ALLOWED, UNKNOWN_ITEM, ...
  std::string description;  // for people; holds no free text of the sender

  bool operator==(const FieldError&) const = default;
};

}  // namespace withdrawal::domain
