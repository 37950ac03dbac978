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

}  // namespace withdrawal::clinician
