#include "services/clinician/alert_history.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/rpc/status.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

// What comes before `raised_at` of an alert's own events is not meant to be there.
constexpr int64_t kSlackMicros = int64_t{3600} * 1'000'000;

// Of an id in a LIKE pattern.
std::string Escaped(const std::string& text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"%", "\\%"}, {"_", "\\_"}});
}

void ReadHistory(Transaction& transaction, const std::string& alert_id, const Row& row,
                 v1::GetAlertResponse& response) {
  response.mutable_alert()->ParseFromString(row.Bytes(0));
  const Result entries = transaction.Execute(
      "SELECT entry FROM timeline WHERE patient_id = $1::text AND at_micros >= $2::bigint"
      " AND entry_id LIKE $3::text",
      {row.Text(1), absl::StrCat(row.Int(2) - kSlackMicros),
       absl::StrCat("alert/", Escaped(alert_id), "/%")});
  for (const Row& stored : entries.rows) {
    v1::TimelineEntry entry;
    if (!entry.ParseFromString(stored.Bytes(0))) continue;
    if (entry.alert_event().alert().alert_id() != alert_id) continue;
    *response.add_history() = std::move(*entry.mutable_alert_event());
  }
}

}  // namespace

grpc::Status GetAlert(const QueryContext& context, const v1::GetAlertRequest& request,
                      const AlertRing& ring, v1::GetAlertResponse& response) {
  std::vector<rpc::FieldViolation> violations;
  CheckLookup("alert_id", request.alert_id(), violations);
  if (!violations.empty()) return rpc::InvalidFields(violations);
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        response.Clear();
        const Result found = transaction.Execute(
            "SELECT alert, patient_id, raised_micros FROM alert WHERE alert_id = $1::text",
            {request.alert_id()});
        if (!found.rows.empty()) {
          ReadHistory(transaction, request.alert_id(), found.rows.front(), response);
        }
        return absl::OkStatus();
      },
      context.timeout);
  if (!status.ok()) return rpc::FromAbsl(status);
  if (!response.has_alert()) {
    for (const RingEvent& held : ring.EventsOf(request.alert_id())) {
      *response.mutable_alert() = held.event->alert();
      *response.add_history() = *held.event;
    }
  }
  if (!response.has_alert()) {
    return rpc::Error(grpc::StatusCode::NOT_FOUND, "ALERT_NOT_FOUND", "no alert has this alert_id");
  }
  std::sort(response.mutable_history()->begin(), response.mutable_history()->end(),
            [](const events::v1::AlertEvent& a, const events::v1::AlertEvent& b) {
              return a.alert().version() < b.alert().version();
            });
  return grpc::Status::OK;
}

}  // namespace withdrawal::clinician
