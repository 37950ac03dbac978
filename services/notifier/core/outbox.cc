#include "services/notifier/core/outbox.h"

#include <algorithm>
#include <utility>

namespace withdrawal::notifier {

void Outbox::Add(int32_t partition, int64_t offset, std::vector<Page> pages, domain::Instant now) {
  read_[partition] = offset + 1;
  for (size_t number = 0; number < pages.size(); ++number) {
    waiting_[{partition, offset, number}] =
        Item{partition, offset, number, std::move(pages[number]), now, now, 0};
  }
}

int Outbox::Cancel(const std::string& alert_id) {
  return static_cast<int>(std::erase_if(
      waiting_, [&](const auto& entry) { return entry.second.page.alert_id == alert_id; }));
}

const Outbox::Item* Outbox::NextDue(domain::Instant now) const {
  const Item* next = nullptr;
  for (const auto& [place, item] : waiting_) {
    if (item.due_at <= now && (next == nullptr || item.due_at < next->due_at)) next = &item;
  }
  return next;
}

std::optional<domain::Instant> Outbox::NextDueAt() const {
  std::optional<domain::Instant> at;
  for (const auto& [place, item] : waiting_) at = std::min(at.value_or(item.due_at), item.due_at);
  return at;
}

void Outbox::Delivered(const Item& item) {
  waiting_.erase(Place(item.partition, item.offset, item.number));
}

bool Outbox::Failed(const Item& item, domain::Instant now) {
  const auto found = waiting_.find(Place(item.partition, item.offset, item.number));
  Item& failed = found->second;
  if (now - failed.read_at >= limits_.give_up_after) {
    waiting_.erase(found);
    return true;
  }
  const int doublings = std::min(failed.attempts++, 16);
  failed.due_at = now + std::min(limits_.retry_first * (1 << doublings), limits_.retry_max);
  return false;
}

std::map<int32_t, int64_t> Outbox::TakeDone() {
  std::map<int32_t, int64_t> done;
  for (const auto& [partition, next] : read_) {
    const auto first = waiting_.lower_bound({partition, 0, 0});
    const bool waits = first != waiting_.end() && std::get<0>(first->first) == partition;
    const int64_t until = waits ? std::get<1>(first->first) : next;
    const auto told = told_.find(partition);
    if (told != told_.end() && told->second == until) continue;
    done[partition] = told_[partition] = until;
  }
  return done;
}

void Outbox::Drop(int32_t partition) {
  std::erase_if(waiting_,
                [partition](const auto& entry) { return std::get<0>(entry.first) == partition; });
  read_.erase(partition);
  told_.erase(partition);
}

}  // namespace withdrawal::notifier
