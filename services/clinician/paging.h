// Page sizes and page tokens of list calls.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "grpcpp/support/status.h"
#include "services/clinician/database.h"
#include "services/clinician/token.h"

namespace withdrawal::clinician {

// What a page request asks for, once checked.
struct Page {
  int size = 0;
  std::optional<PageKey> after;  // key of the last row of the page before
  uint32_t query = 0;
};

// `filters` are the request's other fields; `columns` the length of the sort key, of which all but
// the last `texts` parts are integers.
//   INVALID_ARGUMENT naming page_size (0 to 500) or page_token
grpc::Status ReadPage(int page_size, int size_default, const std::string& page_token,
                      const std::vector<std::string>& filters, size_t columns, size_t texts,
                      Page& page);

// Where the page after `row` goes on: its first `columns`.
PageKey KeyOf(const Row& row, size_t columns);

// A WHERE clause in the making.
class Where {
 public:
  // `condition` with "?" in place of each value: "team = ?::text".
  void And(const std::string& condition, const std::vector<Value>& values);
  // `team` is one of these; null = any.
  void AndTeams(const std::vector<std::string>* teams);
  // "WHERE a AND b", empty without conditions.
  std::string Sql() const { return sql_; }
  const std::vector<Value>& parameters() const { return parameters_; }

 private:
  std::string sql_;
  std::vector<Value> parameters_;
};

// Reads one row more than the page holds, to know whether there is a next page. The sort key are
// the first `key_columns` of the row.
Result ReadRows(Transaction& transaction, const std::string& select, const Where& where,
                const std::string& order, const Page& page, size_t key_columns,
                std::string& next_page_token);

}  // namespace withdrawal::clinician
