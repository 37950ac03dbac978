// Alerts, and the worklist that they sort, as rows of the read model.
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/clinician/insert.h"
#include "services/clinician/row_batch.h"

namespace withdrawal::clinician {

using google::protobuf::util::TimeUtil;

void RowBatch::WriteAlerts(Transaction& transaction) const {
  Insert insert("alert",
                {{"patient_id", "text"},
                 {"alert_id", "text"},
                 {"version", "bigint"},
                 {"team", "text"},
                 {"state", "smallint"},
                 {"priority_rank", "smallint"},
                 {"raised_micros", "bigint"},
                 {"resolve_command_id", "text"},
                 {"alert", "bytea"}},
                "ON CONFLICT (patient_id, alert_id) DO UPDATE SET version = excluded.version,"
                " team = excluded.team, state = excluded.state,"
                " priority_rank = excluded.priority_rank, raised_micros = excluded.raised_micros,"
                " resolve_command_id = excluded.resolve_command_id, alert = excluded.alert"
                " WHERE excluded.version > alert.version");
  for (const auto& [key, row] : alerts_) {
    insert.Add({key.first, key.second, absl::StrCat(row.alert.version()), row.alert.team(),
                absl::StrCat(static_cast<int>(row.alert.state())),
                absl::StrCat(PriorityRank(row.alert.priority())),
                absl::StrCat(TimeUtil::TimestampToMicroseconds(row.alert.raised_at())),
                row.resolve_command_id, BytesValue(row.alert.SerializeAsString())});
  }
  insert.Run(transaction);
}

void RowBatch::WriteWorklist(Transaction& transaction) const {
  if (alerted_.empty()) return;
  transaction.Execute(
      absl::StrCat("UPDATE patient SET highest_open_priority = 3 - w.rank, open_alerts = w.open,"
                   " unacknowledged_alerts = w.unacknowledged,"
                   " oldest_unacknowledged_micros = w.oldest_unacknowledged,"
                   " worklist_rank = 2 * w.rank + CASE WHEN w.unacknowledged > 0 THEN 0 ELSE 1 END,"
                   " waiting_since_micros ="
                   "   COALESCE(w.oldest_unacknowledged, w.oldest, 9223372036854775807) "
                   "FROM (SELECT p.patient_id, COALESCE(MIN(a.priority_rank), 3) AS rank,"
                   "  COUNT(a.alert_id) AS open,"
                   "  COUNT(CASE WHEN a.state = 1 THEN 1 END) AS unacknowledged,"
                   "  MIN(CASE WHEN a.state = 1 THEN a.raised_micros END) AS oldest_unacknowledged,"
                   "  MIN(a.raised_micros) AS oldest"
                   " FROM (VALUES ",
                   TextRows(alerted_.size()),
                   ") AS p(patient_id) LEFT JOIN alert a"
                   "  ON a.patient_id = p.patient_id AND a.state IN (1, 2)"
                   " GROUP BY p.patient_id) AS w WHERE patient.patient_id = w.patient_id"),
      std::vector<Value>(alerted_.begin(), alerted_.end()));
}

}  // namespace withdrawal::clinician
