#include "services/clinician/row_batch.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "google/protobuf/util/time_util.h"
#include "libs/codec/care_plan.h"
#include "libs/codec/record.h"
#include "libs/codec/time.h"
#include "services/clinician/insert.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

using google::protobuf::util::TimeUtil;

bool IsText(const std::string& text) { return text.find('\0') == std::string::npos; }

std::string Programmes(const events::v1::CarePlan& plan) {
  return absl::StrCat("{", absl::StrJoin(plan.programmes(), ","), "}");
}

// Classes of the catalogue, which need no quotes in an array.
std::string Substances(const events::v1::CarePlan& plan) {
  std::vector<std::string> classes;
  for (const events::v1::SubstanceUse& use : plan.substances()) {
    if (IsPlainId(use.substance_class(), 64)) classes.push_back(use.substance_class());
  }
  return absl::StrCat("{", absl::StrJoin(classes, ","), "}");
}

// Both versions of amended answers stand in the timeline.
std::string RevisionSuffix(const events::v1::CheckIn& check_in) {
  return check_in.revision() == 0 ? "" : absl::StrCat("/revision-", check_in.revision());
}

}  // namespace

bool IsKey(const std::string& text) {
  return !text.empty() && text.size() <= 256 && text.find('\0') == std::string::npos;
}

int PriorityRank(events::v1::Priority priority) {
  return 3 - std::clamp(static_cast<int>(priority), 0, 3);
}

absl::Status RowBatch::AddScore(const stream::InputRecord& record) {
  if (record.value.empty()) return absl::OkStatus();
  auto parsed = codec::Parse<events::v1::CheckInScored>(record.value);
  if (!parsed.ok()) return parsed.status();
  events::v1::CheckInScored& scored = *parsed;
  const events::v1::CheckIn& check_in = scored.recorded().check_in();
  const std::string& patient = check_in.patient_id();
  if (!IsKey(patient) || !IsKey(check_in.check_in_id()) ||
      !codec::IsValid(check_in.observed_at())) {
    return absl::InvalidArgumentError("check-in without patient_id, check_in_id or observed_at");
  }
  if (absl::Status status = codec::CheckKey(record.key, patient); !status.ok()) return status;
  const int64_t at = TimeUtil::TimestampToMicroseconds(check_in.observed_at());
  const bool conflict = scored.disposition() == events::v1::CHECK_IN_DISPOSITION_CONFLICT;
  for (const events::v1::Score& score : scored.scores()) {
    if (!IsKey(score.instrument())) return absl::InvalidArgumentError("score without instrument");
  }
  for (const events::v1::Score& score : scored.scores()) {
    if (conflict) break;
    LatestScore& latest = scores_[{patient, score.instrument()}];
    if (latest.score.empty() || at >= latest.observed_micros) {
      latest = {at, score.SerializeAsString()};
    }
  }
  if (!conflict) {
    const auto [last, fresh] = last_check_in_micros_.try_emplace(patient, at);
    if (!fresh) last->second = std::max(last->second, at);
    engagement_.AddCheckIn(scored);
    vitals_.AddCheckIn(check_in);
  }
  if (scored.disposition() == events::v1::CHECK_IN_DISPOSITION_ACCEPTED) due_.AddCheckIn(scored);
  const std::string entry_id =
      conflict ? absl::StrCat("conflict/", check_in.check_in_id(), "/", record.partition, "/",
                              record.offset)
               : absl::StrCat("check-in/", check_in.check_in_id(), RevisionSuffix(check_in));
  clinician::v1::TimelineEntry entry;
  *entry.mutable_at() = check_in.observed_at();
  const std::string owner = patient;
  *entry.mutable_check_in() = std::move(scored);
  AddEntry(owner, entry_id, std::move(entry));
  return absl::OkStatus();
}

absl::Status RowBatch::AddAlert(const stream::InputRecord& record) {
  if (record.value.empty()) return absl::OkStatus();
  auto parsed = codec::Parse<events::v1::AlertEvent>(record.value);
  if (!parsed.ok()) return parsed.status();
  events::v1::AlertEvent& event = *parsed;
  const events::v1::Alert& alert = event.alert();
  if (!IsKey(alert.patient_id()) || !IsKey(alert.alert_id()) || !IsKey(event.event_id()) ||
      !IsText(alert.team()) || !codec::IsValid(event.occurred_at())) {
    return absl::InvalidArgumentError(
        "alert event without event_id, patient_id, alert_id or occurred_at");
  }
  if (absl::Status status = codec::CheckKey(record.key, alert.patient_id()); !status.ok())
    return status;
  if (!events::v1::AlertState_IsValid(alert.state()) ||
      !events::v1::Priority_IsValid(alert.priority()) ||
      (alert.has_raised_at() && !codec::IsValid(alert.raised_at()))) {
    return absl::InvalidArgumentError(
        "alert with an unknown state or priority, or an impossible raised_at");
  }
  if (event.kind_case() == events::v1::AlertEvent::KIND_NOT_SET) {
    if (event.reader_may_ignore()) return absl::OkStatus();
    return absl::FailedPreconditionError(
        absl::StrCat("alert event ", event.event_id(), " is of a kind this binary does not know"));
  }
  const bool never_raised = event.has_suppressed() && !alert.has_raised_at();
  if (!never_raised) {
    AlertRow& row = alerts_[{alert.patient_id(), alert.alert_id()}];
    if (row.alert.alert_id().empty() || alert.version() > row.alert.version()) {
      row.alert = alert;
      row.resolve_command_id = event.resolved().command_id();
      if (!IsText(row.resolve_command_id)) row.resolve_command_id.clear();
    }
    alerted_.insert(alert.patient_id());
    engagement_.AddAlert(event);
    due_.AddAlert(event);
  }
  const std::string owner = alert.patient_id();
  const std::string entry_id = absl::StrCat("alert/", event.event_id());
  clinician::v1::TimelineEntry entry;
  *entry.mutable_at() = event.occurred_at();
  *entry.mutable_alert_event() = std::move(event);
  AddEntry(owner, entry_id, std::move(entry));
  return absl::OkStatus();
}

absl::Status RowBatch::AddCarePlan(const stream::InputRecord& record) {
  if (record.value.empty()) {
    const std::string patient(record.key);
    if (!IsKey(patient)) return absl::InvalidArgumentError("care plan tombstone without a key");
    plans_[patient] = std::nullopt;
    engagement_.RemovePlan(patient, absl::ToUnixMicros(record.timestamp));
    due_.RemovePlan(patient, absl::ToUnixMicros(record.timestamp), record.offset);
    return absl::OkStatus();
  }
  auto parsed = codec::Parse<events::v1::CarePlanRecorded>(record.value);
  if (!parsed.ok()) return parsed.status();
  events::v1::CarePlanRecorded& recorded = *parsed;
  const events::v1::CarePlan& plan = recorded.care_plan();
  if (!IsKey(plan.patient_id()) || !IsText(plan.team()) || !IsText(plan.etag()) ||
      !codec::IsValid(recorded.recorded_at())) {
    return absl::InvalidArgumentError("care plan without patient_id or recorded_at");
  }
  if (absl::Status status = codec::CheckKey(record.key, plan.patient_id()); !status.ok())
    return status;
  // What scoring and alerting set aside must not look like an enrolment here.
  if (const auto read = codec::FromProto(plan); !read.ok()) {
    return absl::InvalidArgumentError(read.status().message());
  }
  plans_[plan.patient_id()] = plan;
  engagement_.AddPlan(recorded);
  due_.AddPlan(recorded, record.offset);
  const std::string owner = plan.patient_id();
  const std::string entry_id = absl::StrCat("plan/", record.partition, "/", record.offset);
  clinician::v1::TimelineEntry entry;
  *entry.mutable_at() = recorded.recorded_at();
  *entry.mutable_care_plan() = std::move(recorded);
  AddEntry(owner, entry_id, std::move(entry));
  return absl::OkStatus();
}

void RowBatch::AddEntry(const std::string& patient_id, const std::string& entry_id,
                        clinician::v1::TimelineEntry entry) {
  const int64_t at = TimeUtil::TimestampToMicroseconds(entry.at());
  timeline_[patient_id].try_emplace({at, entry_id}, entry.SerializeAsString());
}

void RowBatch::Write(Transaction& transaction, absl::Duration early) const {
  WritePatients(transaction);
  WriteScores(transaction);
  WriteTimeline(transaction);
  WriteAlerts(transaction);
  WriteWorklist(transaction);
  engagement_.Write(transaction);
  WriteIntakes(transaction);
  privacy_.Write(transaction);
  vitals_.Write(transaction);
  due_.Write(transaction, early);
}

void RowBatch::WritePatients(Transaction& transaction) const {
  Insert plans("patient",
               {{"patient_id", "text"},
                {"team", "text"},
                {"status", "smallint"},
                {"programmes", "int[]"},
                {"spo2_scale", "smallint"},
                {"etag", "text"},
                {"substances", "text[]"},
                {"care_plan", "bytea"}},
               "ON CONFLICT (patient_id) DO UPDATE SET team = excluded.team,"
               " status = excluded.status, programmes = excluded.programmes,"
               " spo2_scale = excluded.spo2_scale, etag = excluded.etag,"
               " substances = excluded.substances, care_plan = excluded.care_plan");
  for (const auto& [patient, plan] : plans_) {
    if (!plan) {
      plans.Add({patient, "", "0", "{}", "0", "", "{}", std::nullopt});
      continue;
    }
    plans.Add({patient, plan->team(), absl::StrCat(static_cast<int>(plan->status())),
               Programmes(*plan), absl::StrCat(static_cast<int>(plan->spo2_scale())), plan->etag(),
               Substances(*plan), BytesValue(plan->SerializeAsString())});
  }
  plans.Run(transaction);

  Insert check_ins(
      "patient",
      {{"patient_id", "text"}, {"last_check_in_micros", "bigint"}, {"heard_micros", "bigint"}},
      "ON CONFLICT (patient_id) DO UPDATE SET last_check_in_micros ="
      " GREATEST(patient.last_check_in_micros, excluded.last_check_in_micros),"
      " heard_micros = GREATEST(patient.heard_micros, excluded.heard_micros)");
  for (const auto& [patient, at] : last_check_in_micros_) {
    check_ins.Add({patient, absl::StrCat(at), absl::StrCat(at)});
  }
  check_ins.Run(transaction);

  Insert alerted("patient", {{"patient_id", "text"}}, "ON CONFLICT (patient_id) DO NOTHING");
  for (const std::string& patient : alerted_) alerted.Add({patient});
  alerted.Run(transaction);
}

void RowBatch::WriteScores(Transaction& transaction) const {
  Insert insert("latest_score",
                {{"patient_id", "text"},
                 {"instrument", "text"},
                 {"observed_micros", "bigint"},
                 {"score", "bytea"}},
                "ON CONFLICT (patient_id, instrument) DO UPDATE SET"
                " observed_micros = excluded.observed_micros, score = excluded.score"
                " WHERE excluded.observed_micros >= latest_score.observed_micros");
  for (const auto& [key, latest] : scores_) {
    insert.Add(
        {key.first, key.second, absl::StrCat(latest.observed_micros), BytesValue(latest.score)});
  }
  insert.Run(transaction);
}

void RowBatch::WriteTimeline(Transaction& transaction) const {
  Insert insert(
      "timeline",
      {{"patient_id", "text"}, {"at_micros", "bigint"}, {"entry_id", "text"}, {"entry", "bytea"}},
      "ON CONFLICT (patient_id, at_micros, entry_id) DO NOTHING");
  for (const auto& [patient, entries] : timeline_) {
    for (const auto& [key, entry] : entries) {
      insert.Add({patient, absl::StrCat(key.first), key.second, BytesValue(entry)});
    }
  }
  insert.Run(transaction);
}

}  // namespace withdrawal::clinician
