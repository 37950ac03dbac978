#include "services/clinician/plan_history.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/rpc/status.h"
#include "services/clinician/paging.h"
#include "services/clinician/plan_diff.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

struct StoredVersion {
  PageKey key;
  events::v1::CarePlanRecorded recorded;
};

// One more than the page holds: what its last version is compared with.
absl::Status ReadVersions(Transaction& transaction, const std::string& patient, const Page& page,
                          std::vector<StoredVersion>& versions) {
  Where where;
  where.And("patient_id = ?::text", {patient});
  where.And("entry_id LIKE 'plan/%'", {});
  if (page.after) {
    where.And("(at_micros, entry_id) < (?::bigint, ?::text)",
              {page.after->begin(), page.after->end()});
  }
  const Result result = transaction.Execute(
      absl::StrCat("SELECT at_micros, entry_id, entry FROM timeline ", where.Sql(),
                   " ORDER BY at_micros DESC, entry_id DESC LIMIT ", page.size + 1),
      where.parameters());
  versions.clear();
  for (const Row& row : result.rows) {
    v1::TimelineEntry entry;
    if (!entry.ParseFromString(row.Bytes(2))) return absl::DataLossError("a version is broken");
    versions.push_back({{row.Text(0), row.Text(1)}, std::move(*entry.mutable_care_plan())});
  }
  return absl::OkStatus();
}

}  // namespace

grpc::Status GetCarePlanHistory(const QueryContext& context,
                                const v1::GetCarePlanHistoryRequest& request,
                                v1::GetCarePlanHistoryResponse& response) {
  const std::string& patient = request.patient_id();
  std::vector<rpc::FieldViolation> violations;
  CheckLookup("patient_id", patient, violations);
  if (!violations.empty()) return rpc::InvalidFields(violations);
  Page page;
  const grpc::Status valid = ReadPage(request.page_size(), 50, request.page_token(),
                                      {"plan-history", patient}, 2, 1, page);
  if (!valid.ok()) return valid;
  std::vector<StoredVersion> versions;
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) { return ReadVersions(transaction, patient, page, versions); },
      context.timeout);
  if (!status.ok()) return rpc::FromAbsl(status);
  response.Clear();
  const bool more = versions.size() > static_cast<size_t>(page.size);
  const size_t count = more ? page.size : versions.size();
  for (size_t i = 0; i < count; ++i) {
    const events::v1::CarePlan before =
        i + 1 < versions.size() ? versions[i + 1].recorded.care_plan() : events::v1::CarePlan();
    auto& version = *response.add_versions();
    for (const std::string& line : DiffPlans(before, versions[i].recorded.care_plan())) {
      version.add_changes(line);
    }
    *version.mutable_recorded() = versions[i].recorded;
  }
  if (more) response.set_next_page_token(EncodePageToken(page.query, versions[count - 1].key));
  return grpc::Status::OK;
}

}  // namespace withdrawal::clinician
