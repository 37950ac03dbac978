#include "services/clinician/patient_tail.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "libs/codec/time.h"
#include "services/clinician/backoff.h"
#include "services/clinician/migrations.h"
#include "services/clinician/snapshot.h"
#include "spdlog/spdlog.h"
#include "withdrawal/events/v1/alert.pb.h"
#include "withdrawal/events/v1/care_plan.pb.h"
#include "withdrawal/events/v1/intake.pb.h"
#include "withdrawal/events/v1/score.pb.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(50);
constexpr size_t kPollRecords = 1000;
constexpr size_t kPendingMax = 10'000;
constexpr absl::Duration kBlindAfter = absl::Seconds(10);
constexpr absl::Duration kAskEvery = absl::Seconds(3);
constexpr absl::Duration kAskMax = absl::Seconds(2);
constexpr absl::Duration kQueryMax = absl::Seconds(5);
constexpr int32_t kPartitionsMax = 1 << 16;

std::optional<PatientChange> ScoreChange(const std::string& value) {
  events::v1::CheckInScored scored;
  if (!scored.ParseFromString(value)) return std::nullopt;
  const events::v1::CheckIn& check_in = scored.recorded().check_in();
  return PatientChange{check_in.patient_id(),
                       codec::FromProto(check_in.observed_at()),
                       v1::TIMELINE_KIND_CHECK_IN,
                       {}};
}

std::optional<PatientChange> AlertChange(const std::string& value) {
  events::v1::AlertEvent event;
  if (!event.ParseFromString(value)) return std::nullopt;
  PatientChange change{event.alert().patient_id(),
                       codec::FromProto(event.occurred_at()),
                       v1::TIMELINE_KIND_ALERT_EVENT,
                       {event.alert().team()}};
  if (event.has_transferred()) change.teams.push_back(event.transferred().from_team());
  return change;
}

std::optional<PatientChange> PlanChange(const kafka::OwnedRecord& record) {
  if (record.value.empty()) {  // the record was deleted
    return PatientChange{record.key, record.timestamp, v1::TIMELINE_KIND_CARE_PLAN, {}};
  }
  events::v1::CarePlanRecorded recorded;
  if (!recorded.ParseFromString(record.value)) return std::nullopt;
  return PatientChange{recorded.care_plan().patient_id(),
                       codec::FromProto(recorded.recorded_at()),
                       v1::TIMELINE_KIND_CARE_PLAN,
                       {recorded.care_plan().team()}};
}

std::optional<PatientChange> IntakeChange(const std::string& value) {
  events::v1::IntakeRecorded intake;
  if (!intake.ParseFromString(value)) return std::nullopt;
  return PatientChange{
      intake.patient_id(), codec::FromProto(intake.recorded_at()), v1::TIMELINE_KIND_INTAKE, {}};
}

// The team of the version before this one; absent when there was none.
std::optional<std::string> TeamBefore(Transaction& transaction, const std::string& patient_id,
                                      int64_t offset) {
  const Result rows = transaction.Execute(
      "SELECT plan FROM plan_version WHERE patient_id = $1::text AND record_offset < $2::bigint"
      " AND plan IS NOT NULL ORDER BY record_offset DESC LIMIT 1",
      {patient_id, absl::StrCat(offset)});
  events::v1::CarePlan plan;
  if (rows.rows.empty() || !plan.ParseFromString(rows.rows.front().Bytes(0))) return std::nullopt;
  return plan.team();
}

}  // namespace

PatientTail::PatientTail(const Config& config, PatientRing& ring, Listener listener)
    : config_(config),
      topics_{config.topics.scores, config.topics.alerts, config.topics.care_plans,
              config.topics.intakes},
      ring_(ring),
      listener_(std::move(listener)) {}

int32_t PatientTail::PlaceOf(const std::string& topic, int32_t partition) const {
  const auto found = std::find(topics_.begin(), topics_.end(), topic);
  return static_cast<int32_t>(found - topics_.begin()) * kPartitionsMax + partition;
}

void PatientTail::Run(const std::atomic<bool>& stop) {
  Backoff backoff(config_.retry_min, config_.retry_max);
  while (!stop) {
    const absl::Status status = Session(stop);
    if (status.ok()) return;
    spdlog::error("patient tail: {}", status.ToString());
    if (absl::Now() - answered_at_ > kBlindAfter) listener_.on_blind();
    backoff.Wait(stop);
  }
}

absl::Status PatientTail::Session(const std::atomic<bool>& stop) {
  Connection connection(config_.database_url);
  auto consumer = kafka::Consumer::Create(config_.kafka);
  if (!consumer.ok()) return consumer.status();
  if (absl::Status status = StartRing(connection, **consumer); !status.ok()) return status;
  pending_.clear();
  std::vector<kafka::Position> from;
  for (const auto& [place, offset] : ring_.positions()) {
    from.push_back({topics_[place / kPartitionsMax], place % kPartitionsMax, offset});
  }
  if (absl::Status status = (*consumer)->Assign(from); !status.ok()) return status;
  answered_at_ = absl::Now();
  absl::Time ask_at = answered_at_ + kAskEvery;
  while (!stop) {
    if (pending_.size() < kPendingMax) {
      const auto records = (*consumer)->Poll(kPoll, kPollRecords);
      if (!records.ok()) return records.status();
      for (const kafka::OwnedRecord& record : *records) Take(record);
    } else {
      absl::SleepFor(kPoll);
    }
    if (absl::Status status = Release(connection); !status.ok()) return status;
    if (absl::Now() < ask_at) continue;
    if ((*consumer)->Partitions(topics_.front(), kAskMax).ok()) answered_at_ = absl::Now();
    if (absl::Now() - answered_at_ > kBlindAfter) listener_.on_blind();
    ask_at = absl::Now() + kAskEvery;
  }
  return absl::OkStatus();
}

absl::Status PatientTail::StartRing(Connection& connection, kafka::Consumer& consumer) {
  if (!ring_.positions().empty()) return absl::OkStatus();
  if (absl::Status status = Migrate(connection); !status.ok()) return status;
  Positions start;
  for (const std::string& topic : topics_) {
    const auto partitions = consumer.Partitions(topic);
    if (!partitions.ok()) return partitions.status();
    const auto projected = ReadOffsets(connection, topic, kQueryMax);
    if (!projected.ok()) return projected.status();
    for (const kafka::Position& partition : *partitions) {
      const auto next = projected->find(partition.partition);
      const int64_t offset = next == projected->end() ? 0 : next->second;
      start[PlaceOf(topic, partition.partition)] =
          std::max<int64_t>(0, offset - config_.ring_history);
    }
  }
  ring_.Start(start);
  return absl::OkStatus();
}

void PatientTail::Take(const kafka::OwnedRecord& record) {
  Pending pending{PlaceOf(record.topic, record.partition), record.offset, std::nullopt};
  if (record.topic == config_.topics.care_plans) {
    pending.change = PlanChange(record);
  } else if (record.value.empty()) {
    pending.change = std::nullopt;
  } else if (record.topic == config_.topics.scores) {
    pending.change = ScoreChange(record.value);
  } else if (record.topic == config_.topics.alerts) {
    pending.change = AlertChange(record.value);
  } else {
    pending.change = IntakeChange(record.value);
  }
  pending_.push_back(std::move(pending));
}

absl::Status PatientTail::Release(Connection& connection) {
  if (pending_.empty()) return absl::OkStatus();
  std::vector<Pending> shown;
  std::deque<Pending> rest;
  const absl::Status status = connection.Transact(
      [&](Transaction& transaction) {
        shown.clear();
        rest.clear();
        Positions next;
        for (const Row& row :
             transaction.Execute("SELECT topic, partition, next FROM projection_offset").rows) {
          next[PlaceOf(row.Text(0), static_cast<int32_t>(row.Int(1)))] = row.Int(2);
        }
        for (const Pending& pending : pending_) {
          const auto place = next.find(pending.place);
          if (place != next.end() && pending.offset < place->second) {
            shown.push_back(pending);
          } else {
            rest.push_back(pending);
          }
        }
        return FillTeams(transaction, shown);
      },
      kQueryMax);
  if (!status.ok()) return status;
  answered_at_ = absl::Now();
  pending_ = std::move(rest);
  for (Pending& pending : shown) {
    if (!pending.change) {
      ring_.Skip(pending.place, pending.offset + 1);
      continue;
    }
    ring_.Append({pending.place, pending.offset,
                  std::make_shared<const PatientChange>(*std::move(pending.change))});
  }
  if (!shown.empty()) listener_.on_changes();
  return absl::OkStatus();
}

absl::Status PatientTail::FillTeams(Transaction& transaction, std::vector<Pending>& shown) const {
  std::map<std::string, std::string> teams;
  for (const Pending& pending : shown) {
    if (pending.change) teams[pending.change->patient_id] = "";
  }
  if (teams.empty()) return absl::OkStatus();
  std::vector<Value> ids;
  std::vector<std::string> places;
  for (const auto& [patient, team] : teams) {
    ids.emplace_back(patient);
    places.push_back(absl::StrCat("$", ids.size(), "::text"));
  }
  const Result rows =
      transaction.Execute(absl::StrCat("SELECT patient_id, team FROM patient WHERE patient_id IN (",
                                       absl::StrJoin(places, ", "), ")"),
                          ids);
  for (const Row& row : rows.rows) teams[row.Text(0)] = row.Text(1);
  for (Pending& pending : shown) {
    if (!pending.change) continue;
    PatientChange& change = *pending.change;
    change.teams.push_back(teams[change.patient_id]);
    if (change.what != v1::TIMELINE_KIND_CARE_PLAN) continue;
    const auto before = TeamBefore(transaction, change.patient_id, pending.offset);
    if (before) change.teams.push_back(*before);
  }
  return absl::OkStatus();
}

}  // namespace withdrawal::clinician
