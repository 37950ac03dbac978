#include "services/clinician/paging.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/rpc/status.h"

namespace withdrawal::clinician {
namespace {
constexpr int kPageSizeMax = 500;
}  // namespace

grpc::Status ReadPage(int page_size, int size_default, const std::string& page_token,
                      const std::vector<std::string>& filters, size_t columns, size_t texts,
                      Page& page) {
  if (page_size < 0 || page_size > kPageSizeMax) {
    return rpc::InvalidFields({{"page_size", "OUT_OF_RANGE", "0 (default) to 500"}});
  }
  page.size = page_size == 0 ? size_default : page_size;
  page.query = Fingerprint(filters);
  if (page_token.empty()) return grpc::Status::OK;
  page.after = DecodePageToken(page_token, page.query, columns);
  for (size_t i = 0; page.after && i + texts < columns; ++i) {
    int64_t number = 0;
    if (!absl::SimpleAtoi((*page.after)[i], &number)) page.after.reset();
  }
  if (!page.after) {
    return rpc::InvalidFields(
        {{"page_token", "INVALID_PAGE_TOKEN", "not a token of this query with these filters"}});
  }
  return grpc::Status::OK;
}

void Where::And(const std::string& condition, const std::vector<Value>& values) {
  sql_.append(sql_.empty() ? "WHERE " : " AND ");
  size_t next = 0;
  for (const char c : condition) {
    if (c != '?') {
      sql_.push_back(c);
      continue;
    }
    parameters_.push_back(values[next++]);
    absl::StrAppend(&sql_, "$", parameters_.size());
  }
}

void Where::AndTeams(const std::vector<std::string>* teams) {
  if (teams == nullptr) return;
  const std::vector<std::string> places(teams->size(), "?::text");
  And(absl::StrCat("team IN (", absl::StrJoin(places, ", "), ")"), {teams->begin(), teams->end()});
}

PageKey KeyOf(const Row& row, size_t columns) {
  PageKey key;
  for (size_t i = 0; i < columns; ++i) key.push_back(row.Text(i));
  return key;
}

Result ReadRows(Transaction& transaction, const std::string& select, const Where& where,
                const std::string& order, const Page& page, size_t key_columns,
                std::string& next_page_token) {
  Result result = transaction.Execute(
      absl::StrCat(select, " ", where.Sql(), " ORDER BY ", order, " LIMIT ", page.size + 1),
      where.parameters());
  next_page_token.clear();
  if (result.rows.size() > static_cast<size_t>(page.size)) {
    result.rows.resize(page.size);
    next_page_token = EncodePageToken(page.query, KeyOf(result.rows.back(), key_columns));
  }
  return result;
}

}  // namespace withdrawal::clinician
