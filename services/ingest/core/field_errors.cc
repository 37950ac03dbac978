#include "services/ingest/core/field_errors.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace withdrawal::ingest {

void FieldErrors::Add(std::string field, std::string reason, std::string description) {
  errors_.push_back({std::move(field), std::move(reason), std::move(description)});
}

void FieldErrors::CheckId(std::string_view field, std::string_view text, size_t length_max,
                          std::string_view also) {
  if (text.empty()) {
    Add(std::string(field), "REQUIRED", "must not be empty");
  } else {
    CheckOptionalId(field, text, length_max, also);
  }
}

void FieldErrors::CheckOptionalId(std::string_view field, std::string_view text, size_t length_max,
                                  std::string_view also) {
  const auto allowed = [also](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           also.find(c) != std::string_view::npos;
  };
  if (text.size() > length_max) {
    Add(std::string(field), "TOO_LONG", absl::StrCat("at most ", length_max, " characters"));
  } else if (!std::all_of(text.begin(), text.end(), allowed)) {
    Add(std::string(field), "BAD_CHARACTER",
        absl::StrCat("only A-Z a-z 0-9 and ", std::string(also)));
  }
}

void FieldErrors::CheckLength(std::string_view field, std::string_view utf8, size_t length_max) {
  const auto starts_character = [](unsigned char byte) { return (byte & 0xC0) != 0x80; };
  const auto length = std::count_if(utf8.begin(), utf8.end(), starts_character);
  if (static_cast<size_t>(length) > length_max) {
    Add(std::string(field), "TOO_LONG", absl::StrCat("at most ", length_max, " characters"));
  }
}

void FieldErrors::CheckRange(std::string_view field, double value, double min, double max) {
  if (!std::isfinite(value)) {
    Add(std::string(field), "NOT_A_NUMBER", "must be a finite number");
  } else if (value < min || value > max) {
    Add(std::string(field), "OUT_OF_RANGE", absl::StrCat("must be ", min, " to ", max));
  }
}

}  // namespace withdrawal::ingest
