#include "services/clinician/projection.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/kafka/dead_letter.h"
#include "libs/kafka/headers.h"
#include "libs/kafka/read_topic.h"
#include "services/clinician/backoff.h"
#include "services/clinician/migrations.h"
#include "spdlog/spdlog.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(200);
constexpr absl::Duration kMeasureEvery = absl::Seconds(2);
constexpr absl::Duration kMeasureMax = absl::Seconds(2);
constexpr absl::Duration kLagMax = absl::Seconds(30);  // beyond it the service is not ready

// The database will refuse the rows again. AlreadyExists: an alert_id of somebody else.
bool IsDataError(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsAlreadyExists(status);
}

std::vector<std::string> Projected(const TopicNames& topics) {
  const auto projected = ProjectedTopics(topics);
  return {projected.begin(), projected.end()};
}

// Being behind with these is being behind with what clinicians see. Each of their calls leaves an
// audit event, a moment behind by itself.
std::vector<std::string> Measured(const TopicNames& topics) {
  std::vector<std::string> measured = Projected(topics);
  std::erase(measured, topics.audit);
  return measured;
}

std::tuple<std::string, int32_t, int64_t> PlaceOf(const kafka::OwnedRecord& record) {
  return {record.topic, record.partition, record.offset};
}

}  // namespace

Projection::Projection(const Config& config, kafka::Producer& producer, Metrics& metrics)
    : config_(config), producer_(producer), metrics_(metrics) {}

void Projection::Run(const std::atomic<bool>& stop) {
  Backoff backoff(config_.retry_min, config_.retry_max);
  while (!stop) {
    assigned_ = false;
    const absl::Status status = Session(stop);
    current_ = false;
    if (status.ok()) return;
    spdlog::error("projection: {}", status.ToString());
    metrics_.projection_restarts.Increment();
    if (std::exchange(applied_, false)) backoff.Reset();
    backoff.Wait(stop);
  }
}

absl::Status Projection::Session(const std::atomic<bool>& stop) {
  Connection connection(config_.database_url);
  if (absl::Status status = Migrate(connection); !status.ok()) return status;
  Applier applier(config_.topics, config_.check_in_early);
  auto consumer = kafka::Consumer::Create(config_.kafka, config_.group);
  if (!consumer.ok()) return consumer.status();
  const TopicNames& topics = config_.topics;
  absl::Status status = (*consumer)->Subscribe(
      Projected(topics),
      [&](std::vector<kafka::Position> partitions) {
        assigned_ = true;
        return applier.Begin(connection, std::move(partitions));
      },
      [](const std::vector<kafka::Position>&, bool) {});
  if (!status.ok()) return status;
  absl::Time measure_at = absl::InfinitePast();
  while (!stop) {
    const auto records = (*consumer)->Poll(kPoll, config_.batch_records_max);
    if (!records.ok()) return records.status();
    if (!records->empty()) {
      status = ApplyRecords(connection, applier, *records);
      if (!status.ok()) return status;
    }
    if (absl::Now() >= measure_at && assigned_) {
      MeasureLag(**consumer);
      measure_at = absl::Now() + kMeasureEvery;
    }
  }
  return absl::OkStatus();
}

absl::Status Projection::Rebuild(const std::atomic<bool>& stop) {
  rebuilding_ = true;
  Connection connection(config_.database_url);
  if (absl::Status status = Migrate(connection); !status.ok()) return status;
  absl::Status status = connection.Transact([](Transaction& transaction) -> absl::Status {
    const Result found = transaction.Execute("SELECT 1 FROM projection_offset LIMIT 1");
    if (found.rows.empty()) return absl::OkStatus();
    return absl::FailedPreconditionError("the database is not empty: rebuild into a new one");
  });
  if (!status.ok()) return status;
  auto consumer = kafka::Consumer::Create(config_.kafka);
  if (!consumer.ok()) return consumer.status();
  std::vector<kafka::Position> partitions;
  for (const std::string& topic : Projected(config_.topics)) {
    const auto own = (*consumer)->Partitions(topic);
    if (!own.ok()) return own.status();
    partitions.insert(partitions.end(), own->begin(), own->end());
  }
  const auto ends = (*consumer)->EndOffsets(Projected(config_.topics));
  if (!ends.ok()) return ends.status();
  Applier applier(config_.topics, config_.check_in_early);
  const auto start = applier.Begin(connection, partitions);
  if (!start.ok()) return start.status();
  if (status = (*consumer)->Assign(*start); !status.ok()) return status;
  absl::Time heard_at = absl::Now();
  while (!kafka::AllReached((*consumer)->Reached(), *ends)) {
    if (stop) return absl::CancelledError("stopped before its end: rebuild into a new database");
    if (absl::Now() - heard_at > kafka::kSilenceMax) {
      return absl::UnavailableError("nothing more came of the topics: rebuild into a new database");
    }
    const auto records = (*consumer)->Poll(kPoll, config_.batch_records_max);
    if (!records.ok()) return records.status();
    if (records->empty()) continue;
    if (status = ApplyRecords(connection, applier, *records); !status.ok()) return status;
    heard_at = absl::Now();
  }
  return absl::OkStatus();
}

absl::Status Projection::ApplyRecords(Connection& connection, Applier& applier,
                                      const std::vector<kafka::OwnedRecord>& records) {
  RowBatch batch;
  std::vector<Unusable> unusable;
  absl::Status status = applier.Decode(records, batch, unusable);
  if (status.ok()) status = SetAside(unusable);
  if (!status.ok()) return status;
  const absl::Time start = absl::Now();
  status = applier.Write(connection, batch, records);
  if (IsDataError(status)) status = ApplyOneByOne(connection, applier, records);
  if (absl::IsFailedPrecondition(status)) metrics_.fenced.Increment();
  if (!status.ok()) return status;
  applied_ = true;
  Forget(records);
  metrics_.commit_seconds.Observe(absl::ToDoubleSeconds(absl::Now() - start));
  metrics_.projected.Increment(static_cast<double>(records.size()));
  for (const kafka::OwnedRecord& record : records) {
    if (record.topic == config_.topics.audit) continue;
    newest_applied_ = std::max(newest_applied_, record.timestamp);
  }
  return absl::OkStatus();
}

absl::Status Projection::ApplyOneByOne(Connection& connection, Applier& applier,
                                       const std::vector<kafka::OwnedRecord>& records) {
  for (const kafka::OwnedRecord& record : records) {
    RowBatch batch;
    std::vector<Unusable> unusable;  // set aside with the batch
    absl::Status status = applier.Decode({record}, batch, unusable);
    if (!status.ok()) return status;
    status = applier.Write(connection, batch, {record});
    if (IsDataError(status)) {
      status = SetAside({{record, status}});
      if (status.ok()) status = applier.Write(connection, RowBatch(), {record});
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status Projection::SetAside(const std::vector<Unusable>& unusable) {
  if (rebuilding_) return absl::OkStatus();
  std::vector<const Unusable*> fresh;
  for (const Unusable& one : unusable) {
    if (!set_aside_.contains(PlaceOf(one.record))) fresh.push_back(&one);
  }
  absl::BlockingCounter pending(static_cast<int>(fresh.size()));
  absl::Mutex mutex;
  absl::Status failure;
  for (const Unusable* one : fresh) {
    const kafka::OwnedRecord& record = one->record;
    const std::string id = absl::StrCat(record.topic, "/", record.partition, "/", record.offset);
    spdlog::error("projection: {} set aside: {}", id, std::string(one->reason.message()));
    const auto letter = kafka::ToDeadLetter("clinician", record, "UNDECODABLE",
                                            std::string(one->reason.message()), absl::Now());
    producer_.Send({.topic = config_.topics.dead_letters,
                    .key = record.key,
                    .value = letter.SerializeAsString(),
                    .headers = kafka::EventHeaders("withdrawal.events.v1.DeadLetter", id)},
                   [&, one](const absl::StatusOr<kafka::Position>& stored) {
                     {
                       absl::MutexLock lock(&mutex);
                       failure.Update(stored.status());
                       if (stored.ok()) {
                         set_aside_.insert(PlaceOf(one->record));
                         metrics_.dead_letters.Increment();
                       }
                     }
                     pending.DecrementCount();
                   });
  }
  pending.Wait();
  absl::MutexLock lock(&mutex);
  return failure;
}

void Projection::Forget(const std::vector<kafka::OwnedRecord>& applied) {
  if (set_aside_.empty()) return;
  for (const kafka::OwnedRecord& record : applied) set_aside_.erase(PlaceOf(record));
}

void Projection::MeasureLag(kafka::Consumer& consumer) {
  const auto ends = consumer.EndOffsets(Measured(config_.topics), kMeasureMax);
  if (!ends.ok()) {
    spdlog::warn("projection: lag unknown: {}", ends.status().ToString());
    current_ = false;
    return;
  }
  std::map<std::pair<std::string, int32_t>, int64_t> reached;
  for (const kafka::Position& position : consumer.Reached()) {
    reached[{position.topic, position.partition}] = position.offset;
  }
  int64_t behind = 0;
  for (const kafka::Position& end : *ends) {
    const auto own = reached.find({end.topic, end.partition});
    if (own != reached.end()) behind += std::max<int64_t>(0, end.offset - own->second);
  }
  const absl::Duration lag = behind == 0
                                 ? absl::ZeroDuration()
                                 : std::min(absl::Now() - newest_applied_, absl::Hours(24 * 365));
  metrics_.lag_records.Set(static_cast<double>(behind));
  metrics_.lag_seconds.Set(absl::ToDoubleSeconds(lag));
  current_ = lag < kLagMax;
}

}  // namespace withdrawal::clinician
