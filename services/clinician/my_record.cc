#include "services/clinician/my_record.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/time.h"
#include "libs/domain/planned_doses.h"
#include "libs/domain/schedule.h"
#include "libs/rpc/status.h"
#include "services/clinician/due_rows.h"
#include "services/clinician/paging.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kUntilDefault = absl::Hours(7 * 24);
constexpr absl::Duration kUntilMax = absl::Hours(31 * 24);
constexpr int kTimesMax = 1000;  // of one entry: every 15 min for ten days

// What is known of one person's plan and what came of it.
struct Known {
  std::optional<domain::CarePlan> plan;
  DueRecords records;
  std::map<std::string, absl::Time> doses;  // newest report by product
};

absl::Status ReadKnown(const QueryContext& context, const std::string& patient_id, Known& known) {
  return context.connection.Transact(
      [&](Transaction& transaction) {
        known = {};
        const Result row = transaction.Execute(
            "SELECT care_plan FROM patient WHERE patient_id = $1::text", {patient_id});
        events::v1::CarePlan plan;
        if (!row.rows.empty() && !row.rows.front().IsNull(0) &&
            plan.ParseFromString(row.rows.front().Bytes(0))) {
          if (auto read = codec::FromProto(plan); read.ok()) known.plan = *std::move(read);
        }
        known.records = ReadDueRecords(transaction, {patient_id})[patient_id];
        const Result doses = transaction.Execute(
            "SELECT detail, MAX(at_micros) FROM check_in_fact WHERE patient_id = $1::text"
            " AND kind = 'dose_outcome' GROUP BY detail",
            {patient_id});
        for (const Row& dose : doses.rows) {
          known.doses[dose.Text(0)] = absl::FromUnixMicros(dose.Int(1));
        }
        return absl::OkStatus();
      },
      context.timeout);
}

grpc::Status ReadUntil(const patient_v1::GetMyDueRequest& request, absl::Time now,
                       absl::Time& until) {
  until = now + kUntilDefault;
  if (!request.has_until()) return grpc::Status::OK;
  if (codec::IsValid(request.until())) until = codec::FromProto(request.until());
  if (!codec::IsValid(request.until()) || until <= now || until > now + kUntilMax) {
    return rpc::InvalidFields({{"until", "OUT_OF_RANGE", "ahead, by at most 31 days"}});
  }
  return grpc::Status::OK;
}

void AddCheckIns(const Known& known, absl::Duration early, absl::Time now, absl::Time until,
                 patient_v1::MyDue& due) {
  const auto times = domain::DueTimes(known.records.versions, known.records.facts, early);
  for (const domain::ScheduleEntry& entry : known.plan->schedule) {
    const auto first = times.find(entry.entry_id);
    if (first == times.end()) continue;
    absl::Time at = first->second.due_at;
    for (int i = 0; i < kTimesMax && at < until; ++i) {
      patient_v1::DueCheckIn& added = *due.add_check_ins();
      added.set_entry_id(entry.entry_id);
      for (const std::string& kind : entry.satisfied_by) added.add_satisfied_by(kind);
      *added.mutable_due_at() = codec::ToProto(at);
      added.set_overdue(at < now);
      at = domain::NextDue(entry, *known.plan, std::max(at, now), absl::ZeroDuration());
    }
  }
  std::stable_sort(due.mutable_check_ins()->begin(), due.mutable_check_ins()->end(),
                   [](const patient_v1::DueCheckIn& a, const patient_v1::DueCheckIn& b) {
                     return codec::FromProto(a.due_at()) < codec::FromProto(b.due_at());
                   });
}

void AddDoses(const Known& known, absl::Duration early, absl::Time now, absl::Time until,
              patient_v1::MyDue& due) {
  const absl::TimeZone zone = domain::ZoneOf(known.plan->time_zone);
  const absl::Time today = absl::FromCivil(absl::ToCivilDay(now, zone), zone);
  for (const domain::MedicationOrder& order : known.plan->medications) {
    absl::Time from = today;
    const auto last = known.doses.find(absl::AsciiStrToLower(order.product));
    if (last != known.doses.end()) from = std::max(from, last->second + early);
    for (const domain::PlannedDose& dose :
         domain::PlannedDoses(order, known.plan->time_zone, from, until)) {
      patient_v1::DueDose& added = *due.add_doses();
      added.set_order_id(order.order_id);
      added.set_product(order.product);
      added.set_milligrams(dose.milligrams);
      *added.mutable_due_at() = codec::ToProto(dose.at);
    }
  }
  std::stable_sort(due.mutable_doses()->begin(), due.mutable_doses()->end(),
                   [](const patient_v1::DueDose& a, const patient_v1::DueDose& b) {
                     return codec::FromProto(a.due_at()) < codec::FromProto(b.due_at());
                   });
}

}  // namespace

grpc::Status ReadMyPlan(const QueryContext& context, const std::string& patient_id,
                        patient_v1::MyPlan& response) {
  const auto row = context.connection.ReadRow(
      "SELECT care_plan FROM patient WHERE patient_id = $1::text", {patient_id}, context.timeout);
  if (!row.ok()) return rpc::FromAbsl(row.status());
  if (!*row || (*row)->IsNull(0)) {
    return rpc::Error(grpc::StatusCode::NOT_FOUND, "PLAN_NOT_FOUND", "there is no care plan yet");
  }
  response.mutable_care_plan()->ParseFromString((*row)->Bytes(0));
  return grpc::Status::OK;
}

grpc::Status ReadMyDue(const QueryContext& context, const std::string& patient_id,
                       const patient_v1::GetMyDueRequest& request, absl::Duration early,
                       patient_v1::MyDue& response) {
  absl::Time until;
  if (grpc::Status valid = ReadUntil(request, context.now, until); !valid.ok()) return valid;
  Known known;
  if (const absl::Status status = ReadKnown(context, patient_id, known); !status.ok()) {
    return rpc::FromAbsl(status);
  }
  response.Clear();
  if (!known.plan) return grpc::Status::OK;
  AddCheckIns(known, early, context.now, until, response);
  if (known.plan->status != domain::MonitoringStatus::kEnded) {
    AddDoses(known, early, context.now, until, response);
  }
  return grpc::Status::OK;
}

grpc::Status ReadMyHistory(const QueryContext& context, const std::string& patient_id,
                           const patient_v1::ListMyHistoryRequest& request,
                           patient_v1::ListMyHistoryResponse& response) {
  Page page;
  const grpc::Status valid = ReadPage(request.page_size(), 100, request.page_token(),
                                      {"my-history", patient_id}, 2, 1, page);
  if (!valid.ok()) return valid;
  Where where;
  where.And("patient_id = ?::text", {patient_id});
  where.And("entry_id LIKE 'check-in/%'", {});
  if (page.after) {
    where.And("(at_micros, entry_id) < (?::bigint, ?::text)",
              {page.after->begin(), page.after->end()});
  }
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        response.Clear();
        const Result result =
            ReadRows(transaction, "SELECT at_micros, entry_id, entry FROM timeline", where,
                     "at_micros DESC, entry_id DESC", page, 2, *response.mutable_next_page_token());
        for (const Row& row : result.rows) {
          v1::TimelineEntry entry;
          if (!entry.ParseFromString(row.Bytes(2))) continue;
          *response.add_check_ins() = std::move(*entry.mutable_check_in());
        }
        return absl::OkStatus();
      },
      context.timeout);
  return status.ok() ? grpc::Status::OK : rpc::FromAbsl(status);
}

}  // namespace withdrawal::clinician
