#include "services/notifier/notifier.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/codec/time.h"
#include "libs/metrics/metrics.h"
#include "libs/runtime/log.h"
#include "withdrawal/events/v1/alert.pb.h"

namespace withdrawal::notifier {
namespace {

constexpr absl::Duration kPollMax = absl::Seconds(1);
constexpr size_t kReadMax = 100;
constexpr size_t kWaitingMax = 10'000;

using events::v1::AlertEvent;

prometheus::Counter& Pages(prometheus::Registry& registry, const std::string& outcome) {
  return metrics::AddCounter(registry, "withdrawal_notifier_pages_total",
                             "Pages finished, by outcome.", {{"outcome", outcome}});
}

Priority ToPriority(events::v1::Priority priority) {
  if (priority == events::v1::PRIORITY_EMERGENCY) return Priority::kEmergency;
  return priority == events::v1::PRIORITY_URGENT ? Priority::kUrgent : Priority::kRoutine;
}

}  // namespace

absl::StatusOr<AlertNews> Decode(const std::string& value) {
  AlertEvent event;
  if (!event.ParseFromString(value) || !event.has_alert()) {
    return absl::InvalidArgumentError("not an AlertEvent with an alert");
  }
  if (event.kind_case() == AlertEvent::KIND_NOT_SET && !event.reader_may_ignore()) {
    return absl::FailedPreconditionError(
        absl::StrCat("alert event ", event.event_id(), " is of a kind this version does not know"));
  }
  const auto& alert = event.alert();
  AlertNews news;
  news.event_id = event.event_id();
  news.alert_id = alert.alert_id();
  news.patient_id = alert.patient_id();
  news.priority = ToPriority(alert.priority());
  news.team = alert.team();
  news.raised = event.has_raised();
  news.calls = event.has_raised() || event.has_escalated() || event.has_unshelved() ||
               event.has_transferred();
  news.settled = event.has_acknowledged() || event.has_resolved() || event.has_shelved();
  news.shelved = alert.has_shelved_until();
  news.open = alert.state() == events::v1::ALERT_STATE_OPEN;
  news.paging_off = alert.paging_off();
  news.rung = alert.rung();
  news.target = event.escalated().target();
  news.occurred_at = codec::FromProto(event.occurred_at());
  return news;
}

Notifier::Notifier(kafka::Consumer& consumer, Pager& pager, prometheus::Registry& registry,
                   Outbox::Limits limits, domain::FloodLimits flood, Clock clock)
    : consumer_(consumer),
      pager_(pager),
      clock_(std::move(clock)),
      outbox_(limits),
      flood_within_(flood.within),
      paging_(flood),
      delivered_(Pages(registry, "delivered")),
      refused_(Pages(registry, "refused")),
      given_up_(Pages(registry, "given_up")),
      cancelled_(Pages(registry, "cancelled")),
      attempts_failed_(metrics::AddCounter(registry, "withdrawal_notifier_failed_attempts_total",
                                           "Attempts that will be repeated or were the last.")),
      undecodable_(metrics::AddCounter(registry, "withdrawal_notifier_undecodable_records_total",
                                       "Records that are no alert event.")),
      waiting_(metrics::AddGauge(registry, "withdrawal_notifier_waiting_pages",
                                 "Pages not delivered yet.")),
      floods_(metrics::AddGauge(registry, "withdrawal_notifier_teams_flooded",
                                "Teams with more new alerts than they can take in.")),
      delay_seconds_(metrics::AddHistogram(registry, "withdrawal_notifier_page_delay_seconds",
                                           "From the alert's event to the delivery of its page.",
                                           metrics::LatencySeconds())) {}

absl::Status Notifier::Subscribe(const std::string& topic, Committed committed,
                                 std::function<void()> on_assigned) {
  topic_ = topic;
  return consumer_.Subscribe(
      {topic},
      [this, committed, on_assigned](const std::vector<kafka::Position>& partitions) {
        auto start = StartOf(partitions, committed);
        if (start.ok()) on_assigned();
        return start;
      },
      [this](const std::vector<kafka::Position>& partitions, bool lost) {
        if (!lost) {
          if (auto status = Commit(); !status.ok()) {
            spdlog::warn("pages will be sent again: {}", std::string(status.message()));
          }
        }
        for (const auto& position : partitions) outbox_.Drop(position.partition);
        done_.clear();
      });
}

absl::StatusOr<std::vector<kafka::Position>> Notifier::StartOf(
    const std::vector<kafka::Position>& partitions, const Committed& committed) {
  const auto done = committed();
  if (!done.ok()) return done.status();
  auto start = consumer_.OffsetsAt(partitions, clock_() - flood_within_);
  if (!start.ok()) return start.status();
  for (kafka::Position& position : *start) {
    for (const kafka::Position& until : *done) {
      if (until.partition != position.partition) continue;
      done_before_[position.partition] = std::max<int64_t>(until.offset, 0);
      // Nothing committed yet: from the beginning.
      position.offset =
          until.offset < 0 ? kafka::kBeginning : std::min(position.offset, until.offset);
    }
  }
  return start;
}

absl::Status Notifier::RunOnce() {
  if (auto status = Read(); !status.ok()) {
    Commit().IgnoreError();  // what came before is done; the first error is the one to report
    return status;
  }
  TryOne();
  waiting_.Set(static_cast<double>(outbox_.size()));
  floods_.Set(paging_.floods(clock_()));
  return Commit();
}

absl::Status Notifier::Read() {
  const auto due_at = outbox_.NextDueAt();
  const absl::Duration until_due = due_at ? *due_at - clock_() : kPollMax;
  const auto timeout = std::clamp(until_due, absl::ZeroDuration(), kPollMax);
  auto records = consumer_.Poll(timeout, kReadMax);
  if (!records.ok()) return records.status();
  for (const auto& record : *records) {
    auto news = Decode(record.value);
    if (absl::IsFailedPrecondition(news.status())) return news.status();
    if (record.offset < done_before_[record.partition]) {
      if (news.ok()) paging_.Remember(*news);
      continue;
    }
    std::vector<Page> pages;
    if (news.ok()) {
      pages = paging_.For(*news, clock_());
      if (news->settled) cancelled_.Increment(outbox_.Cancel(news->alert_id));
    } else {
      undecodable_.Increment();
      runtime::Log(
          spdlog::level::err, "record is no alert event",
          {{"partition", absl::StrCat(record.partition)}, {"offset", absl::StrCat(record.offset)}});
    }
    outbox_.Add(record.partition, record.offset, std::move(pages), clock_());
  }
  if (outbox_.size() > kWaitingMax) {
    return absl::ResourceExhaustedError("more pages wait than can be kept in memory");
  }
  return absl::OkStatus();
}

void Notifier::TryOne() {
  const Outbox::Item* next = outbox_.NextDue(clock_());
  if (next == nullptr) return;
  const Outbox::Item item = *next;
  const Delivery delivery = pager_.Send(item.page);
  const domain::Instant now = clock_();
  if (delivery == Delivery::kDelivered) {
    delivered_.Increment();
    delay_seconds_.Observe(absl::ToDoubleSeconds(now - item.page.occurred_at));
    outbox_.Delivered(item);
    return;
  }
  attempts_failed_.Increment();
  const bool refused = delivery == Delivery::kRefused;
  if (refused) outbox_.Delivered(item);  // done with, though not as hoped
  if (refused || outbox_.Failed(item, now)) {
    (refused ? refused_ : given_up_).Increment();
    runtime::Log(spdlog::level::err, refused ? "page refused by the webhook" : "page given up",
                 {{"event_id", item.page.event_id}, {"alert_id", item.page.alert_id}});
  }
}

absl::Status Notifier::Commit() {
  for (const auto& [partition, offset] : outbox_.TakeDone()) done_[partition] = offset;
  if (done_.empty()) return absl::OkStatus();
  std::vector<kafka::Position> next;
  for (const auto& [partition, offset] : done_) next.push_back({topic_, partition, offset});
  const absl::Status status = consumer_.Commit(next);
  if (absl::IsUnavailable(status)) {
    // Again in the next round: to end for it would page people again.
    spdlog::warn("pages done are not committed yet: {}", std::string(status.message()));
    return absl::OkStatus();
  }
  done_.clear();
  return status;
}

}  // namespace withdrawal::notifier
