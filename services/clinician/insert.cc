#include "services/clinician/insert.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace withdrawal::clinician {
namespace {
constexpr size_t kRowsMax = 500;
}  // namespace

Insert::Insert(std::string table, std::vector<Column> columns, std::string conflict)
    : table_(std::move(table)), columns_(std::move(columns)), conflict_(std::move(conflict)) {}

std::vector<Row> Insert::Run(Transaction& transaction) const {
  std::vector<Row> returned;
  for (size_t begin = 0; begin < rows_.size(); begin += kRowsMax) {
    const size_t end = std::min(rows_.size(), begin + kRowsMax);
    std::vector<Value> parameters;
    parameters.reserve((end - begin) * columns_.size());
    for (size_t i = begin; i < end; ++i) {
      parameters.insert(parameters.end(), rows_[i].begin(), rows_[i].end());
    }
    Result result = transaction.Execute(Statement(end - begin), parameters);
    std::move(result.rows.begin(), result.rows.end(), std::back_inserter(returned));
  }
  return returned;
}

std::string Insert::Statement(size_t rows) const {
  std::string names = absl::StrJoin(
      columns_, ", ", [](std::string* out, const Column& column) { out->append(column.name); });
  std::string sql = absl::StrCat("INSERT INTO ", table_, " (", names, ") VALUES ");
  size_t number = 0;
  for (size_t row = 0; row < rows; ++row) {
    sql.append(row == 0 ? "(" : ", (");
    for (size_t i = 0; i < columns_.size(); ++i) {
      absl::StrAppend(&sql, i == 0 ? "$" : ", $", ++number, "::", columns_[i].type);
    }
    sql.append(")");
  }
  absl::StrAppend(&sql, " ", conflict_);
  return sql;
}

std::string TextRows(size_t count) {
  std::string rows;
  for (size_t i = 1; i <= count; ++i) absl::StrAppend(&rows, i == 1 ? "($" : ", ($", i, "::text)");
  return rows;
}

}  // namespace withdrawal::clinician
