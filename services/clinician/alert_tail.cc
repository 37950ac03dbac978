#include "services/clinician/alert_tail.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "libs/kafka/consumer.h"
#include "services/clinician/backoff.h"
#include "services/clinician/migrations.h"
#include "services/clinician/snapshot.h"
#include "spdlog/spdlog.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(100);
constexpr size_t kPollRecords = 1000;
// The brokers are asked for a sign of life this often, and are away after so long without one.
constexpr absl::Duration kAskEvery = absl::Seconds(3);
constexpr absl::Duration kAskMax = absl::Seconds(2);
constexpr absl::Duration kBlindAfter = absl::Seconds(10);
constexpr absl::Duration kQueryMax = absl::Seconds(5);

}  // namespace

AlertTail::AlertTail(const Config& config, AlertRing& ring, Metrics& metrics, Listener listener)
    : config_(config), ring_(ring), metrics_(metrics), listener_(std::move(listener)) {}

void AlertTail::Run(const std::atomic<bool>& stop) {
  Backoff backoff(config_.retry_min, config_.retry_max);
  while (!stop) {
    const absl::Status status = Session(stop);
    if (status.ok()) return;
    spdlog::error("alert tail: {}", status.ToString());
    healthy_ = false;
    if (absl::Now() - answered_at_ > kBlindAfter) listener_.on_blind();
    backoff.Wait(stop);
  }
}

absl::Status AlertTail::Session(const std::atomic<bool>& stop) {
  auto consumer = kafka::Consumer::Create(config_.kafka);
  if (!consumer.ok()) return consumer.status();
  const auto partitions = (*consumer)->Partitions(config_.topics.alerts);
  if (!partitions.ok()) return partitions.status();
  if (ring_.positions().empty()) {
    if (absl::Status status = StartRing(*partitions); !status.ok()) return status;
  }
  std::vector<kafka::Position> from;
  for (const auto& [partition, offset] : ring_.positions()) {
    from.push_back({config_.topics.alerts, partition, offset});
  }
  if (absl::Status status = (*consumer)->Assign(from); !status.ok()) return status;
  answered_at_ = absl::Now();
  healthy_ = true;
  absl::Time ask_at = answered_at_ + kAskEvery;
  while (!stop) {
    const auto records = (*consumer)->Poll(kPoll, kPollRecords);
    if (!records.ok()) return records.status();
    if (!records->empty()) {
      Append(*records);
      listener_.on_events();
      answered_at_ = absl::Now();
      ask_at = answered_at_ + kAskEvery;
    }
    if (absl::Now() < ask_at) continue;
    if ((*consumer)->Partitions(config_.topics.alerts, kAskMax).ok()) answered_at_ = absl::Now();
    healthy_ = absl::Now() - answered_at_ <= kBlindAfter;
    if (!healthy_) listener_.on_blind();
    ask_at = absl::Now() + kAskEvery;
  }
  return absl::OkStatus();
}

absl::Status AlertTail::StartRing(const std::vector<kafka::Position>& partitions) {
  Connection connection(config_.database_url);
  if (absl::Status status = Migrate(connection); !status.ok()) return status;
  const auto projected = ReadOffsets(connection, config_.topics.alerts, kQueryMax);
  if (!projected.ok()) return projected.status();
  Positions start;
  for (const kafka::Position& partition : partitions) {
    const auto next = projected->find(partition.partition);
    const int64_t offset = next == projected->end() ? 0 : next->second;
    start[partition.partition] = std::max<int64_t>(0, offset - config_.ring_history);
  }
  ring_.Start(start);
  return absl::OkStatus();
}

void AlertTail::Append(const std::vector<kafka::OwnedRecord>& records) {
  for (const kafka::OwnedRecord& record : records) {
    auto event = std::make_shared<events::v1::AlertEvent>();
    // One that cannot be read is the projection's to report.
    if (record.value.empty() || !event->ParseFromString(record.value)) {
      ring_.Skip(record.partition, record.offset + 1);
      continue;
    }
    ring_.Append({record.partition, record.offset, std::move(event)});
    metrics_.tailed.Increment();
  }
}

}  // namespace withdrawal::clinician
