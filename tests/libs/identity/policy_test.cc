#include "libs/identity/policy.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "libs/identity/caller.h"
#include "libs/identity/fields.h"
#include "tests/libs/identity/services.h"

namespace withdrawal::identity {
namespace {

using ::testing::HasSubstr;

TEST(Policy, HasARowForEveryRpcOfEveryProto) {
  const auto rpcs = AllRpcs();
  ASSERT_GT(rpcs.size(), 30u);
  for (const auto* rpc : rpcs) EXPECT_NE(FindRow(RpcName(*rpc)), nullptr) << RpcName(*rpc);
}

TEST(Policy, HasNoRowTwiceAndNoneWithoutAnRpc) {
  std::set<std::string> known;
  for (const auto* rpc : AllRpcs()) known.insert(RpcName(*rpc));
  std::set<std::string> seen;
  for (const Row& row : Policy()) {
    EXPECT_TRUE(known.count(std::string(row.rpc))) << row.rpc;
    EXPECT_TRUE(seen.insert(std::string(row.rpc)).second) << row.rpc;
  }
}

TEST(Policy, FindsARowByTheRequestSinceNoTwoRpcsShareOne) {
  for (const auto* rpc : AllRpcs()) {
    EXPECT_EQ(FindRowOf(*rpc->input_type()), FindRow(RpcName(*rpc))) << RpcName(*rpc);
  }
}

TEST(Policy, NamesOnlyFieldsThatTheRequestHas) {
  for (const auto* rpc : AllRpcs()) {
    const Row* row = FindRow(RpcName(*rpc));
    ASSERT_NE(row, nullptr);
    for (const auto field : row->about) {
      EXPECT_TRUE(HasText(*rpc->input_type(), field)) << row->rpc << " " << field;
    }
    if (row->new_team.empty()) continue;
    EXPECT_TRUE(HasText(*rpc->input_type(), row->new_team)) << row->rpc;
  }
}

// Fields that name somebody, of a request and of what it holds.
std::vector<std::string> WhomItNames(const google::protobuf::Descriptor& type, int depth = 0) {
  std::vector<std::string> found;
  for (int i = 0; i < type.field_count(); ++i) {
    const auto* field = type.field(i);
    const std::string& name = field->name();
    if (field->message_type() != nullptr) {
      if (depth > 0) continue;
      for (const std::string& part : WhomItNames(*field->message_type(), 1)) {
        found.push_back(name + "." + part);
      }
    } else if (absl::EndsWith(name, "patient_id") || name == "alert_id" || name == "team") {
      found.push_back(name);
    }
  }
  return found;
}

TEST(Policy, AsksAboutEveryFieldThatNamesSomebody) {
  // What is told about, not whom: the person is named beside it.
  const std::map<std::string, std::set<std::string>> not_asked = {
      {"RecordEmergencyDisclosure", {"alert_id"}},
      {"ReviewCarePlan", {"care_plan.team"}},
      {"ProposeCarePlan", {"care_plan.team"}},
      {"GetOutcomes", {"team"}}};  // counts, of nobody
  for (const auto* rpc : AllRpcs()) {
    const Row* row = FindRow(RpcName(*rpc));
    ASSERT_NE(row, nullptr);
    for (const std::string& field : WhomItNames(*rpc->input_type())) {
      const auto left_out = not_asked.find(std::string(rpc->name()));
      if (left_out != not_asked.end() && left_out->second.count(field)) continue;
      const bool asked = std::count(row->about.begin(), row->about.end(), field) > 0 ||
                         row->new_team == field || absl::EndsWith(field, ".merged_into");
      EXPECT_TRUE(asked) << row->rpc << " " << field;
    }
  }
}

TEST(Policy, LetsPatientsAndDevicesReachNobodyElse) {
  for (const Row& row : Policy()) {
    for (const Role role : {Role::kPatient, Role::kDevice}) {
      const Reach reach = row.reach[static_cast<size_t>(role)];
      EXPECT_TRUE(reach == Reach::kNever || reach == Reach::kSelf) << row.rpc;
    }
  }
}

TEST(Policy, WhoIsNotIdentifiedReachesAllButAPatientsOwnPages) {
  for (const Row& row : Policy()) {
    const bool own_page = row.rpc.find(".PatientService/") != std::string_view::npos;
    EXPECT_EQ(ReachOf(row, Unidentified()), own_page ? Reach::kNever : Reach::kAny) << row.rpc;
  }
}

TEST(Policy, AServiceWithAnRpcWithoutARowIsNotCovered) {
  EXPECT_TRUE(CheckCovered({"withdrawal.ingest.v1.IngestService", "grpc.health.v1.Health"}).ok());
  const absl::Status status = CheckCovered({"strange.v1.Service"});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("strange.v1.Service"));
}

}  // namespace
}  // namespace withdrawal::identity
