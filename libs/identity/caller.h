// Who calls, as far as rights depend on it.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/identity/policy.h"

namespace withdrawal::identity {

struct Caller {
  std::string subject = "anonymous";  // opaque; the actor of what the caller does
  Role role = Role::kService;
  std::vector<std::string> teams;
  std::string patient_id;  // of a patient or a device
  // False where callers are not identified (--identity none): rights of everybody but a patient.
  bool identified = true;
  absl::Time valid_until = absl::InfiniteFuture();

  bool IsOfTeam(const std::string& team) const {
    return std::find(teams.begin(), teams.end(), team) != teams.end();
  }
};

inline Caller Unidentified() {
  Caller caller;
  caller.identified = false;
  return caller;
}

// How far `caller` reaches by the rpc of `row`.
inline Reach ReachOf(const Row& row, const Caller& caller) {
  if (caller.identified) return row.reach[static_cast<size_t>(caller.role)];
  const auto grants = [](Reach reach) { return reach == Reach::kTeams || reach == Reach::kAny; };
  return std::any_of(row.reach.begin(), row.reach.end(), grants) ? Reach::kAny : Reach::kNever;
}

}  // namespace withdrawal::identity
