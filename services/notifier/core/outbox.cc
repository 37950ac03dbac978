#include "services/notifier/core/outbox.h"

#include <algorithm>
#include <utility>

namespace withdrawal::notifier {

void Outbox::Add(int32_t partition, int64_t offset, std::optional<Page> page, domain::Instant now) {
  read_[partition] = offset + 1;
  if (page) {
    waiting_[{partition, offset}] = Item{partition, offset, *std::move(page), now, now, 0};
  }
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

void Outbox::Delivered(const Item& item) { waiting_.erase(Place(item.partition, item.offset)); }

bool Outbox::Failed(const Item& item, domain::Instant now) {
  const auto found = waiting_.find(Place(item.partition, item.offset));
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
    const auto first = waiting_.lower_bound({partition, 0});
    const bool waits = first != waiting_.end() && first->first.first == partition;
    const int64_t until = waits ? first->first.second : next;
    const auto told = told_.find(partition);
    if (told != told_.end() && told->second == until) continue;
    done[partition] = told_[partition] = until;
  }
  return done;
}

void Outbox::Drop(int32_t partition) {
  std::erase_if(waiting_,
                [partition](const auto& entry) { return entry.first.first == partition; });
  read_.erase(partition);
  told_.erase(partition);
}

}  // namespace withdrawal::notifier
