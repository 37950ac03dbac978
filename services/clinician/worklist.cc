// The worklist and what is known of one person.
#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "google/protobuf/util/field_mask_util.h"
#include "google/protobuf/util/time_util.h"
#include "libs/rpc/status.h"
#include "services/clinician/paging.h"
#include "services/clinician/queries.h"
#include "services/clinician/request_check.h"
#include "services/clinician/row_batch.h"

namespace withdrawal::clinician {
namespace {

using google::protobuf::FieldMask;
using google::protobuf::util::FieldMaskUtil;
using google::protobuf::util::TimeUtil;
using Patients = google::protobuf::RepeatedPtrField<v1::PatientSummary>;

// How the worklist is sorted: columns of `patient` and their types, patient_id always the last.
//
// Pages go by the key of the last row shown, so nobody whose key stays the same is left out or
// shown twice. A person whose key changes between two pages is shown again when they move behind
// the page's end (become less pressing), and is missed by this walk when they move before it
// (become more pressing): then they are at the head of the next walk, and on the watch stream at
// once.
struct Order {
  std::string name;
  std::vector<std::pair<std::string, std::string>> key;
};

const Order& OrderOf(v1::PatientOrder order) {
  static const Order risk{"risk",
                          {{"worklist_rank", "smallint"}, {"waiting_since_micros", "bigint"}}};
  static const Order staleness{"staleness", {{"heard_micros", "bigint"}}};
  static const Order next_due{"next due", {{"next_due_micros", "bigint"}}};
  if (order == v1::PATIENT_ORDER_STALENESS) return staleness;
  return order == v1::PATIENT_ORDER_NEXT_DUE ? next_due : risk;
}

std::string Columns(const Order& order) {
  std::string columns;
  for (const auto& [column, type] : order.key) absl::StrAppend(&columns, column, ", ");
  return columns + "patient_id";
}

std::string AfterKey(const Order& order) {
  std::string places;
  for (const auto& [column, type] : order.key) absl::StrAppend(&places, "?::", type, ", ");
  return absl::StrCat("(", Columns(order), ") > (", places, "?::text)");
}

// The columns of `patient` behind a PatientSummary, after the sort key of `order`.
std::string SelectPatients(const Order& order) {
  return absl::StrCat("SELECT ", Columns(order),
                      ", care_plan, highest_open_priority, open_alerts, unacknowledged_alerts,"
                      " oldest_unacknowledged_micros, last_check_in_micros, next_due_micros"
                      " FROM patient");
}

v1::PatientSummary ToSummary(const Row& row, const Order& order) {
  const size_t id = order.key.size();
  const auto time = [&row, id](size_t column) {
    return TimeUtil::MicrosecondsToTimestamp(row.Int(id + column));
  };
  v1::PatientSummary summary;
  summary.set_patient_id(row.Text(id));
  if (!row.IsNull(id + 1)) summary.mutable_care_plan()->ParseFromString(row.Bytes(id + 1));
  summary.set_highest_open_priority(static_cast<events::v1::Priority>(row.Int(id + 2)));
  summary.set_open_alerts(static_cast<int>(row.Int(id + 3)));
  summary.set_unacknowledged_alerts(static_cast<int>(row.Int(id + 4)));
  if (!row.IsNull(id + 5)) *summary.mutable_oldest_unacknowledged_at() = time(5);
  if (!row.IsNull(id + 6)) *summary.mutable_last_check_in_at() = time(6);
  if (row.Int(id + 7) != INT64_MAX) *summary.mutable_next_due_at() = time(7);
  return summary;
}

// patient_id is always told: an answer that names nobody would be of no use.
class Mask {
 public:
  Mask(bool present, const FieldMask& mask) : mask_(present ? mask : FieldMask()) {}

  grpc::Status Check() const {
    std::vector<rpc::FieldViolation> violations;
    for (int i = 0; i < mask_.paths_size(); ++i) {
      if (FieldMaskUtil::IsValidPath<v1::PatientSummary>(mask_.paths(i))) continue;
      violations.push_back(
          {absl::StrCat("read_mask.paths[", i, "]"), "UNKNOWN_PATH", "no field of PatientSummary"});
    }
    return violations.empty() ? grpc::Status::OK : rpc::InvalidFields(violations);
  }
  bool Wants(const std::string& field) const {
    const auto& paths = mask_.paths();
    return paths.empty() || std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
             return path == field || absl::StartsWith(path, field + ".");
           });
  }
  void Trim(v1::PatientSummary& summary) const {
    if (mask_.paths().empty()) return;
    FieldMask with_id = mask_;
    with_id.add_paths("patient_id");
    FieldMaskUtil::TrimMessage(with_id, &summary);
  }

 private:
  const FieldMask mask_;
};

grpc::Status CheckOrder(const v1::ListPatientsRequest& request) {
  if (v1::PatientOrder_IsValid(request.order_by())) return grpc::Status::OK;
  return rpc::InvalidFields({{"order_by", "UNKNOWN_VALUE", "risk, staleness or next due"}});
}

Where FilterOf(const v1::ListPatientsRequest& request) {
  Where where;
  if (!request.team().empty()) where.And("team = ?::text", {request.team()});
  if (request.programme() != events::v1::PROGRAMME_UNSPECIFIED) {
    where.And("?::int = ANY (programmes)", {absl::StrCat(static_cast<int>(request.programme()))});
  }
  if (request.priority_at_least() != events::v1::PRIORITY_UNSPECIFIED) {
    where.And("worklist_rank <= ?::smallint",
              {absl::StrCat(2 * PriorityRank(request.priority_at_least()) + 1)});
  }
  if (!request.substance_class().empty()) {
    where.And("?::text = ANY (substances)", {request.substance_class()});
  }
  return where;
}

}  // namespace

grpc::Status Queries::ListPatients(const QueryContext& context,
                                   const v1::ListPatientsRequest& request,
                                   v1::ListPatientsResponse& response) const {
  const Order& order = OrderOf(request.order_by());
  const Mask mask(request.has_read_mask(), request.read_mask());
  const std::vector<std::string> filters = {
      "patients",
      order.name,
      request.team(),
      absl::StrCat(static_cast<int>(request.programme())),
      absl::StrCat(static_cast<int>(request.priority_at_least())),
      request.substance_class()};
  Page page;
  grpc::Status valid = CheckOrder(request);
  if (valid.ok()) valid = mask.Check();
  if (valid.ok()) {
    valid = ReadPage(request.page_size(), 50, request.page_token(), filters, order.key.size() + 1,
                     1, page);
  }
  if (valid.ok()) {
    const auto wrong = CheckFilters(request);
    if (!wrong.empty()) valid = rpc::InvalidFields(wrong);
  }
  if (!valid.ok()) return valid;
  Where where = FilterOf(request);
  where.AndTeams(context.teams);
  if (page.after) where.And(AfterKey(order), {page.after->begin(), page.after->end()});
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        response.Clear();
        const Result result =
            ReadRows(transaction, SelectPatients(order), where, Columns(order), page,
                     order.key.size() + 1, *response.mutable_next_page_token());
        for (const Row& row : result.rows) *response.add_patients() = ToSummary(row, order);
        Patients& patients = *response.mutable_patients();
        if (mask.Wants("latest_scores")) AddScores(transaction, context.now, patients);
        if (mask.Wants("suitability")) AddVerdicts(transaction, patients);
        for (v1::PatientSummary& patient : patients) mask.Trim(patient);
        return absl::OkStatus();
      },
      context.timeout);
  return status.ok() ? grpc::Status::OK : rpc::FromAbsl(status);
}

grpc::Status Queries::GetPatient(const QueryContext& context, const v1::GetPatientRequest& request,
                                 v1::PatientSummary& response) const {
  std::vector<rpc::FieldViolation> violations;
  CheckLookup("patient_id", request.patient_id(), violations);
  if (!violations.empty()) return rpc::InvalidFields(violations);
  const Mask mask(request.has_read_mask(), request.read_mask());
  if (grpc::Status valid = mask.Check(); !valid.ok()) return valid;
  const Order& order = OrderOf(v1::PATIENT_ORDER_RISK);
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) -> absl::Status {
        const Result result =
            transaction.Execute(absl::StrCat(SelectPatients(order), " WHERE patient_id = $1::text"),
                                {request.patient_id()});
        if (result.rows.empty()) return absl::NotFoundError("nothing is known of this patient_id");
        Patients patients;
        *patients.Add() = ToSummary(result.rows.front(), order);
        AddScores(transaction, context.now, patients);
        AddVerdicts(transaction, patients);
        response = patients[0];
        AddVitals(transaction, response);
        AddDoses(transaction, context.now, response);
        if (mask.Wants("engagement")) AddEngagement(transaction, context.now, response);
        mask.Trim(response);
        return absl::OkStatus();
      },
      context.timeout);
  if (absl::IsNotFound(status)) {
    return rpc::Error(grpc::StatusCode::NOT_FOUND, "PATIENT_NOT_FOUND",
                      "nothing is known of this patient_id");
  }
  return status.ok() ? grpc::Status::OK : rpc::FromAbsl(status);
}

}  // namespace withdrawal::clinician
