// A consumer group as its coordinator sees it: static members (group.instance.id), range
// assignment, eager rebalance. A member that is not heard for the session timeout is put out; one
// that starts again under its instance id within that time takes its share over unnoticed, and the
// process before it is fenced.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "tests/sim/brokers.h"

namespace withdrawal::sim {

inline constexpr Duration kSessionTimeout = absl::Seconds(10);
inline constexpr Duration kHeartbeatInterval = absl::Milliseconds(2500);

class Group {
 public:
  enum class Standing {
    kStable,   // the share of this generation stands
    kRejoin,   // give up what you have and Join again
    kWait,     // joined, others have not
    kUnknown,  // put out or replaced
  };

  // Returns the member id. Replaces a member of that instance.
  int64_t Join(const std::string& instance, Instant now);
  // The member has given up its partitions and takes part in the next generation.
  void Rejoin(int64_t member);

  void Heard(int64_t member, Instant now);
  // Puts out who is silent, and ends a rebalance for which all have joined.
  void Advance(Instant now);

  Standing StandingOf(int64_t member) const;
  // Some process is the member of that instance.
  bool Holds(const std::string& instance) const { return members_.contains(instance); }
  std::set<int32_t> ShareOf(int64_t member) const;
  int64_t generation() const { return generation_; }

  // Whether offsets of that member and generation are taken.
  bool Valid(int64_t member, int64_t generation) const;

 private:
  struct Member {
    int64_t id = 0;
    Instant heard_at;
    bool joined = true;  // for the generation to come
    std::set<int32_t> share;
  };
  const Member* Find(int64_t member) const;

  std::map<std::string, Member> members_;  // by instance
  int64_t last_member_ = 0;
  int64_t generation_ = 0;
  bool rebalancing_ = false;
};

}  // namespace withdrawal::sim
