#include "services/notifier/core/outbox.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace withdrawal::notifier {
namespace {

using domain::Instant;

// Until a report that could not be stored, or a question about a consent, is tried again.
constexpr domain::Duration kAgainAfter = absl::Seconds(1);

}  // namespace

void Outbox::Add(int32_t partition, int64_t offset, std::vector<Letter> letters, Instant now) {
  read_[partition] = offset + 1;
  for (size_t number = 0; number < letters.size(); ++number) {
    const Place place{partition, offset, number};
    Letter& letter = letters[number];
    if (letter.channels.empty()) {
      const bool nobody = letter.recipient.empty();
      AddReport(place, letter, nobody ? Fate::kNobodyOnCall : Fate::kUndeliverable,
                nobody ? absl::StrCat("nobody on call: ", letter.page.target, " of ",
                                      letter.page.team.empty() ? "no team" : letter.page.team)
                       : "no way to reach them is known",
                now);
      continue;
    }
    Item item;
    item.letter = std::move(letter);
    item.read_at = item.due_at = now;
    waiting_[place] = std::move(item);
  }
}

int Outbox::Cancel(const std::string& alert_id) {
  for (auto& [place, item] : waiting_) {
    // One that is on its way may still arrive.
    if (item.letter.page.alert_id == alert_id && item.ticket != 0) item.cancelled = true;
  }
  return static_cast<int>(std::erase_if(waiting_, [&](const auto& entry) {
    return entry.second.letter.page.alert_id == alert_id && entry.second.ticket == 0;
  }));
}

std::optional<Outbox::Try> Outbox::NextTry(Instant now,
                                           absl::FunctionRef<bool(const Channel&)> free) {
  auto next = waiting_.end();
  const auto rank = [](const Item& item) {
    return std::pair(-static_cast<int>(item.letter.page.priority), item.due_at);
  };
  for (auto at = waiting_.begin(); at != waiting_.end(); ++at) {
    const Item& item = at->second;
    if (item.ticket != 0 || item.due_at > now || !free(item.letter.channels[item.channel])) {
      continue;
    }
    if (next == waiting_.end() || rank(item) < rank(next->second)) next = at;
  }
  if (next == waiting_.end()) return std::nullopt;
  Item& item = next->second;
  item.ticket = ++last_id_;
  tries_[item.ticket] = next->first;
  return Try{item.ticket, item.letter, item.letter.channels[item.channel], item.read_at};
}

std::map<Outbox::Place, Outbox::Item>::iterator Outbox::Find(int64_t ticket) {
  const auto tried = tries_.find(ticket);
  if (tried == tries_.end()) return waiting_.end();
  const auto found = waiting_.find(tried->second);
  tries_.erase(tried);
  if (found == waiting_.end() || found->second.ticket != ticket) return waiting_.end();
  found->second.ticket = 0;
  return found;
}

Outbox::Result Outbox::Finished(int64_t ticket, Delivery delivery, const std::string& trouble,
                                const std::optional<Permission>& told_by, Instant now) {
  const auto at = Find(ticket);
  if (at == waiting_.end()) return Result::kUnknown;
  Item& item = at->second;
  const Channel channel = item.letter.channels[item.channel];
  if (delivery == Delivery::kDelivered) {
    settled_.insert({{std::get<0>(at->first), std::get<1>(at->first)}, item.letter.page.event_id});
    AddReport(at->first, item.letter, Fate::kDelivered, "", now, channel.kind, told_by);
    waiting_.erase(at);
    return Result::kDelivered;
  }
  if (item.cancelled) {
    waiting_.erase(at);
    return Result::kCancelled;
  }
  item.troubles.push_back(absl::StrCat(ChannelName(channel.kind), " ", trouble));
  if (delivery == Delivery::kRefused) {
    item.letter.channels.erase(item.letter.channels.begin() + item.channel);
  } else {
    ++item.channel;
  }
  item.due_at = now;
  if (item.channel < item.letter.channels.size()) return Result::kGoesOn;
  return RoundOver(at, now);
}

Outbox::Result Outbox::RoundOver(std::map<Place, Item>::iterator at, Instant now) {
  Item& item = at->second;
  const int doublings = std::min(item.rounds++, 16);
  ReportFailure(at->first, item, now);
  item.troubles.clear();
  item.channel = 0;
  const bool refused = item.letter.channels.empty();
  if (refused || now - item.read_at >= limits_.give_up_after) {
    waiting_.erase(at);
    return refused ? Result::kRefused : Result::kGivenUp;
  }
  item.due_at = now + std::min(limits_.retry_first * (1 << doublings), limits_.retry_max);
  return Result::kGoesOn;
}

void Outbox::ReportFailure(const Place& place, const Item& item, Instant now) {
  const auto [partition, offset, number] = place;
  const std::string& event_id = item.letter.page.event_id;
  if (settled_.contains({{partition, offset}, event_id})) return;
  for (auto other = waiting_.lower_bound({partition, offset, 0}); other != waiting_.end();
       ++other) {
    if (std::get<0>(other->first) != partition || std::get<1>(other->first) != offset) break;
    if (other->second.letter.page.event_id == event_id && other->second.rounds == 0) return;
  }
  settled_.insert({{partition, offset}, event_id});
  AddReport(place, item.letter, Fate::kUndeliverable,
            absl::StrCat("not delivered: ", absl::StrJoin(item.troubles, ", ")), now);
}

bool Outbox::Postponed(int64_t ticket, Instant now) {
  const auto at = Find(ticket);
  if (at == waiting_.end()) return false;
  Item& item = at->second;
  item.due_at = now + kAgainAfter;
  if (now - item.read_at < limits_.give_up_after) return false;
  AddReport(at->first, item.letter, Fate::kWithheld, "whether a consent covers it is not known",
            now);
  waiting_.erase(at);
  return true;
}

void Outbox::Withheld(int64_t ticket, const std::string& reason, Instant now) {
  const auto at = Find(ticket);
  if (at == waiting_.end()) return;
  AddReport(at->first, at->second.letter, Fate::kWithheld, reason, now);
  waiting_.erase(at);
}

void Outbox::AddReport(const Place& place, const Letter& letter, Fate fate,
                       const std::string& reason, Instant now, std::optional<ChannelKind> channel,
                       const std::optional<Permission>& told_by) {
  if (letter.page.alert_id.empty()) return;
  WaitingReport waiting;
  waiting.report.id = ++last_id_;
  waiting.report.page = letter.page;
  waiting.report.page_id = letter.page_id;
  waiting.report.recipient = letter.recipient;
  waiting.report.fate = fate;
  waiting.report.channel = channel;
  waiting.report.told_by = told_by;
  waiting.report.reason = reason;
  waiting.report.at = now;
  waiting.record = {std::get<0>(place), std::get<1>(place)};
  waiting.due_at = now;
  reports_[waiting.report.id] = std::move(waiting);
}

std::vector<Report> Outbox::TakeReports(Instant now) {
  std::vector<Report> due;
  for (auto& [id, waiting] : reports_) {
    if (waiting.sent || waiting.due_at > now) continue;
    waiting.sent = true;
    due.push_back(waiting.report);
  }
  return due;
}

void Outbox::Stored(int64_t report_id, bool stored, Instant now) {
  const auto found = reports_.find(report_id);
  if (found == reports_.end()) return;
  if (stored) {
    reports_.erase(found);
    return;
  }
  found->second.sent = false;
  found->second.due_at = now + kAgainAfter;
}

std::optional<Instant> Outbox::NextDueAt() const {
  std::optional<Instant> at;
  for (const auto& [place, item] : waiting_) {
    if (item.ticket == 0) at = std::min(at.value_or(item.due_at), item.due_at);
  }
  for (const auto& [id, waiting] : reports_) {
    if (!waiting.sent) at = std::min(at.value_or(waiting.due_at), waiting.due_at);
  }
  return at;
}

std::map<int32_t, int64_t> Outbox::TakeDone() {
  std::map<int32_t, int64_t> done;
  for (const auto& [partition, next] : read_) {
    int64_t until = next;
    const auto first = waiting_.lower_bound({partition, 0, 0});
    if (first != waiting_.end() && std::get<0>(first->first) == partition) {
      until = std::get<1>(first->first);
    }
    for (const auto& [id, waiting] : reports_) {
      if (waiting.record.first == partition) until = std::min(until, waiting.record.second);
    }
    settled_.erase(settled_.lower_bound({{partition, 0}, ""}),
                   settled_.lower_bound({{partition, until}, ""}));
    const auto told = told_.find(partition);
    if (told != told_.end() && told->second == until) continue;
    done[partition] = told_[partition] = until;
  }
  return done;
}

void Outbox::Drop(int32_t partition) {
  std::erase_if(waiting_,
                [partition](const auto& entry) { return std::get<0>(entry.first) == partition; });
  std::erase_if(reports_,
                [partition](const auto& entry) { return entry.second.record.first == partition; });
  std::erase_if(settled_,
                [partition](const auto& entry) { return entry.first.first == partition; });
  read_.erase(partition);
  told_.erase(partition);
}

}  // namespace withdrawal::notifier
