#include "services/notifier/notifier.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/kafka/headers.h"
#include "libs/runtime/log.h"

namespace withdrawal::notifier {
namespace {

constexpr absl::Duration kPollMax = absl::Seconds(1);
// While something is on its way.
constexpr absl::Duration kPollBusy = absl::Milliseconds(20);
// What is known of consents is no older when a contact is told, nor older than the page.
constexpr absl::Duration kConsentsAgeMax = absl::Seconds(10);
constexpr size_t kReadMax = 100;
constexpr size_t kWaitingMax = 10'000;

stream::OutputRecord RecordOf(const std::string& topic, const std::string& key,
                              const std::string& id, const google::protobuf::Message& message) {
  return {topic, key, message.SerializeAsString(), kafka::EventHeaders(message.GetTypeName(), id)};
}

}  // namespace

Notifier::Notifier(kafka::Consumer& consumer, kafka::Producer& producer, Sender& sender,
                   prometheus::Registry& registry, Outbox::Limits limits, domain::FloodLimits flood,
                   Surroundings surroundings)
    : consumer_(consumer),
      producer_(producer),
      sender_(sender),
      around_(std::move(surroundings)),
      outbox_(limits),
      flood_within_(flood.within),
      paging_(flood),
      metrics_(registry) {}

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
  auto start = consumer_.OffsetsAt(partitions, around_.clock() - flood_within_);
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
  if (!producer_.healthy()) return absl::UnavailableError("reports cannot be stored any more");
  if (auto status = Read(); !status.ok()) {
    Commit().IgnoreError();  // what came before is done; the first error is the one to report
    return status;
  }
  TakeSent();
  TakeStored();
  Send();
  Report();
  metrics_.waiting.Set(static_cast<double>(outbox_.size()));
  metrics_.floods.Set(paging_.floods(around_.clock()));
  return Commit();
}

absl::Status Notifier::Read() {
  const auto due_at = outbox_.NextDueAt();
  const absl::Duration until_due = due_at ? *due_at - around_.clock() : kPollMax;
  const bool busy = sender_.in_flight() > 0 || !storing_.empty();
  const auto timeout =
      std::clamp(until_due, busy ? kPollBusy : absl::ZeroDuration(), busy ? kPollBusy : kPollMax);
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
      pages = paging_.For(*news, around_.clock());
      if (news->settled) metrics_.cancelled.Increment(outbox_.Cancel(news->alert_id));
    } else {
      metrics_.undecodable.Increment();
      runtime::Log(
          spdlog::level::err, "record is no alert event",
          {{"partition", absl::StrCat(record.partition)}, {"offset", absl::StrCat(record.offset)}});
    }
    outbox_.Add(record.partition, record.offset, Letters(pages), around_.clock());
  }
  if (outbox_.size() > kWaitingMax) {
    return absl::ResourceExhaustedError("more pages wait than can be kept in memory");
  }
  return absl::OkStatus();
}

std::vector<Letter> Notifier::Letters(const std::vector<Page>& pages) {
  std::vector<Letter> letters;
  for (const Page& page : pages) {
    for (Letter& letter : LettersFor(page, around_.on_call(), around_.clock())) {
      if (page.audience == Audience::kSupportContact) {
        absl::StrAppend(&letter.page.text, " ", around_.notice.text);
      }
      if (letter.channels.empty() && page.alert_id.empty()) {
        runtime::Log(spdlog::level::err, "nobody to be paged for a flood of alerts",
                     {{"team", page.team}, {"target", page.target}});
      }
      letters.push_back(std::move(letter));
    }
  }
  return letters;
}

void Notifier::Send() {
  const domain::Instant now = around_.clock();
  const auto free = [this](const Channel& channel) { return sender_.Free(channel); };
  while (const auto next = outbox_.NextTry(now, free)) {
    std::optional<Permission> permission;
    if (!MayGo(*next, permission)) continue;
    on_their_way_[next->ticket] = {*next, permission};
    sender_.Start(next->ticket, next->letter, next->channel);
  }
}

bool Notifier::MayGo(const Outbox::Try& next, std::optional<Permission>& permission) {
  const Page& page = next.letter.page;
  if (page.audience != Audience::kSupportContact) return true;
  const domain::Instant now = around_.clock();
  const domain::Instant as_of = std::max(next.read_at, now - kConsentsAgeMax);
  permission = around_.may_tell(page.patient_id, page.contact_id, as_of);
  if (permission && permission->given()) return true;
  if (permission) {
    outbox_.Withheld(next.ticket, permission->refusal, now);
    metrics_.withheld.Increment();
  } else if (outbox_.Postponed(next.ticket, now)) {
    metrics_.withheld.Increment();
  }
  return false;
}

void Notifier::TakeSent() {
  for (const Sender::Done& done : sender_.Work()) {
    const auto node = on_their_way_.extract(done.ticket);
    if (node.empty()) continue;
    const auto& [sent, permission] = node.mapped();
    const domain::Instant now = around_.clock();
    const auto result = outbox_.Finished(done.ticket, done.delivery, done.trouble, permission, now);
    metrics_.Count(result);
    const Page& page = sent.letter.page;
    if (done.delivery == Delivery::kDelivered) {
      metrics_.delay_seconds.Observe(absl::ToDoubleSeconds(now - page.occurred_at));
      continue;
    }
    metrics_.attempts_failed.Increment();
    const bool over = result == Outbox::Result::kRefused || result == Outbox::Result::kGivenUp;
    runtime::Log(over ? spdlog::level::err : spdlog::level::warn,
                 over ? "page given up" : "page not taken",
                 {{"page_id", sent.letter.page_id},
                  {"channel", ChannelName(sent.channel.kind)},
                  {"trouble", done.trouble}});
  }
}

void Notifier::Report() {
  for (const notifier::Report& report : outbox_.TakeReports(around_.clock())) {
    std::vector<stream::OutputRecord> records;
    const auto command = CommandOf(report);
    const std::string& person = report.page.patient_id;
    records.push_back(RecordOf(around_.commands_topic, person,
                               absl::StrCat(command.alert_id(), "/", command.command_id()),
                               command));
    if (report.told_by) {
      const auto disclosure = DisclosureOf(report, around_.notice);
      records.push_back(
          RecordOf(around_.disclosures_topic, person, disclosure.disclosure_id(), disclosure));
    }
    if (report.fate == Fate::kUndeliverable || report.fate == Fate::kNobodyOnCall) {
      metrics_.unreached.Increment();
      runtime::Log(spdlog::level::err, "rung reached nobody",
                   {{"page_id", report.page_id}, {"reason", report.reason}});
    }
    storing_[report.id].records = static_cast<int>(records.size());
    for (stream::OutputRecord& record : records) {
      producer_.Send(std::move(record),
                     [this, id = report.id](const absl::StatusOr<kafka::Position>& at) {
                       absl::MutexLock lock(&stored_.mutex);
                       stored_.answers.emplace_back(id, at.ok());
                     });
    }
  }
}

void Notifier::TakeStored() {
  std::vector<std::pair<int64_t, bool>> answers;
  {
    absl::MutexLock lock(&stored_.mutex);
    answers.swap(stored_.answers);
  }
  for (const auto& [id, stored] : answers) {
    Storing& storing = storing_[id];
    storing.stored = storing.stored && stored;
    if (--storing.records > 0) continue;
    outbox_.Stored(id, storing.stored, around_.clock());
    storing_.erase(id);
  }
}

void Notifier::Finish(absl::Duration at_most) {
  const absl::Time until = absl::Now() + at_most;
  while (absl::Now() < until && (sender_.in_flight() > 0 || !storing_.empty())) {
    absl::SleepFor(kPollBusy);
    TakeSent();
    TakeStored();
    Report();
  }
  Commit().IgnoreError();  // else they are sent again, under the same ids
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
