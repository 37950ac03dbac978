#include "services/clinician/health_monitor.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/kafka/group_offsets.h"
#include "services/clinician/backoff.h"
#include "spdlog/spdlog.h"

namespace withdrawal::clinician {
namespace {

constexpr absl::Duration kAnswerMax = absl::Seconds(5);
constexpr size_t kReadMax = 20'000;  // records of one round
constexpr int kFailuresMax = 2;      // one may be a hiccup

}  // namespace

HealthMonitor::HealthMonitor(const Config& config, absl::Duration degraded_after,
                             HealthBoard& board, Metrics& metrics,
                             std::function<absl::Duration()> own_lag,
                             std::function<void()> on_change)
    : config_(config),
      degraded_after_(degraded_after),
      board_(board),
      metrics_(metrics),
      own_lag_(std::move(own_lag)),
      on_change_(std::move(on_change)) {}

void HealthMonitor::Run(const std::atomic<bool>& stop) {
  if (config_.health_every == absl::ZeroDuration()) return;
  Backoff rounds(config_.health_every, config_.health_every);
  while (!stop) {
    const std::vector<std::string> reasons = Measure();
    metrics_.degraded.Set(reasons.empty() ? 0 : 1);
    if (board_.Set(reasons, absl::Now())) {
      if (reasons.empty()) spdlog::warn("monitoring is up to date again");
      for (const std::string& reason : reasons) spdlog::error("monitoring degraded: {}", reason);
      on_change_();
    }
    rounds.Wait(stop);
  }
}

std::vector<std::string> HealthMonitor::Measure() {
  std::vector<std::string> reasons;
  const auto scoring = ScoringLag();
  const auto alerting = AlertingLag();
  if (scoring.ok() && alerting.ok()) {
    failures_ = 0;
    metrics_.scoring_lag_seconds.Set(absl::ToDoubleSeconds(*scoring));
    metrics_.alerting_lag_seconds.Set(absl::ToDoubleSeconds(*alerting));
    AddIfBehind("scoring", *scoring, reasons);
    AddIfBehind("alerting", *alerting, reasons);
  } else {
    const absl::Status& failure = scoring.ok() ? alerting.status() : scoring.status();
    spdlog::warn("health: {}", failure.ToString());
    consumer_.reset();
    if (++failures_ >= kFailuresMax) {
      reasons.push_back(absl::IsNotFound(failure) ? "a topic is missing"
                                                  : "the brokers do not answer");
    }
  }
  AddIfBehind("this view", own_lag_(), reasons);
  return reasons;
}

void HealthMonitor::AddIfBehind(const std::string& what, absl::Duration lag,
                                std::vector<std::string>& reasons) const {
  if (!IsDegraded(lag, degraded_after_)) return;
  reasons.push_back(
      absl::StrCat(what, " is more than ", absl::FormatDuration(degraded_after_), " behind"));
}

absl::StatusOr<LagClock::Offsets> HealthMonitor::Committed(const std::string& group,
                                                           const std::string& topic) {
  const auto committed = kafka::CommittedOffsets(config_.kafka, group, topic, kAnswerMax);
  if (!committed.ok()) return committed.status();
  LagClock::Offsets offsets;
  for (const kafka::Position& position : *committed) {
    if (position.offset >= 0) offsets[position.partition] = position.offset;
  }
  return offsets;
}

absl::StatusOr<absl::Duration> HealthMonitor::ScoringLag() {
  if (absl::Status status = ReadScores(); !status.ok()) return status;
  const std::string& topic = config_.topics.check_ins;
  const auto ends = consumer_->EndOffsets({topic}, kAnswerMax);
  if (!ends.ok()) return ends.status();
  LagClock::Offsets until;
  for (const kafka::Position& end : *ends) until[end.partition] = end.offset;
  const auto committed = Committed(config_.scoring_group, topic);
  if (!committed.ok()) return committed.status();
  return scoring_.Note(until, *committed, absl::Now());
}

absl::StatusOr<absl::Duration> HealthMonitor::AlertingLag() {
  const auto committed = Committed(config_.alerting_group, config_.topics.scores);
  if (!committed.ok()) return committed.status();
  return alerting_.Note(scores_, *committed, absl::Now());
}

// Ends of a transactional topic may be markers, which no reader's offset passes: so the records
// themselves are looked at.
absl::Status HealthMonitor::ReadScores() {
  if (consumer_ == nullptr) {
    auto consumer = kafka::Consumer::Create(config_.kafka);
    if (!consumer.ok()) return consumer.status();
    auto from = (*consumer)->EndOffsets({config_.topics.scores}, kAnswerMax);
    if (!from.ok()) return from.status();
    if (absl::Status status = (*consumer)->Assign(*from); !status.ok()) return status;
    consumer_ = *std::move(consumer);
  }
  const auto records = consumer_->Poll(absl::ZeroDuration(), kReadMax);
  if (!records.ok()) return records.status();
  for (const kafka::OwnedRecord& record : *records) scores_[record.partition] = record.offset + 1;
  return absl::OkStatus();
}

}  // namespace withdrawal::clinician
