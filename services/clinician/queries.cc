#include "services/clinician/queries.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "libs/codec/time.h"
#include "libs/rpc/status.h"
#include "services/clinician/paging.h"
#include "services/clinician/request_check.h"
#include "services/clinician/row_batch.h"

namespace withdrawal::clinician {
namespace {

using google::protobuf::util::TimeUtil;

using Violations = std::vector<rpc::FieldViolation>;

grpc::Status Checked(const Violations& violations) {
  return violations.empty() ? grpc::Status::OK : rpc::InvalidFields(violations);
}

grpc::Status NeedPatient(const std::string& patient_id) {
  Violations violations;
  CheckLookup("patient_id", patient_id, violations);
  return Checked(violations);
}

grpc::Status NeedTime(const std::string& field, const google::protobuf::Timestamp& time) {
  if (codec::IsValid(time)) return grpc::Status::OK;
  return rpc::InvalidFields({{field, "OUT_OF_RANGE", "year 1 to 9999, nanos 0 to 999999999"}});
}

std::vector<Value> Values(const PageKey& key) { return {key.begin(), key.end()}; }

// A condition on entry_id; empty = all kinds.
grpc::Status KindsOf(const v1::GetTimelineRequest& request, std::string& condition) {
  static const auto* const names = new std::map<int, std::vector<std::string>>{
      {v1::TIMELINE_KIND_CHECK_IN, {"check-in/", "conflict/"}},
      {v1::TIMELINE_KIND_ALERT_EVENT, {"alert/"}},
      {v1::TIMELINE_KIND_CARE_PLAN, {"plan/"}},
      {v1::TIMELINE_KIND_INTAKE, {"intake/"}}};
  Violations violations;
  for (int i = 0; i < request.kinds_size(); ++i) {
    const auto known = names->find(request.kinds(i));
    if (known == names->end()) {
      violations.push_back(
          {absl::StrCat("kinds[", i, "]"), "UNKNOWN_VALUE", "no kind of this API"});
      continue;
    }
    for (const std::string& name : known->second) {
      absl::StrAppend(&condition, condition.empty() ? "(" : " OR ", "entry_id LIKE '", name, "%'");
    }
  }
  if (!condition.empty()) condition.append(")");
  return Checked(violations);
}

}  // namespace

grpc::Status Queries::GetTimeline(const QueryContext& context,
                                  const v1::GetTimelineRequest& request,
                                  v1::GetTimelineResponse& response) const {
  Page page;
  std::string kinds;
  const grpc::Status known = KindsOf(request, kinds);
  const std::vector<std::string> filters = {"timeline", request.patient_id(),
                                            request.since().SerializeAsString(),
                                            request.until().SerializeAsString(), kinds};
  grpc::Status valid = NeedPatient(request.patient_id());
  if (valid.ok()) {
    valid = ReadPage(request.page_size(), 100, request.page_token(), filters, 2, 1, page);
  }
  if (valid.ok() && request.has_since()) valid = NeedTime("since", request.since());
  if (valid.ok() && request.has_until()) valid = NeedTime("until", request.until());
  if (valid.ok()) valid = known;
  if (!valid.ok()) return valid;
  Where where;
  where.And("patient_id = ?::text", {request.patient_id()});
  if (request.has_since()) {
    where.And("at_micros >= ?::bigint",
              {absl::StrCat(TimeUtil::TimestampToMicroseconds(request.since()))});
  }
  if (request.has_until()) {
    where.And("at_micros < ?::bigint",
              {absl::StrCat(TimeUtil::TimestampToMicroseconds(request.until()))});
  }
  if (!kinds.empty()) where.And(kinds, {});
  if (page.after) {
    where.And("(at_micros, entry_id) < (?::bigint, ?::text)", Values(*page.after));
  }
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        response.Clear();
        const Result result =
            ReadRows(transaction, "SELECT at_micros, entry_id, entry FROM timeline", where,
                     "at_micros DESC, entry_id DESC", page, 2, *response.mutable_next_page_token());
        for (const Row& row : result.rows) response.add_entries()->ParseFromString(row.Bytes(2));
        return absl::OkStatus();
      },
      context.timeout);
  return status.ok() ? grpc::Status::OK : rpc::FromAbsl(status);
}

grpc::Status Queries::ListAlerts(const QueryContext& context, const v1::ListAlertsRequest& request,
                                 v1::ListAlertsResponse& response) const {
  std::string states;
  for (const int state : request.states())
    absl::StrAppend(&states, states.empty() ? "" : ",", state);
  if (states.empty()) states = "1,2";
  Page page;
  const std::vector<std::string> filters = {
      "alerts", request.patient_id(), request.team(), states,
      absl::StrCat(static_cast<int>(request.priority_at_least()))};
  grpc::Status valid = ReadPage(request.page_size(), 50, request.page_token(), filters, 3, 1, page);
  if (valid.ok()) valid = Checked(CheckFilters(request));
  if (!valid.ok()) return valid;
  Where where;
  where.AndTeams(context.teams);
  if (!request.patient_id().empty()) where.And("patient_id = ?::text", {request.patient_id()});
  if (!request.team().empty()) where.And("team = ?::text", {request.team()});
  where.And(absl::StrCat("state IN (", states, ")"), {});
  if (request.priority_at_least() != events::v1::PRIORITY_UNSPECIFIED) {
    where.And("priority_rank <= ?::smallint",
              {absl::StrCat(PriorityRank(request.priority_at_least()))});
  }
  if (page.after) {
    where.And("(priority_rank, raised_micros, alert_id) > (?::smallint, ?::bigint, ?::text)",
              Values(*page.after));
  }
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        response.Clear();
        const Result result = ReadRows(
            transaction, "SELECT priority_rank, raised_micros, alert_id, alert FROM alert", where,
            "priority_rank, raised_micros, alert_id", page, 3, *response.mutable_next_page_token());
        for (const Row& row : result.rows) response.add_alerts()->ParseFromString(row.Bytes(3));
        return absl::OkStatus();
      },
      context.timeout);
  return status.ok() ? grpc::Status::OK : rpc::FromAbsl(status);
}

}  // namespace withdrawal::clinician
