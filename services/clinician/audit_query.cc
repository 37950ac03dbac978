#include "services/clinician/audit_query.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/rpc/status.h"
#include "services/clinician/paging.h"
#include "services/clinician/request_check.h"
#include "services/clinician/time_range.h"

namespace withdrawal::clinician {
namespace {

constexpr int kPageSizeDefault = 100;
constexpr size_t kPageBytesMax = 2 * 1024 * 1024;  // clients take 4 MiB

std::string SqlOf(const v1::ListAuditEventsRequest& request, const Page& page, Where& where) {
  std::string from = "audit_event e ";
  std::string of = "e.";
  if (!request.patient_id().empty()) {
    from = "audit_patient p JOIN audit_event e ON e.writer = p.writer AND e.sequence = p.sequence ";
    of = "p.";
    where.And("p.patient_id = ?::text", {request.patient_id()});
  }
  if (!request.subject().empty()) where.And("e.subject = ?::text", {request.subject()});
  if (request.has_since()) {
    where.And(of + "at_micros >= ?::bigint", {MicrosValue(codec::FromProto(request.since()))});
  }
  if (request.has_until()) {
    where.And(of + "at_micros < ?::bigint", {MicrosValue(codec::FromProto(request.until()))});
  }
  if (page.after) {
    where.And(absl::StrCat("(", of, "at_micros, ", of, "sequence, ", of,
                           "writer) < (?::bigint, ?::bigint, ?::text)"),
              {page.after->begin(), page.after->end()});
  }
  return absl::StrCat("SELECT e.at_micros, e.sequence, e.writer, e.event FROM ", from, where.Sql(),
                      " ORDER BY ", of, "at_micros DESC, ", of, "sequence DESC, ", of,
                      "writer DESC LIMIT ", page.size + 1);
}

// Who may see this person's trail need not see whom else a list showed; then the hashes say
// nothing.
bool MaySeeOthers(const QueryContext& query) {
  return query.caller == nullptr || !query.caller->identified ||
         query.caller->role == identity::Role::kPrivacyOfficer;
}

void LeaveOutOthers(const std::string& patient_id, events::v1::AuditEvent& event) {
  event.clear_patient_ids();
  event.add_patient_ids(patient_id);
  event.clear_previous_hash();
  event.clear_hash();
}

void Fill(const Result& result, const Page& page, v1::ListAuditEventsResponse& response) {
  response.Clear();
  PageKey last;
  size_t bytes = 0;
  for (const Row& row : result.rows) {
    const std::string event = row.Bytes(3);
    bytes += event.size();
    const bool full = response.events_size() == page.size ||
                      (bytes > kPageBytesMax && response.events_size() > 0);
    if (full) {
      response.set_next_page_token(EncodePageToken(page.query, last));
      return;
    }
    response.add_events()->ParseFromString(event);
    last = {row.Text(0), row.Text(1), row.Text(2)};
  }
}

}  // namespace

grpc::Status ListAuditEvents(const QueryContext& query, const v1::ListAuditEventsRequest& request,
                             v1::ListAuditEventsResponse& response) {
  std::vector<rpc::FieldViolation> violations;
  CheckFilter("patient_id", request.patient_id(), violations);
  CheckFilter("subject", request.subject(), violations);
  CheckRange(request, violations);
  if (!violations.empty()) return rpc::InvalidFields(violations);
  Page page;
  const grpc::Status valid =
      ReadPage(request.page_size(), kPageSizeDefault, request.page_token(),
               {"audit", request.patient_id(), request.subject(),
                request.since().SerializeAsString(), request.until().SerializeAsString()},
               3, 1, page);
  if (!valid.ok()) return valid;
  Where where;
  const std::string sql = SqlOf(request, page, where);
  const absl::Status status = query.connection.Transact(
      [&](Transaction& transaction) {
        Fill(transaction.Execute(sql, where.parameters()), page, response);
        return absl::OkStatus();
      },
      query.timeout);
  if (!status.ok()) return rpc::FromAbsl(status);
  if (!MaySeeOthers(query)) {
    for (auto& event : *response.mutable_events()) LeaveOutOthers(request.patient_id(), event);
  }
  return grpc::Status::OK;
}

}  // namespace withdrawal::clinician
