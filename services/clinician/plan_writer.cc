#include "services/clinician/plan_writer.h"

#include <algorithm>
#include <utility>

#include "libs/codec/care_plan.h"
#include "libs/codec/plan_review.h"
#include "libs/codec/score.h"
#include "services/clinician/request_check.h"

namespace withdrawal::clinician {
namespace {

using events::v1::CarePlanRecorded;

constexpr size_t kPendingMax = 4096;
// The service is not ready when its tables are 30 s behind; beyond this the topic decides.
constexpr absl::Duration kPendingFor = absl::Minutes(10);
constexpr size_t kSupersededMax = 64;
constexpr char kStoredSql[] = "SELECT etag, care_plan FROM patient WHERE patient_id = $1::text";
// The newest are looked through for the one that stands.
constexpr char kVersionsSql[] =
    "SELECT entry FROM timeline WHERE patient_id = $1::text AND entry_id LIKE 'plan/%'"
    " ORDER BY at_micros DESC LIMIT 8";

// What the tables show of the person: with author, findings and override where the version that
// stands is still among the newest of the timeline.
CarePlanRecorded ReadStored(Transaction& transaction, const std::string& patient_id) {
  CarePlanRecorded stored;
  const Result row = transaction.Execute(kStoredSql, {patient_id});
  if (row.rows.empty() || row.rows.front().IsNull(1)) return stored;
  stored.mutable_care_plan()->ParseFromString(row.rows.front().Bytes(1));
  for (const Row& version : transaction.Execute(kVersionsSql, {patient_id}).rows) {
    v1::TimelineEntry entry;
    if (!entry.ParseFromString(version.Bytes(0))) continue;
    if (entry.care_plan().care_plan().etag() != stored.care_plan().etag()) continue;
    return std::move(*entry.mutable_care_plan());
  }
  return stored;
}

bool IsBlock(const domain::PlanFinding& finding) {
  return finding.severity == domain::PlanSeverity::kBlock;
}

// `before` was recorded although this finding, for the same facts, blocked it.
bool IsOverridden(const CarePlanRecorded& before, const domain::PlanFinding& finding) {
  const auto& known = before.findings();
  return !before.override_reason().empty() &&
         std::any_of(known.begin(), known.end(), [&](const events::v1::PlanFinding& one) {
           return one.rule_id() == finding.rule_id && one.why() == finding.why &&
                  one.severity() == events::v1::PLAN_SEVERITY_BLOCK;
         });
}

}  // namespace

void PlanWriter::PutCarePlan(const QueryContext& context, const v1::PutCarePlanRequest& request,
                             const std::string& trace_parent, v1::PutCarePlanResponse& response,
                             Done done) {
  CarePlanRecorded recorded;
  events::v1::CarePlan& plan = *recorded.mutable_care_plan();
  plan = request.care_plan();
  // Periods are counted from the start of monitoring, so there must be one.
  if (!plan.has_monitoring_started_at()) {
    *plan.mutable_monitoring_started_at() = ToTimestamp(context.now);
  }
  auto violations = rpc::ToViolations(CheckCarePlan(plan, bounds_, context.now), "care_plan.");
  CheckActor(request.actor(), violations);
  CheckText("reason", request.reason(), true, violations);
  CheckOverrideReason(request.override_reason(), violations);
  if (!violations.empty()) return done(rpc::InvalidFields(violations));
  *recorded.mutable_catalogue() = codec::ToProto(reviewer_.version());
  // It must be possible to end any; a pause ends by itself, so it is no way past the review.
  if (plan.status() != events::v1::MONITORING_STATUS_ENDED) {
    const grpc::Status status = Review(context, {}, request.override_reason(), recorded);
    if (!status.ok()) return done(status);
  }
  recorded.set_author(request.actor());
  recorded.set_reason(request.reason());
  Record(context, std::move(recorded), trace_parent, response, std::move(done));
}

grpc::Status PlanWriter::Review(const QueryContext& context, const CarePlanRecorded& before,
                                const std::string& override_reason, CarePlanRecorded& recorded) {
  std::vector<domain::PlanFinding> findings;
  grpc::Status status = reviewer_.Review(context, recorded.care_plan(), findings);
  if (!status.ok()) return status;
  *recorded.mutable_catalogue() = codec::ToProto(reviewer_.version());
  recorded.clear_findings();
  recorded.clear_override_reason();
  for (const domain::PlanFinding& finding : findings) {
    *recorded.add_findings() = codec::ToProto(finding);
    if (!IsBlock(finding)) continue;
    if (!override_reason.empty()) {
      recorded.set_override_reason(override_reason);
    } else if (IsOverridden(before, finding)) {
      recorded.set_override_reason(before.override_reason());
    } else {
      return PlanBlocked(finding);
    }
  }
  return grpc::Status::OK;
}

void PlanWriter::Change(const QueryContext& context, const CarePlanRecorded& before,
                        CarePlanRecorded next, const std::string& trace_parent,
                        v1::PutCarePlanResponse& response, Done done) {
  const auto known = CheckCarePlan(before.care_plan(), bounds_, context.now);
  events::v1::CarePlan changed = next.care_plan();
  changed.clear_merged_into();  // which only a step of the life cycle sets
  auto errors = CheckCarePlan(changed, bounds_, context.now);
  std::erase_if(errors, [&](const domain::FieldError& error) {
    return std::find(known.begin(), known.end(), error) != known.end();
  });
  if (!errors.empty()) return done(rpc::InvalidFields(errors, "care_plan."));
  // What scoring and alerting could not read would change nothing there.
  const auto read = codec::FromProto(next.care_plan());
  if (!read.ok()) return done(rpc::FromAbsl(read.status()));
  Record(context, std::move(next), trace_parent, response, std::move(done));
}

void PlanWriter::Record(const QueryContext& context, CarePlanRecorded recorded,
                        const std::string& trace_parent, v1::PutCarePlanResponse& response,
                        Done done) {
  *recorded.mutable_recorded_at() = ToTimestamp(context.now);
  if (grpc::Status status = TakeEtag(context, recorded); !status.ok()) return done(status);
  const std::string patient = recorded.care_plan().patient_id();
  const std::string etag = recorded.care_plan().etag();
  *response.mutable_care_plan() = recorded.care_plan();
  *response.mutable_findings() = recorded.findings();
  outbox_.Send({config_.topics.care_plans, patient, etag, trace_parent, recorded, context.written},
               metrics_.plans,
               [this, patient, etag, done = std::move(done)](const grpc::Status& status) mutable {
                 if (!status.ok()) DropPending(patient, etag);
                 done(status);
               });
}

grpc::Status PlanWriter::ReadNewest(const QueryContext& context, const std::string& patient_id,
                                    CarePlanRecorded& newest) {
  const absl::Status status = context.connection.Transact(
      [&](Transaction& transaction) {
        newest = ReadStored(transaction, patient_id);
        return absl::OkStatus();
      },
      context.timeout);
  if (!status.ok()) return rpc::FromAbsl(status);
  absl::MutexLock lock(&mutex_);
  const Pending* known = FindKnown(patient_id, context.now);
  if (known != nullptr && IsAhead(*known, newest.care_plan().etag())) newest = known->recorded;
  if (newest.has_care_plan()) return grpc::Status::OK;
  return rpc::Error(grpc::StatusCode::NOT_FOUND, "PATIENT_NOT_FOUND",
                    "nobody with this patient_id has a care plan");
}

grpc::Status PlanWriter::TakeEtag(const QueryContext& context, CarePlanRecorded& recorded) {
  events::v1::CarePlan& plan = *recorded.mutable_care_plan();
  const auto row = context.connection.ReadRow(kStoredSql, {plan.patient_id()}, context.timeout);
  if (!row.ok()) return rpc::FromAbsl(row.status());
  std::string current = *row ? (*row)->Text(0) : "";
  absl::MutexLock lock(&mutex_);
  Pending next{.recorded = {}, .superseded = {current}, .at = context.now};
  if (Pending* known = FindKnown(plan.patient_id(), context.now)) {
    // Once the tables showed it, no plan at all means that the record was removed since.
    if (EtagOf(*known) == current) std::erase(known->superseded, "");
    if (IsAhead(*known, current)) current = EtagOf(*known);
    next.superseded = known->superseded;
    next.superseded.push_back(current);
    if (next.superseded.size() > kSupersededMax) next.superseded.erase(next.superseded.begin());
  }
  if (!plan.etag().empty() && plan.etag() != current) {
    return rpc::Error(grpc::StatusCode::ABORTED, "ETAG_MISMATCH",
                      "the plan was changed since it was read: read it again");
  }
  plan.set_etag(NewId());
  next.recorded = recorded;
  if (pending_.size() >= kPendingMax) {
    pending_.erase(
        std::min_element(pending_.begin(), pending_.end(),
                         [](const auto& a, const auto& b) { return a.second.at < b.second.at; }));
  }
  pending_[plan.patient_id()] = std::move(next);
  return grpc::Status::OK;
}

bool PlanWriter::IsAhead(const Pending& pending, const std::string& etag_shown) {
  const auto& behind = pending.superseded;
  return std::find(behind.begin(), behind.end(), etag_shown) != behind.end();
}

PlanWriter::Pending* PlanWriter::FindKnown(const std::string& patient_id, absl::Time now) {
  const auto pending = pending_.find(patient_id);
  if (pending == pending_.end()) return nullptr;
  if (now - pending->second.at < kPendingFor) return &pending->second;
  pending_.erase(pending);
  return nullptr;
}

std::optional<std::string> PlanWriter::TeamAhead(const std::string& patient_id,
                                                 const std::string& etag_shown) {
  absl::MutexLock lock(&mutex_);
  const Pending* known = FindKnown(patient_id, absl::Now());
  if (known == nullptr || !IsAhead(*known, etag_shown)) return std::nullopt;
  return known->recorded.care_plan().team();
}

void PlanWriter::DropPending(const std::string& patient_id, const std::string& etag) {
  absl::MutexLock lock(&mutex_);
  const auto pending = pending_.find(patient_id);
  if (pending == pending_.end()) return;
  if (EtagOf(pending->second) == etag) pending_.erase(pending);
}

}  // namespace withdrawal::clinician
