#include "services/clinician/snapshot.h"

#include "absl/strings/str_cat.h"
#include "services/clinician/paging.h"
#include "services/clinician/row_batch.h"

namespace withdrawal::clinician {

absl::StatusOr<Positions> ReadOffsets(Connection& connection, const std::string& topic,
                                      absl::Duration timeout) {
  Positions positions;
  const absl::Status status = connection.Transact(
      [&](Transaction& transaction) {
        positions.clear();
        const Result result = transaction.Execute(
            "SELECT partition, next FROM projection_offset WHERE topic = $1::text", {topic});
        for (const Row& row : result.rows) {
          positions[static_cast<int32_t>(row.Int(0))] = row.Int(1);
        }
        return absl::OkStatus();
      },
      timeout);
  if (!status.ok()) return status;
  return positions;
}

absl::StatusOr<SnapshotPage> ReadSnapshotPage(Connection& connection, const AlertFilter& filter,
                                              const PageKey& after, int alerts_max,
                                              absl::Duration timeout) {
  Where where;
  where.AndTeams(filter.teams ? &*filter.teams : nullptr);
  if (!filter.patient_id.empty()) where.And("patient_id = ?::text", {filter.patient_id});
  if (!filter.team.empty()) where.And("team = ?::text", {filter.team});
  where.And("state IN (1, 2)", {});
  if (filter.priority_at_least != events::v1::PRIORITY_UNSPECIFIED) {
    where.And("priority_rank <= ?::smallint",
              {absl::StrCat(PriorityRank(filter.priority_at_least))});
  }
  if (!after.empty()) {
    where.And("(priority_rank, raised_micros, alert_id) > (?::smallint, ?::bigint, ?::text)",
              {after.begin(), after.end()});
  }
  SnapshotPage page;
  const absl::Status status = connection.Transact(
      [&](Transaction& transaction) {
        page = {};
        const Result result = transaction.Execute(
            absl::StrCat("SELECT priority_rank, raised_micros, alert_id, alert FROM alert ",
                         where.Sql(), " ORDER BY priority_rank, raised_micros, alert_id LIMIT ",
                         alerts_max),
            where.parameters());
        for (const Row& row : result.rows) page.alerts.emplace_back().ParseFromString(row.Bytes(3));
        if (result.rows.size() == static_cast<size_t>(alerts_max)) {
          const Row& last = result.rows.back();
          page.next = {last.Text(0), last.Text(1), last.Text(2)};
        }
        return absl::OkStatus();
      },
      timeout);
  if (!status.ok()) return status;
  return page;
}

}  // namespace withdrawal::clinician
