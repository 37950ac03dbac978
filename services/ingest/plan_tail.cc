#include "services/ingest/plan_tail.h"

#include <utility>

#include "absl/time/clock.h"
#include "libs/kafka/consumer.h"
#include "libs/kafka/read_topic.h"
#include "spdlog/spdlog.h"

namespace withdrawal::ingest {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(100);
constexpr size_t kPollRecords = 1000;
constexpr absl::Duration kAfterFailure = absl::Seconds(1);

}  // namespace

PlanTail::PlanTail(kafka::ClientConfig config, std::string topic, Enrolments& enrolments)
    : config_(std::move(config)),
      topic_(std::move(topic)),
      enrolments_(enrolments),
      thread_([this] { Run(); }) {}

PlanTail::~PlanTail() {
  stop_ = true;
  thread_.join();
}

void PlanTail::Run() {
  absl::Status before;  // the same failure again is not news
  while (!stop_) {
    const absl::Status status = Session();
    if (status.ok()) return;
    if (status != before) spdlog::warn("care plans: {}", status.ToString());
    before = status;
    const absl::Time until = absl::Now() + kAfterFailure;
    while (!stop_ && absl::Now() < until) absl::SleepFor(kPoll);
  }
}

absl::Status PlanTail::Session() {
  auto consumer = kafka::Consumer::Create(config_);
  if (!consumer.ok()) return consumer.status();
  if (next_.empty()) {
    auto partitions = (*consumer)->Partitions(topic_);
    if (!partitions.ok()) return partitions.status();
    next_ = *std::move(partitions);
  }
  const auto ends = (*consumer)->EndOffsets({topic_});
  if (!ends.ok()) return ends.status();
  if (absl::Status status = (*consumer)->Assign(next_); !status.ok()) return status;
  while (!stop_) {
    const auto records = (*consumer)->Poll(kPoll, kPollRecords);
    if (!records.ok()) return records.status();
    for (const kafka::OwnedRecord& record : *records) {
      events::v1::CarePlanRecorded recorded;
      // One that cannot be read is the read model's to report.
      if (recorded.ParseFromString(record.value)) enrolments_.Apply(recorded.care_plan());
      for (kafka::Position& next : next_) {
        if (next.partition == record.partition) next.offset = record.offset + 1;
      }
    }
    if (!enrolments_.complete() && kafka::AllReached((*consumer)->Reached(), *ends)) {
      enrolments_.SetComplete();
    }
  }
  return absl::OkStatus();
}

}  // namespace withdrawal::ingest
