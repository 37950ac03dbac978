// The matrix against the running services: every rpc, every role, own and others' data, with tokens
// signed by a key of the test.
#include <memory>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "libs/identity/fields.h"
#include "tests/identity/any_call.h"
#include "tests/identity/matrix.h"
#include "tests/libs/identity/services.h"
#include "tests/libs/identity/test_issuer.h"
#include "tests/services/clinician/service_fixture.h"
#include "tests/services/ingest/ingest_server.h"

namespace withdrawal::identity {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using Metadata = std::multimap<std::string, std::string>;

// The refusals for who calls; any other answer is of the work itself.
const std::set<std::string> kRefusals = {
    "TOKEN_MISSING",    "TOKEN_INVALID",    "TOKEN_EXPIRED",        "TOKEN_NOT_YET_VALID",
    "ROLE_NOT_ALLOWED", "NOT_YOUR_TEAM",    "NOT_YOURSELF",         "SIGNING_KEYS_UNKNOWN",
    "RATE_LIMIT",       "ACTOR_NOT_CALLER", "ENROLMENTS_NOT_READY", "RPC_WITHOUT_POLICY"};

std::string PatientOf(About about) {
  switch (about) {
    case About::kOwn:
      return "p-own";
    case About::kUnknown:
      return "p-unknown";
    case About::kNoTeam:
      return "p-new";
    case About::kOther:
    case About::kGlass:
      break;
  }
  return "p-other";
}

std::string ValueOf(std::string_view field, About about) {
  const std::string_view word = LastWord(field);
  if (word == "alert_id") return absl::StrCat("alert-of-", PatientOf(about));
  if (word == "team") return about == About::kOwn ? "north" : "south";
  return PatientOf(about);
}

void SetText(Message& message, std::string_view path, const std::string& value) {
  const size_t dot = path.find('.');
  const auto* field = message.GetDescriptor()->FindFieldByName(std::string(path.substr(0, dot)));
  if (dot == std::string_view::npos) {
    message.GetReflection()->SetString(&message, field, value);
  } else {
    SetText(*message.GetReflection()->MutableMessage(&message, field), path.substr(dot + 1), value);
  }
}

// A request about somebody; where one may be named as a person or by team, as a person.
std::unique_ptr<Message> RequestAbout(const MethodDescriptor& rpc, const Row& row, About about) {
  const auto* prototype =
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(rpc.input_type());
  std::unique_ptr<Message> request(prototype->New());
  for (const std::string_view field : row.about) {
    if (LastWord(field) == "team" && row.about.size() > 1) continue;
    SetText(*request, field, ValueOf(field, about));
  }
  if (!row.new_team.empty()) SetText(*request, row.new_team, "north");
  return request;
}

Metadata As(const TestIssuer& issuer, Role role) {
  const bool named = role == Role::kPatient || role == Role::kDevice;
  const std::string name(RoleName(role));
  const auto claims =
      ClaimsOf("some-" + name, name, {"north"}, named ? PatientOf(About::kOwn) : "");
  return {{"authorization", "Bearer " + issuer.Sign(claims)}};
}

void TryOne(const std::shared_ptr<grpc::Channel>& channel, const TestIssuer& issuer,
            const MethodDescriptor& rpc, Role role, About about, const std::string& expected) {
  const Row* row = FindRow(RpcName(rpc));
  Metadata metadata = As(issuer, role);
  if (about == About::kGlass) {
    metadata.insert({"withdrawal-break-glass-reason", "found unconscious in the hall"});
  }
  const auto request = RequestAbout(rpc, *row, about);
  const std::string reason = CallAny(channel, rpc, *request, metadata).reason;
  EXPECT_EQ(kRefusals.count(reason) ? reason : "OK", expected)
      << row->rpc << " by a " << RoleName(role) << ": " << reason << "\n"
      << request->ShortDebugString();
}

std::set<std::string> RpcsOf(const std::set<std::string>& services) {
  std::set<std::string> rpcs;
  for (const MethodDescriptor* rpc : AllRpcs()) {
    if (services.count(rpc->service()->name())) rpcs.insert(ShortName(RpcName(*rpc)));
  }
  return rpcs;
}

// Every case of the matrix that this server answers. The rpcs it has.
std::set<std::string> TryAll(const std::shared_ptr<grpc::Channel>& channel,
                             const TestIssuer& issuer) {
  std::set<std::string> had;
  const Matrix matrix = ReadMatrix();
  for (const MethodDescriptor* rpc : AllRpcs()) {
    const Row* row = FindRow(RpcName(*rpc));
    // Nobody without a token gets any further; so we learn what there is.
    const auto request = RequestAbout(*rpc, *row, About::kOwn);
    const std::string reason = CallAny(channel, *rpc, *request, {}).reason;
    if (reason == "UNIMPLEMENTED") continue;
    EXPECT_EQ(reason, "TOKEN_MISSING") << row->rpc;
    had.insert(ShortName(row->rpc));
    for (size_t i = 0; i < kRoleCount; ++i) {
      for (const About about : kAbout) {
        const std::string& expected = matrix.Expected(row->rpc, static_cast<Role>(i), about);
        if (expected == "-") continue;
        TryOne(channel, issuer, *rpc, static_cast<Role>(i), about, expected);
      }
    }
  }
  return had;
}

class ClinicianMatrix : public clinician::ServiceTest {
 protected:
  Callers NewCallers() override {
    return {VerifierOf(issuer_.KeySet(), *registry_), {.per_second = 0}};
  }
  TestIssuer issuer_{"key-1"};
};

TEST_F(ClinicianMatrix, IsWhatTheServiceDoes) {
  Start();
  ProducePlan(clinician::PlanOf("p-own", "north", "e-1", clinician::kNoon));
  ProducePlan(clinician::PlanOf("p-other", "south", "e-2", clinician::kNoon));
  for (const auto& [patient, team] : std::map<std::string, std::string>{
           {"p-own", "north"}, {"p-other", "south"}, {"p-new", ""}}) {
    ProduceAlert(clinician::AlertOf(patient, "alert-of-" + patient, 1, events::v1::PRIORITY_URGENT,
                                    clinician::kNoon, events::v1::ALERT_STATE_OPEN, team));
    Eventually([&] { return IsProjected("alert-of-" + patient); }, patient);
  }
  Eventually(
      [&] {
        return database_->Number("SELECT COUNT(*) FROM patient WHERE care_plan IS NOT NULL") == 2;
      },
      "the plans are in the tables");
  const auto had = TryAll(grpc::CreateChannel(absl::StrCat("127.0.0.1:", service_->port()),
                                              grpc::InsecureChannelCredentials()),
                          issuer_);
  EXPECT_EQ(had, RpcsOf({"ClinicianService", "PrivacyService", "PatientService"}));
}

class IngestMatrix : public ingest::IngestServer {
 protected:
  Callers NewCallers() override {
    return {VerifierOf(issuer_.KeySet(), registry_), {.per_second = 0}};
  }
  TestIssuer issuer_{"key-1"};
};

TEST_F(IngestMatrix, IsWhatTheServiceDoes) {
  enrolments_.Apply(clinician::PlanOf("p-own", "north", "e-1", clinician::kNoon).care_plan());
  enrolments_.Apply(clinician::PlanOf("p-other", "south", "e-2", clinician::kNoon).care_plan());
  enrolments_.SetComplete();
  const auto had = TryAll(grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->port()),
                                              grpc::InsecureChannelCredentials()),
                          issuer_);
  EXPECT_EQ(had, RpcsOf({"IngestService"}));
}

}  // namespace
}  // namespace withdrawal::identity
