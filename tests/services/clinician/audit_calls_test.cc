// Every call of every rpc of this server leaves exactly one audit event that says who, what, whose
// data and with what outcome (reference PR-15: audit covers reads).
#include <map>
#include <set>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "libs/audit/chain.h"
#include "libs/identity/fields.h"
#include "tests/identity/any_call.h"
#include "tests/libs/identity/test_issuer.h"
#include "tests/services/clinician/consent_examples.h"
#include "tests/services/clinician/service_fixture.h"
#include "withdrawal/clinician/v1/privacy.grpc.pb.h"
#include "withdrawal/patient/v1/patient.grpc.pb.h"

namespace withdrawal::clinician {
namespace {

using events::v1::AuditAction;
using events::v1::AuditEvent;
using google::protobuf::Message;
using google::protobuf::MethodDescriptor;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

// What a request needs beside whom it is about, so that the call is done and not refused.
const std::map<std::string, std::string> kWords = {
    {"AcknowledgeAlert", "actor: 'some-supervisor'"},
    {"GetCarePlanHistory", ""},
    {"GetIntake", ""},
    {"GetOutcomes", ""},
    {"GetPatient", ""},
    {"GetTimeline", ""},
    {"ListAlerts", ""},
    {"ListAuditEvents", ""},
    {"ListConsents", ""},
    {"ListDisclosures", ""},
    {"ListPatients", ""},
    {"PausePatient", "reason: 'on leave'"},
    {"ResumePatient", "reason: 'is back'"},
    {"RecordRestriction", "restriction { recipient { kind: RECIPIENT_KIND_PAYER } }"},
};

AuditAction ActionOf(const identity::Row& row) {
  switch (row.action) {
    case identity::Action::kRead:
      return events::v1::AUDIT_ACTION_READ;
    case identity::Action::kWrite:
      return events::v1::AUDIT_ACTION_WRITE;
    default:
      return events::v1::AUDIT_ACTION_WATCH;
  }
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

std::vector<const MethodDescriptor*> Rpcs() {
  std::vector<const MethodDescriptor*> rpcs;
  for (const auto* service :
       {v1::GetPatientRequest::descriptor()->file()->FindServiceByName("ClinicianService"),
        v1::ListConsentsRequest::descriptor()->file()->FindServiceByName("PrivacyService")}) {
    for (int i = 0; i < service->method_count(); ++i) rpcs.push_back(service->method(i));
  }
  return rpcs;
}

class AuditCallsTest : public ServiceTest {
 protected:
  identity::Callers NewCallers() override {
    return {identity::VerifierOf(issuer_.KeySet(), *registry_), {.per_second = 0}};
  }

  void Begin() {
    Start();
    ProducePlan(PlanOf("p-own", "north", "e-1", kNoon));
    ProduceAlert(AlertOf("p-own", "a-own", 1, events::v1::PRIORITY_URGENT, kNoon));
    Eventually([&] { return IsProjected("a-own"); }, "the alert is in the tables");
    Eventually(
        [&] {
          return database_->Number("SELECT COUNT(*) FROM patient WHERE care_plan IS NOT NULL") == 1;
        },
        "the plan is in the tables");
    channel_ = grpc::CreateChannel(absl::StrCat("127.0.0.1:", service_->port()),
                                   grpc::InsecureChannelCredentials());
  }

  // Each person is named as p-own, each alert as one of p-own.
  static std::unique_ptr<Message> RequestOf(const MethodDescriptor& rpc, const identity::Row& row) {
    const auto* prototype =
        google::protobuf::MessageFactory::generated_factory()->GetPrototype(rpc.input_type());
    std::unique_ptr<Message> request(prototype->New());
    const auto words = kWords.find(rpc.name());
    if (words != kWords.end()) {
      EXPECT_TRUE(google::protobuf::TextFormat::MergeFromString(words->second, request.get()));
    }
    for (const std::string_view field : row.about) {
      const std::string_view word = identity::LastWord(field);
      if (word == "team" && row.about.size() > 1) continue;
      const std::string value = word == "team" ? "north" : word == "alert_id" ? "a-own" : "p-own";
      SetText(*request, field, value);
    }
    return request;
  }

  std::string Call(const MethodDescriptor& rpc, const identity::Row& row, const std::string& role,
                   const std::string& team) {
    const std::string token = issuer_.Sign(identity::ClaimsOf("some-" + role, role, {team}));
    return identity::CallAny(channel_, rpc, *RequestOf(rpc, row),
                             {{"authorization", "Bearer " + token}})
        .reason;
  }

  // By rpc, in the order of the topic.
  std::map<std::string, std::vector<AuditEvent>> Audited() {
    std::map<std::string, std::vector<AuditEvent>> by_rpc;
    for (const kafka::OwnedRecord& record : ReadAll(config_of_service_.topics.audit)) {
      AuditEvent event;
      EXPECT_TRUE(event.ParseFromString(record.value));
      if (event.action() == events::v1::AUDIT_ACTION_WATCH_SHOWED) continue;
      by_rpc[event.rpc()].push_back(event);
    }
    return by_rpc;
  }

  // Whose data: the person named, or whose alert or team is named and shown.
  static void ExpectAbout(const AuditEvent& event, const identity::Row& row) {
    const bool named = std::any_of(row.about.begin(), row.about.end(), [](std::string_view field) {
      return identity::LastWord(field) != "team";
    });
    if (named) {
      EXPECT_THAT(event.patient_ids(), Contains("p-own")) << row.rpc;
    }
  }

  identity::TestIssuer issuer_{"key-1"};
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(AuditCallsTest, EachCallOfEachRpcLeavesOneEventOfItsKind) {
  Begin();
  std::map<std::string, std::string> answers;
  for (const MethodDescriptor* rpc : Rpcs()) {
    const identity::Row* row = identity::FindRow(identity::RpcName(*rpc));
    ASSERT_NE(row, nullptr) << rpc->full_name();
    answers[std::string(row->rpc)] = Call(*rpc, *row, "supervisor", "north");
  }
  auto audited = Audited();
  int done = 0;
  for (const auto& [rpc, answer] : answers) {
    const std::vector<AuditEvent>& events = audited[rpc];
    ASSERT_EQ(events.size(), 1u) << rpc << ": " << answer;
    const identity::Row& row = *identity::FindRow(rpc);
    EXPECT_EQ(events[0].action(), ActionOf(row)) << rpc;
    EXPECT_EQ(events[0].outcome() == "OK", answer == "OK") << rpc << ": " << answer;
    EXPECT_EQ(events[0].subject(), "some-supervisor") << rpc;
    EXPECT_EQ(events[0].role(), "supervisor") << rpc;
    EXPECT_FALSE(events[0].peer().empty()) << rpc;
    ExpectAbout(events[0], row);
    done += answer == "OK" ? 1 : 0;
  }
  EXPECT_GE(done, 10);
}

TEST_F(AuditCallsTest, EachDeniedCallLeavesOneEventToo) {
  Begin();
  std::vector<const identity::Row*> rows;
  for (const MethodDescriptor* rpc : Rpcs()) {
    const identity::Row& row = *identity::FindRow(identity::RpcName(*rpc));
    Call(*rpc, row, "clinician", "south");
    rows.push_back(&row);
  }
  auto audited = Audited();
  int denied = 0;
  for (const identity::Row* one : rows) {
    const identity::Row& row = *one;
    const auto& events = audited[std::string(row.rpc)];
    ASSERT_EQ(events.size(), 1u) << row.rpc;
    if (row.about.empty()) continue;
    EXPECT_EQ(events[0].outcome(), "PERMISSION_DENIED") << row.rpc;
    ExpectAbout(events[0], row);
    ++denied;
  }
  EXPECT_GE(denied, 20);
}

TEST_F(AuditCallsTest, WhatAPatientReadsOfTheOwnRecordIsAuditedToo) {
  Begin();
  const auto* service =
      patient::v1::GetMyPlanRequest::descriptor()->file()->FindServiceByName("PatientService");
  const std::string token =
      issuer_.Sign(identity::ClaimsOf("some-patient", "patient", {}, "p-own"));
  for (int i = 0; i < service->method_count(); ++i) {
    const MethodDescriptor& rpc = *service->method(i);
    const identity::Row& row = *identity::FindRow(identity::RpcName(rpc));
    identity::CallAny(channel_, rpc, *RequestOf(rpc, row), {{"authorization", "Bearer " + token}});
  }
  auto audited = Audited();
  EXPECT_EQ(audited.size(), static_cast<size_t>(service->method_count()));
  for (const auto& [rpc, events] : audited) {
    ASSERT_EQ(events.size(), 1u) << rpc;
    EXPECT_EQ(events[0].subject(), "some-patient") << rpc;
    EXPECT_THAT(events[0].patient_ids(), ElementsAre("p-own")) << rpc;
  }
}

TEST_F(AuditCallsTest, AListNamesAllItShowed) {
  Begin();
  ProducePlan(PlanOf("p-two", "north", "e-1", kNoon));
  Eventually([&] { return database_->Number("SELECT COUNT(*) FROM patient") == 2; }, "projected");
  const auto* rpc = v1::GetPatientRequest::descriptor()
                        ->file()
                        ->FindServiceByName("ClinicianService")
                        ->FindMethodByName("ListPatients");
  const identity::Row& row = *identity::FindRow(identity::RpcName(*rpc));
  EXPECT_EQ(Call(*rpc, row, "clinician", "north"), "OK");
  const auto events = Audited()[std::string(row.rpc)];
  ASSERT_EQ(events.size(), 1u);
  EXPECT_THAT(events[0].patient_ids(), ElementsAre("p-own", "p-two"));
}

TEST_F(AuditCallsTest, TheTopicOfAllTheseIsOneUnbrokenChain) {
  Begin();
  for (const MethodDescriptor* rpc : Rpcs()) {
    Call(*rpc, *identity::FindRow(identity::RpcName(*rpc)), "supervisor", "north");
  }
  std::vector<audit::Link> links;
  std::string writer;
  for (const kafka::OwnedRecord& record : ReadAll(config_of_service_.topics.audit)) {
    AuditEvent event;
    ASSERT_TRUE(event.ParseFromString(record.value));
    writer = event.writer();
    links.push_back(audit::LinkOf(event));
  }
  EXPECT_THAT(audit::Verify(writer, links, /*whole=*/true), IsEmpty());
}

// A stream says whom it showed, each person once.
TEST_F(AuditCallsTest, AWatchIsAuditedAtItsOpeningAndForWhomItShowed) {
  Begin();
  const std::string token =
      issuer_.Sign(identity::ClaimsOf("some-clinician", "clinician", {"north"}));
  Watcher watcher(*stub_, {}, absl::Seconds(20), {{"authorization", "Bearer " + token}});
  EXPECT_THAT(watcher.Snapshot(), ElementsAre("a-own"));
  ProduceAlert(AlertOf("p-own", "a-own", 2, events::v1::PRIORITY_URGENT, kNoon));
  ASSERT_TRUE(watcher.Next().has_event());
  watcher.Cancel();
  std::vector<AuditEvent> showed;
  Eventually(
      [&] {
        showed.clear();
        for (const kafka::OwnedRecord& record : ReadAll(config_of_service_.topics.audit)) {
          AuditEvent event;
          event.ParseFromString(record.value);
          if (event.action() == events::v1::AUDIT_ACTION_WATCH_SHOWED) showed.push_back(event);
        }
        return !showed.empty();
      },
      "whom the stream showed is in the trail");
  ASSERT_EQ(showed.size(), 1u);
  EXPECT_THAT(showed[0].patient_ids(), ElementsAre("p-own"));
  EXPECT_EQ(showed[0].subject(), "some-clinician");
  EXPECT_EQ(Audited()[showed[0].rpc()].size(), 1u);
}

}  // namespace
}  // namespace withdrawal::clinician
