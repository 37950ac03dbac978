// Comma-separated values as RFC 4180 writes them, with LF or CRLF line ends. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace withdrawal::ctl {

struct CsvRow {
  int line = 0;  // of the file, from 1, where the row begins
  std::vector<std::string> fields;
};

struct CsvTable {
  std::vector<std::string> header;
  std::vector<CsvRow> rows;  // without the header; empty lines are left out

  // Position of the column, -1 when it is not there.
  int Column(std::string_view name) const;
};

// InvalidArgument: an open quote at the end, text after a closing quote, or no header.
absl::StatusOr<CsvTable> ParseCsv(std::string_view text);

// The field of the column, empty when the row is too short or the column is -1.
const std::string& Field(const CsvRow& row, int column);

}  // namespace withdrawal::ctl
