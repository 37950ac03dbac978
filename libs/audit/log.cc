#include "libs/audit/log.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/codec/time.h"
#include "libs/kafka/headers.h"
#include "libs/metrics/metrics.h"
#include "spdlog/spdlog.h"

namespace withdrawal::audit {
namespace {

constexpr absl::Duration kTick = absl::Milliseconds(50);
constexpr size_t kIdMax = 256;
constexpr size_t kTextMax = 2000;

std::string NewWriter(const std::string& service) {
  absl::BitGen random;
  return absl::StrCat(service, "/", absl::Hex(absl::Uniform<uint64_t>(random), absl::kZeroPad16));
}

// Without NUL, which a row cannot hold, and cut at the beginning of a character.
std::string Cut(std::string text, size_t size_max) {
  std::erase(text, '\0');
  if (text.size() <= size_max) return text;
  size_t end = size_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text;
}

events::v1::AuditAction ToProto(identity::Action action) {
  switch (action) {
    case identity::Action::kRead:
      return events::v1::AUDIT_ACTION_READ;
    case identity::Action::kWrite:
      return events::v1::AUDIT_ACTION_WRITE;
    case identity::Action::kWatch:
      return events::v1::AUDIT_ACTION_WATCH;
    case identity::Action::kWatchShowed:
      return events::v1::AUDIT_ACTION_WATCH_SHOWED;
  }
  return events::v1::AUDIT_ACTION_UNSPECIFIED;
}

}  // namespace

events::v1::AuditEvent EventOf(const identity::AuditEntry& entry, absl::Time now) {
  events::v1::AuditEvent event;
  *event.mutable_occurred_at() = codec::ToProto(absl::FromUnixMicros(absl::ToUnixMicros(now)));
  event.set_subject(Cut(entry.subject, kIdMax));
  event.set_role(Cut(entry.role, kIdMax));
  event.set_rpc(Cut(entry.rpc, kIdMax));
  event.set_action(ToProto(entry.action));
  for (const std::string& patient : entry.patient_ids) {
    std::string id = Cut(patient, kIdMax);
    if (!id.empty()) event.add_patient_ids(std::move(id));
  }
  event.set_alert_id(Cut(entry.alert_id, kIdMax));
  event.set_reason(Cut(entry.reason, kTextMax));
  event.set_break_glass(entry.break_glass);
  event.set_peer(Cut(entry.peer, kIdMax));
  event.set_outcome(Cut(entry.outcome, kIdMax));
  event.set_request_id(Cut(entry.request_id, kIdMax));
  return event;
}

Log::Log(const LogConfig& config, kafka::Producer& producer, prometheus::Registry& registry)
    : config_(config),
      producer_(producer),
      stored_(metrics::AddCounter(registry, "withdrawal_audit_events_total",
                                  "Audit events the brokers have.")),
      late_(metrics::AddCounter(registry, "withdrawal_audit_late_total",
                                "Calls answered before their audit event was stored.")),
      lost_(metrics::AddCounter(registry, "withdrawal_audit_lost_total",
                                "Calls without an audit event: too many were waiting.")),
      waiting_count_(metrics::AddGauge(registry, "withdrawal_audit_waiting",
                                       "Audit events the brokers have not confirmed.")),
      chain_(NewWriter(config.service)),
      thread_([this] { Run(); }) {}

Log::~Log() {
  std::vector<Done> left;
  {
    absl::MutexLock lock(&mutex_);
    stop_ = true;
    for (auto& [sequence, waiting] : waiting_) {
      if (waiting.done) left.push_back(std::exchange(waiting.done, nullptr));
    }
  }
  thread_.join();
  for (Done& done : left) done();
  absl::MutexLock lock(&mutex_);
  mutex_.Await(absl::Condition(this, &Log::IsSettled));
  if (!waiting_.empty()) spdlog::error("audit: {} events were never stored", waiting_.size());
}

std::string Log::writer() const {
  absl::MutexLock lock(&mutex_);
  return chain_.writer();
}

void Log::Record(identity::AuditEntry entry, Done done) {
  const absl::Time now = absl::Now();
  events::v1::AuditEvent event = EventOf(entry, now);
  {
    // One lock over number and Send: in the topic they stand in this order.
    absl::MutexLock lock(&mutex_);
    if (!stop_ && waiting_.size() < config_.waiting_max) {
      chain_.Append(event);
      Waiting& waiting = waiting_[event.sequence()];
      waiting = {event.SerializeAsString(), std::move(done), now + config_.patience, false};
      waiting_count_.Set(static_cast<double>(waiting_.size()));
      return Send(event.sequence(), waiting);
    }
  }
  lost_.Increment();
  spdlog::error("audit: an event of {} is lost: too many are waiting", event.rpc());
  done();
}

void Log::Send(int64_t sequence, Waiting& waiting) {
  waiting.sent = true;
  ++in_flight_;
  const std::string& writer = chain_.writer();
  producer_.Send({.topic = config_.topic,
                  .key = writer,
                  .value = waiting.value,
                  .headers = kafka::EventHeaders("withdrawal.events.v1.AuditEvent",
                                                 absl::StrCat(writer, "/", sequence))},
                 [this, sequence](const absl::StatusOr<kafka::Position>& position) {
                   Answered(sequence, position.ok());
                 });
}

void Log::Answered(int64_t sequence, bool stored) {
  Done done;
  {
    absl::MutexLock lock(&mutex_);
    const auto found = waiting_.find(sequence);
    if (found != waiting_.end() && stored) {
      done = std::move(found->second.done);
      waiting_.erase(found);
      stored_.Increment();
      waiting_count_.Set(static_cast<double>(waiting_.size()));
    } else if (found != waiting_.end()) {
      found->second.sent = false;
      send_again_at_ = std::min(send_again_at_, absl::Now() + config_.retry);
    }
  }
  if (done) done();
  // Last: the destructor goes on from here.
  absl::MutexLock lock(&mutex_);
  --in_flight_;
}

void Log::Run() {
  while (true) {
    std::vector<Done> late;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(this, &Log::HasWork));
      mutex_.AwaitWithTimeout(absl::Condition(&stop_), kTick);
      if (stop_) return;
      const absl::Time now = absl::Now();
      const bool again = now >= send_again_at_;
      if (again) send_again_at_ = absl::InfiniteFuture();
      for (auto& [sequence, waiting] : waiting_) {
        if (waiting.done && now >= waiting.answer_by) {
          late.push_back(std::exchange(waiting.done, nullptr));
        }
        if (again && !waiting.sent) Send(sequence, waiting);
      }
    }
    late_.Increment(static_cast<double>(late.size()));
    for (Done& done : late) done();
  }
}

absl::Status Log::Flush(absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  if (mutex_.AwaitWithTimeout(absl::Condition(this, &Log::IsEmpty), timeout)) {
    return absl::OkStatus();
  }
  return absl::DeadlineExceededError(absl::StrCat(waiting_.size(), " audit events are not stored"));
}

}  // namespace withdrawal::audit
