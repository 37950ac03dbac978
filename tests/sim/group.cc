#include "tests/sim/group.h"

#include <algorithm>

namespace withdrawal::sim {

const Group::Member* Group::Find(int64_t member) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const auto& entry) { return entry.second.id == member; });
  return found == members_.end() ? nullptr : &found->second;
}

int64_t Group::Join(const std::string& instance, Instant now) {
  const auto [known, added] = members_.try_emplace(instance);
  Member& member = known->second;
  member.id = ++last_member_;
  member.heard_at = now;
  if (added && !rebalancing_) {
    for (auto& [name, other] : members_) other.joined = false;
    rebalancing_ = true;
  }
  member.joined = true;
  return member.id;
}

void Group::Rejoin(int64_t member) {
  for (auto& [instance, one] : members_) {
    if (one.id == member) one.joined = true;
  }
}

void Group::Heard(int64_t member, Instant now) {
  for (auto& [instance, one] : members_) {
    if (one.id == member && now - one.heard_at >= kHeartbeatInterval) one.heard_at = now;
  }
}

void Group::Advance(Instant now) {
  const auto put_out = std::erase_if(
      members_, [&](const auto& entry) { return now - entry.second.heard_at >= kSessionTimeout; });
  if (put_out > 0 && !rebalancing_) {
    for (auto& [instance, member] : members_) member.joined = false;
    rebalancing_ = true;
  }
  if (!rebalancing_ || members_.empty()) return;
  for (const auto& [instance, member] : members_) {
    if (!member.joined) return;
  }
  rebalancing_ = false;
  ++generation_;
  const int count = static_cast<int>(members_.size());
  int32_t next = 0;
  int index = 0;
  for (auto& [instance, member] : members_) {
    member.share.clear();
    const int size = kPartitions / count + (index++ < kPartitions % count ? 1 : 0);
    for (int i = 0; i < size; ++i) member.share.insert(next++);
  }
}

Group::Standing Group::StandingOf(int64_t member) const {
  const Member* found = Find(member);
  if (found == nullptr) return Standing::kUnknown;
  if (!rebalancing_) return Standing::kStable;
  return found->joined ? Standing::kWait : Standing::kRejoin;
}

std::set<int32_t> Group::ShareOf(int64_t member) const {
  const Member* found = Find(member);
  return found == nullptr ? std::set<int32_t>() : found->share;
}

bool Group::Valid(int64_t member, int64_t generation) const {
  return Find(member) != nullptr && generation == generation_;
}

}  // namespace withdrawal::sim
