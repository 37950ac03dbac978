// Checks of single fields, each adding what is wrong to one list. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libs/domain/field_error.h"

namespace withdrawal::ingest {

class FieldErrors {
 public:
  // Adds to `errors`, which outlives this.
  explicit FieldErrors(std::vector<domain::FieldError>& errors) : errors_(errors) {}

  void Add(std::string field, std::string reason, std::string description);

  // 1 to length_max of A-Z a-z 0-9 and the characters of `also`.
  void CheckId(std::string_view field, std::string_view text, size_t length_max,
               std::string_view also);
  // As CheckId, or empty.
  void CheckOptionalId(std::string_view field, std::string_view text, size_t length_max,
                       std::string_view also);
  // At most length_max Unicode characters.
  void CheckLength(std::string_view field, std::string_view utf8, size_t length_max);
  void CheckRange(std::string_view field, double value, double min, double max);

 private:
  std::vector<domain::FieldError>& errors_;
};

}  // namespace withdrawal::ingest
