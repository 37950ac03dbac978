#include "services/ctl/core/csv.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace withdrawal::ctl {
namespace {

// Reads one row at a time; `text` shrinks from the front.
class RowReader {
 public:
  explicit RowReader(std::string_view text) : text_(text) {}

  bool AtEnd() const { return text_.empty(); }

  absl::StatusOr<CsvRow> Next() {
    CsvRow row;
    row.line = line_;
    while (true) {
      std::string field;
      if (!text_.empty() && text_.front() == '"') {
        if (auto status = ReadQuoted(field); !status.ok()) return status;
      } else {
        const size_t length = text_.find_first_of(",\n");
        field = text_.substr(0, length);
        text_.remove_prefix(std::min(length, text_.size()));
        if ((text_.empty() || text_.front() == '\n') && field.ends_with('\r')) field.pop_back();
      }
      row.fields.push_back(std::move(field));
      if (text_.empty()) return row;
      const char end = text_.front();
      text_.remove_prefix(1);
      if (end == '\n') {
        ++line_;
        return row;
      }
    }
  }

 private:
  absl::Status ReadQuoted(std::string& field) {
    const int opened = line_;
    text_.remove_prefix(1);
    while (!text_.empty()) {
      const char c = text_.front();
      text_.remove_prefix(1);
      if (c == '\n') ++line_;
      if (c != '"') {
        field += c;
      } else if (!text_.empty() && text_.front() == '"') {
        field += '"';
        text_.remove_prefix(1);
      } else {
        if (text_.starts_with("\r\n")) text_.remove_prefix(1);
        if (text_.empty() || text_.front() == ',' || text_.front() == '\n') {
          return absl::OkStatus();
        }
        return absl::InvalidArgumentError(
            absl::StrCat("line ", line_, ": text after a closing quote"));
      }
    }
    return absl::InvalidArgumentError(absl::StrCat("line ", opened, ": a quote is not closed"));
  }

  std::string_view text_;
  int line_ = 1;
};

bool IsEmptyLine(const CsvRow& row) { return row.fields.size() == 1 && row.fields[0].empty(); }

}  // namespace

int CsvTable::Column(std::string_view name) const {
  for (size_t i = 0; i < header.size(); ++i) {
    if (header[i] == name) return static_cast<int>(i);
  }
  return -1;
}

absl::StatusOr<CsvTable> ParseCsv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  CsvTable table;
  RowReader reader(text);
  while (!reader.AtEnd()) {
    auto row = reader.Next();
    if (!row.ok()) return row.status();
    if (IsEmptyLine(*row)) continue;
    if (table.header.empty()) {
      table.header = std::move(row->fields);
    } else {
      table.rows.push_back(*std::move(row));
    }
  }
  if (table.header.empty()) return absl::InvalidArgumentError("no header line");
  return table;
}

const std::string& Field(const CsvRow& row, int column) {
  static const std::string kEmpty;
  if (column < 0 || static_cast<size_t>(column) >= row.fields.size()) return kEmpty;
  return row.fields[static_cast<size_t>(column)];
}

}  // namespace withdrawal::ctl
