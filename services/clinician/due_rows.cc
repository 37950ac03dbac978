#include "services/clinician/due_rows.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "google/protobuf/util/time_util.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/score.h"
#include "libs/codec/time.h"
#include "services/clinician/insert.h"
#include "services/clinician/row_batch.h"

namespace withdrawal::clinician {
namespace {

using google::protobuf::util::TimeUtil;

constexpr char kReceived[] = "received/";
constexpr char kRestarted[] = "restarted/";
constexpr char kSystemActor[] = "system";  // of alerting

// What DueTimes looks at.
events::v1::CarePlan SchedulePart(const events::v1::CarePlan& plan) {
  events::v1::CarePlan part;
  part.set_patient_id(plan.patient_id());
  part.set_status(plan.status());
  part.set_team(plan.team());  // whom a change is told to
  if (plan.has_schedule()) *part.mutable_schedule() = plan.schedule();
  if (plan.has_quiet_hours()) *part.mutable_quiet_hours() = plan.quiet_hours();
  if (plan.has_monitoring_started_at()) {
    *part.mutable_monitoring_started_at() = plan.monitoring_started_at();
  }
  if (plan.has_paused_until()) *part.mutable_paused_until() = plan.paused_until();
  return part;
}

// The entry in `before` + "ENTRY" + `after`, as alerting words its evidence; empty if it is not so.
std::string EntryIn(const std::string& evidence, const std::string& before,
                    const std::string& after) {
  if (!absl::StartsWith(evidence, before)) return "";
  const size_t end = evidence.find(after, before.size());
  return end == std::string::npos ? "" : evidence.substr(before.size(), end - before.size());
}

struct Missed {
  std::string entry_id;  // empty: nothing of the kind
  google::protobuf::Timestamp due_at;
};

// A clinician closed a missed check-in (MC-01), or only a device was silent (MC-06): the wait for
// the entry begins anew.
Missed RestartedBy(const events::v1::AlertEvent& event) {
  const events::v1::Alert& alert = event.alert();
  if (event.has_resolved() && event.resolved().actor() != kSystemActor) {
    return {EntryIn(alert.evidence(), "check-in \"", "\" was due "), alert.observed_at()};
  }
  if (event.has_raised()) {
    return {EntryIn(alert.evidence(), "readings for \"", "\" were due "), alert.observed_at()};
  }
  if (event.has_repeated()) {
    return {EntryIn(event.repeated().evidence(), "readings for \"", "\" were due "),
            alert.last_seen_at()};
  }
  return {};
}

std::string Places(size_t count) {
  std::vector<std::string> places;
  for (size_t i = 1; i <= count; ++i) places.push_back(absl::StrCat("$", i, "::text"));
  return absl::StrJoin(places, ", ");
}

}  // namespace

void DueRows::Note(const std::string& patient_id, const std::string& fact, int64_t at_micros) {
  int64_t& at = facts_.try_emplace({patient_id, fact}, at_micros).first->second;
  at = std::max(at, at_micros);
  people_.insert(patient_id);
}

void DueRows::AddCheckIn(const events::v1::CheckInScored& scored) {
  const auto check_in = codec::FromProto(scored);
  if (!check_in.ok()) return;  // nor can alerting read it
  const domain::CheckIn& received = check_in->check_in;
  for (const std::string_view name : domain::ReceiptKinds(received)) {
    const std::string kind(name);
    if (!IsKey(kind)) continue;
    Note(received.patient_id, kReceived + kind, absl::ToUnixMicros(received.received_at));
  }
}

void DueRows::AddAlert(const events::v1::AlertEvent& event) {
  const Missed missed = RestartedBy(event);
  if (!IsKey(missed.entry_id) || !codec::IsValid(missed.due_at)) return;
  Note(event.alert().patient_id(),
       absl::StrCat(kRestarted, missed.entry_id, "/",
                    TimeUtil::TimestampToMicroseconds(missed.due_at)),
       TimeUtil::TimestampToMicroseconds(event.occurred_at()));
}

void DueRows::AddPlan(const events::v1::CarePlanRecorded& recorded, int64_t record_offset) {
  const events::v1::CarePlan& plan = recorded.care_plan();
  versions_[{plan.patient_id(), record_offset}] = {
      TimeUtil::TimestampToMicroseconds(recorded.recorded_at()),
      SchedulePart(plan).SerializeAsString()};
  people_.insert(plan.patient_id());
}

void DueRows::RemovePlan(const std::string& patient_id, int64_t at_micros, int64_t record_offset) {
  versions_[{patient_id, record_offset}] = {at_micros, std::nullopt};
  people_.insert(patient_id);
}

void DueRows::Write(Transaction& transaction, absl::Duration early) const {
  Insert versions("plan_version",
                  {{"patient_id", "text"},
                   {"record_offset", "bigint"},
                   {"recorded_micros", "bigint"},
                   {"plan", "bytea"}},
                  "ON CONFLICT (patient_id, record_offset) DO NOTHING");
  for (const auto& [key, version] : versions_) {
    versions.Add({key.first, absl::StrCat(key.second), absl::StrCat(version.recorded_micros),
                  version.plan ? Value(BytesValue(*version.plan)) : std::nullopt});
  }
  versions.Run(transaction);
  Insert facts("due_fact", {{"patient_id", "text"}, {"fact", "text"}, {"at_micros", "bigint"}},
               "ON CONFLICT (patient_id, fact) DO UPDATE SET"
               " at_micros = GREATEST(due_fact.at_micros, excluded.at_micros)");
  for (const auto& [key, at] : facts_) facts.Add({key.first, key.second, absl::StrCat(at)});
  facts.Run(transaction);
  WriteNextDue(transaction, early);
}

void DueRows::WriteNextDue(Transaction& transaction, absl::Duration early) const {
  if (people_.empty()) return;
  auto records = ReadDueRecords(transaction, {people_.begin(), people_.end()});
  std::vector<std::string> rows;
  std::vector<Value> parameters;
  for (const std::string& patient : people_) {
    const DueRecords& own = records[patient];
    const absl::Time due = domain::FirstDue(domain::DueTimes(own.versions, own.facts, early));
    parameters.emplace_back(patient);
    parameters.emplace_back(MicrosValue(due));
    rows.push_back(
        absl::StrCat("($", parameters.size() - 1, "::text, $", parameters.size(), "::bigint)"));
  }
  transaction.Execute(absl::StrCat("UPDATE patient SET next_due_micros = d.due FROM (VALUES ",
                                   absl::StrJoin(rows, ", "), ") AS d(patient_id, due)",
                                   " WHERE patient.patient_id = d.patient_id"),
                      parameters);
}

std::map<std::string, DueRecords> ReadDueRecords(Transaction& transaction,
                                                 const std::vector<std::string>& patient_ids) {
  std::map<std::string, DueRecords> records;
  if (patient_ids.empty()) return records;
  const std::vector<Value> ids(patient_ids.begin(), patient_ids.end());
  const std::string places = Places(ids.size());
  const Result versions = transaction.Execute(
      absl::StrCat(
          "SELECT patient_id, recorded_micros, plan FROM plan_version WHERE patient_id IN (",
          places, ") ORDER BY patient_id, record_offset"),
      ids);
  for (const Row& row : versions.rows) {
    domain::PlanVersion version{absl::FromUnixMicros(row.Int(1)), std::nullopt};
    events::v1::CarePlan plan;
    if (!row.IsNull(2) && plan.ParseFromString(row.Bytes(2))) {
      if (auto read = codec::FromProto(plan); read.ok()) version.plan = *std::move(read);
    }
    records[row.Text(0)].versions.push_back(std::move(version));
  }
  const Result facts = transaction.Execute(
      absl::StrCat("SELECT patient_id, fact, at_micros FROM due_fact WHERE patient_id IN (", places,
                   ")"),
      ids);
  for (const Row& row : facts.rows) {
    const std::string& fact = row.Text(1);
    domain::DueFacts& own = records[row.Text(0)].facts;
    const absl::Time at = absl::FromUnixMicros(row.Int(2));
    if (absl::StartsWith(fact, kReceived)) {
      own.received[fact.substr(fact.find('/') + 1)] = at;
      continue;
    }
    const std::vector<std::string> parts =
        absl::StrSplit(fact, '/');  // kRestarted, entry, due time
    int64_t due = 0;
    if (parts.size() == 3 && absl::SimpleAtoi(parts[2], &due)) own.restarted[{parts[1], due}] = at;
  }
  return records;
}

}  // namespace withdrawal::clinician
