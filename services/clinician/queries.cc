#include "services/clinician/queries.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/time_util.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/time.h"
#include "libs/rpc/status.h"
#include "services/clinician/engagement_summary.h"
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

// The columns of `patient` behind a PatientSummary; the sort key comes first.
constexpr char kPatientColumns[] =
    "worklist_rank, waiting_since_micros, patient_id, care_plan, highest_open_priority,"
    " open_alerts, unacknowledged_alerts, oldest_unacknowledged_micros, last_check_in_micros";

v1::PatientSummary ToSummary(const Row& row) {
  v1::PatientSummary summary;
  summary.set_patient_id(row.Text(2));
  if (!row.IsNull(3)) summary.mutable_care_plan()->ParseFromString(row.Bytes(3));
  summary.set_highest_open_priority(static_cast<events::v1::Priority>(row.Int(4)));
  summary.set_open_alerts(static_cast<int>(row.Int(5)));
  summary.set_unacknowledged_alerts(static_cast<int>(row.Int(6)));
  if (!row.IsNull(7)) {
    *summary.mutable_oldest_unacknowledged_at() = TimeUtil::MicrosecondsToTimestamp(row.Int(7));
  }
  if (!row.IsNull(8)) {
    *summary.mutable_last_check_in_at() = TimeUtil::MicrosecondsToTimestamp(row.Int(8));
  }
  return summary;
}

PageKey KeyOf(const Row& row, size_t columns) {
  PageKey key;
  for (size_t i = 0; i < columns; ++i) key.push_back(row.Text(i));
  return key;
}

std::vector<Value> Values(const PageKey& key) { return {key.begin(), key.end()}; }

// Reads one row more than the page holds, to know whether there is a next page.
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

// Hands each row of `select` that belongs to one of the patients to `add`, with the patient.
template <typename Add>
void ForEachOf(Transaction& transaction, const std::string& select, const std::string& order,
               google::protobuf::RepeatedPtrField<v1::PatientSummary>& patients, Add add) {
  if (patients.empty()) return;
  std::map<std::string, v1::PatientSummary*> by_id;
  std::vector<Value> ids;
  std::vector<std::string> places;
  for (v1::PatientSummary& patient : patients) {
    by_id[patient.patient_id()] = &patient;
    ids.emplace_back(patient.patient_id());
    places.push_back(absl::StrCat("$", ids.size(), "::text"));
  }
  const Result result = transaction.Execute(
      absl::StrCat(select, " WHERE patient_id IN (", absl::StrJoin(places, ", "), ") ", order),
      ids);
  for (const Row& row : result.rows) add(*by_id[row.Text(0)], row);
}

}  // namespace

grpc::Status Queries::ListPatients(const QueryContext& context,
                                   const v1::ListPatientsRequest& request,
                                   v1::ListPatientsResponse& response) const {
  Page page;
  const std::vector<std::string> filters = {
      "patients", request.team(), absl::StrCat(static_cast<int>(request.programme())),
      absl::StrCat(static_cast<int>(request.priority_at_least()))};
  grpc::Status valid = ReadPage(request.page_size(), 50, request.page_token(), filters, 3, 1, page);
  if (valid.ok()) valid = Checked(CheckFilters(request));
  if (!valid.ok()) return valid;
  Where where;
  where.AndTeams(context.teams);
  if (!request.team().empty()) where.And("team = ?::text", {request.team()});
  if (request.programme() != events::v1::PROGRAMME_UNSPECIFIED) {
    where.And("?::int = ANY (programmes)", {absl::StrCat(static_cast<int>(request.programme()))});
  }
  if (request.priority_at_least() != events::v1::PRIORITY_UNSPECIFIED) {
    where.And("worklist_rank <= ?::smallint",
              {absl::StrCat(2 * PriorityRank(request.priority_at_least()) + 1)});
  }
  if (page.after) {
    where.And(
        "(worklist_rank, waiting_since_micros, patient_id)"
        " > (?::smallint, ?::bigint, ?::text)",
        Values(*page.after));
  }
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        response.Clear();
        const Result result =
            ReadRows(transaction, absl::StrCat("SELECT ", kPatientColumns, " FROM patient"), where,
                     "worklist_rank, waiting_since_micros, patient_id", page, 3,
                     *response.mutable_next_page_token());
        for (const Row& row : result.rows) *response.add_patients() = ToSummary(row);
        AddScores(transaction, context.now, *response.mutable_patients());
        AddVerdicts(transaction, *response.mutable_patients());
        return absl::OkStatus();
      },
      context.timeout);
  return status.ok() ? grpc::Status::OK : rpc::FromAbsl(status);
}

grpc::Status Queries::GetPatient(const QueryContext& context, const v1::GetPatientRequest& request,
                                 v1::PatientSummary& response) const {
  if (grpc::Status valid = NeedPatient(request.patient_id()); !valid.ok()) return valid;
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) -> absl::Status {
        const Result result = transaction.Execute(
            absl::StrCat("SELECT ", kPatientColumns, " FROM patient WHERE patient_id = $1::text"),
            {request.patient_id()});
        if (result.rows.empty()) return absl::NotFoundError("nothing is known of this patient_id");
        google::protobuf::RepeatedPtrField<v1::PatientSummary> patients;
        *patients.Add() = ToSummary(result.rows.front());
        AddScores(transaction, context.now, patients);
        AddVerdicts(transaction, patients);
        response = patients[0];
        AddEngagement(transaction, context.now, response);
        return absl::OkStatus();
      },
      context.timeout);
  if (absl::IsNotFound(status)) {
    return rpc::Error(grpc::StatusCode::NOT_FOUND, "PATIENT_NOT_FOUND",
                      "nothing is known of this patient_id");
  }
  return status.ok() ? grpc::Status::OK : rpc::FromAbsl(status);
}

void Queries::AddEngagement(Transaction& transaction, absl::Time now,
                            v1::PatientSummary& patient) const {
  if (!patient.has_care_plan()) return;
  const auto plan = codec::FromProto(patient.care_plan());
  if (!plan.ok()) return;
  const auto facts = ReadFacts(transaction, patient.patient_id(), now);
  *patient.mutable_engagement() = EngagementOf(*plan, facts, engagement_, now);
}

void Queries::AddScores(Transaction& transaction, absl::Time now,
                        google::protobuf::RepeatedPtrField<v1::PatientSummary>& patients) const {
  const auto add = [&](v1::PatientSummary& patient, const Row& row) {
    *patient.add_latest_scores() = ToLatestScore(row.Bytes(2), row.Int(1), now);
  };
  ForEachOf(transaction, "SELECT patient_id, observed_micros, score FROM latest_score",
            "ORDER BY patient_id, instrument", patients, add);
}

void Queries::AddVerdicts(Transaction& transaction,
                          google::protobuf::RepeatedPtrField<v1::PatientSummary>& patients) {
  const auto add = [](v1::PatientSummary& patient, const Row& row) {
    events::v1::IntakeRecorded intake;
    intake.ParseFromString(row.Bytes(1));
    *patient.mutable_suitability() = std::move(*intake.mutable_verdict());
  };
  ForEachOf(transaction, "SELECT patient_id, intake FROM latest_intake", "", patients, add);
}

v1::LatestScore Queries::ToLatestScore(const std::string& bytes, int64_t observed_micros,
                                       absl::Time now) const {
  v1::LatestScore latest;
  latest.mutable_score()->ParseFromString(bytes);
  *latest.mutable_observed_at() = TimeUtil::MicrosecondsToTimestamp(observed_micros);
  // A clock ahead of ours must not make a score look younger than new.
  const absl::Duration age =
      std::max(absl::ZeroDuration(), now - absl::FromUnixMicros(observed_micros));
  *latest.mutable_age() = TimeUtil::MicrosecondsToDuration(absl::ToInt64Microseconds(age));
  const auto fresh_for = fresh_for_.find(latest.score().instrument());
  // Of an instrument this catalogue does not know we cannot say that it is current.
  latest.set_stale(fresh_for == fresh_for_.end() || age > fresh_for->second);
  return latest;
}

grpc::Status Queries::GetTimeline(const QueryContext& context,
                                  const v1::GetTimelineRequest& request,
                                  v1::GetTimelineResponse& response) const {
  Page page;
  const std::vector<std::string> filters = {"timeline", request.patient_id(),
                                            request.since().SerializeAsString(),
                                            request.until().SerializeAsString()};
  grpc::Status valid = NeedPatient(request.patient_id());
  if (valid.ok()) {
    valid = ReadPage(request.page_size(), 100, request.page_token(), filters, 2, 1, page);
  }
  if (valid.ok() && request.has_since()) valid = NeedTime("since", request.since());
  if (valid.ok() && request.has_until()) valid = NeedTime("until", request.until());
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
