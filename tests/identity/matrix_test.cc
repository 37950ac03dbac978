// The matrix against the policy: the same rpcs, the same reach.
#include "tests/identity/matrix.h"

#include <set>

#include "gtest/gtest.h"
#include "libs/identity/caller.h"
#include "tests/libs/identity/services.h"

namespace withdrawal::identity {
namespace {

TEST(Matrix, HasALineForEveryRpcOfEveryProtoAndNoOther) {
  const Matrix matrix = ReadMatrix();
  std::set<std::string> rpcs;
  for (const auto* rpc : AllRpcs()) {
    const std::string name = ShortName(RpcName(*rpc));
    EXPECT_TRUE(matrix.rpcs.count(name)) << "tests/identity/matrix.txt has no line for " << name;
    rpcs.insert(name);
  }
  for (const auto& [rpc, words] : matrix.rpcs) EXPECT_TRUE(rpcs.count(rpc)) << rpc;
}

// What the policy says of somebody the caller has nothing to do with.
std::string OfOthers(Reach reach) {
  switch (reach) {
    case Reach::kNever:
      return "ROLE_NOT_ALLOWED";
    case Reach::kSelf:
      return "NOT_YOURSELF";
    case Reach::kTeams:
      return "NOT_YOUR_TEAM";
    case Reach::kAny:
      return "OK";
  }
  return "";
}

TEST(Matrix, IsWhatThePolicySays) {
  const Matrix matrix = ReadMatrix();
  for (const Row& row : Policy()) {
    for (size_t i = 0; i < kRoleCount; ++i) {
      const auto role = static_cast<Role>(i);
      Caller caller;
      caller.role = role;
      const Reach reach = ReachOf(row, caller);
      EXPECT_EQ(matrix.Expected(row.rpc, role, About::kOwn) == "ROLE_NOT_ALLOWED",
                reach == Reach::kNever)
          << row.rpc << " " << RoleName(role);
      const std::string others = matrix.Expected(row.rpc, role, About::kOther);
      if (others == "-") {
        EXPECT_TRUE(row.about.empty()) << row.rpc;
      } else {
        EXPECT_EQ(others, OfOthers(reach)) << row.rpc << " " << RoleName(role);
      }
    }
  }
}

}  // namespace
}  // namespace withdrawal::identity
