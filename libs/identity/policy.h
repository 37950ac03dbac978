// Who may call what, and about whom: one row for each rpc of the project. A server with an rpc that
// has no row does not start; tests/identity/matrix.txt says in plain words what comes of it.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "google/protobuf/descriptor.h"

namespace withdrawal::identity {

enum class Role { kPatient, kDevice, kClinician, kSupervisor, kPrivacyOfficer, kService };
inline constexpr size_t kRoleCount = 6;

// About whom a role may call.
enum class Reach {
  kNever,  // it may not call at all
  kSelf,   // the person its token names
  kTeams,  // people of the caller's teams, and people no team has yet
  kAny,    // anybody, or the answer is about nobody
};

// The last one is of audit entries only: whom a stream has shown.
enum class Action { kRead, kWrite, kWatch, kWatchShowed };

struct Row {
  std::string_view rpc;  // "withdrawal.clinician.v1.ClinicianService/GetPatient"
  Action action = Action::kRead;
  std::array<Reach, kRoleCount> reach{};  // by Role
  // Fields of the request that name whom it is about: a patient, an alert (then its patient) or a
  // team, by their last word. Empty = nobody.
  std::vector<std::string_view> about;
  // A list: what `about` leaves open is narrowed to the caller's teams by the handler.
  bool is_list = false;
  // Also about somebody nothing is known of yet: whoever is taken on.
  bool takes_on = false;
  // A field with the team that somebody is taken on for: one of the caller's.
  std::string_view new_team;
  // Break-glass opens somebody of another team for it: to look and to act on an alert, never to
  // take a person over, end their monitoring or speak for them.
  bool opens = true;
};

const std::vector<Row>& Policy();

// Null when there is none.
const Row* FindRow(std::string_view rpc);
// The row of the rpc that takes this message; each rpc has a request of its own.
const Row* FindRowOf(const google::protobuf::Descriptor& request);

// "package.Service/Method"
std::string RpcName(const google::protobuf::MethodDescriptor& method);

// FailedPrecondition naming an rpc of these services ("package.Service") without a row. Health and
// reflection (grpc.*) need none.
absl::Status CheckCovered(const std::vector<std::string>& services);

std::string_view RoleName(Role role);  // "privacy-officer"

}  // namespace withdrawal::identity
