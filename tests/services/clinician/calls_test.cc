// The one way of every unary call, with an audit trail that the test plays.
#include "services/clinician/calls.h"

#include <deque>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "libs/rpc/server.h"
#include "services/clinician/consistency.h"
#include "tests/libs/identity/test_issuer.h"
#include "tests/services/clinician/database_fixture.h"
#include "withdrawal/clinician/v1/clinician.grpc.pb.h"

namespace withdrawal::clinician {
namespace {

using identity::Action;
using testing::ElementsAre;

// Holds each entry until the test says that it is stored.
class HeldAudit final : public identity::AuditSink {
 public:
  void Record(identity::AuditEntry entry, Done done) override {
    absl::MutexLock lock(&mutex_);
    entries_.push_back({std::move(entry), std::move(done)});
  }
  identity::AuditEntry Await() {
    absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &HeldAudit::HasOne));
    return entries_.front().entry;
  }
  void Store() {
    Done done;
    {
      absl::MutexLock lock(&mutex_);
      done = std::move(entries_.front().done);
      entries_.pop_front();
    }
    done();
  }
  bool HasOne() const { return !entries_.empty(); }
  bool empty() {
    absl::MutexLock lock(&mutex_);
    return entries_.empty();
  }

 private:
  struct Held {
    identity::AuditEntry entry;
    Done done;
  };
  absl::Mutex mutex_;
  std::deque<Held> entries_;
};

// Three rpcs whose work is not the point.
class FakeService final : public v1::ClinicianService::CallbackService {
 public:
  explicit FakeService(Calls& calls) : calls_(calls) {}

  grpc::ServerUnaryReactor* GetPatient(grpc::CallbackServerContext* context,
                                       const v1::GetPatientRequest* request,
                                       v1::PatientSummary* response) override {
    return calls_.Read(context, request, response,
                       [](const QueryContext& query, const auto& asked, auto& answer) {
                         EXPECT_NE(query.caller, nullptr);
                         answer.set_patient_id(asked.patient_id());
                         return grpc::Status::OK;
                       });
  }
  grpc::ServerUnaryReactor* ListPatients(grpc::CallbackServerContext* context,
                                         const v1::ListPatientsRequest* request,
                                         v1::ListPatientsResponse* response) override {
    return calls_.Read(context, request, response,
                       [](const QueryContext&, const auto&, auto& answer) {
                         answer.add_patients()->set_patient_id("bea");
                         answer.add_patients()->set_patient_id("ann");
                         answer.add_patients()->set_patient_id("ann");
                         return grpc::Status::OK;
                       });
  }
  grpc::ServerUnaryReactor* PausePatient(grpc::CallbackServerContext* context,
                                         const v1::PausePatientRequest* request,
                                         v1::PutCarePlanResponse* response) override {
    return calls_.Write(
        context, request, response,
        [](const QueryContext&, const auto&, const std::string& trace, auto& answer, Done done) {
          EXPECT_FALSE(trace.empty());
          answer.mutable_care_plan()->set_patient_id("ann");
          std::thread([done = std::move(done)]() mutable {
            done(grpc::Status(grpc::StatusCode::ABORTED, "changed meanwhile"));
          }).detach();
        });
  }

 private:
  Calls& calls_;
};

class CallsTest : public testing::Test {
 protected:
  CallsTest() {
    Connection connection(database_.url());
    EXPECT_TRUE(Migrate(connection).ok());
    database_.Run(
        "INSERT INTO patient (patient_id, team, care_plan) VALUES"
        " ('ann', 'north', ''), ('bob', 'south', '')");
    auto server = rpc::Server::Start({.address = "127.0.0.1:0"}, {&service_}, registry_);
    EXPECT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = v1::ClinicianService::NewStub(grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials()));
  }

  // Makes the call; returns its audit entry, before it is stored.
  template <typename Request, typename Response>
  identity::AuditEntry Start(grpc::Status (v1::ClinicianService::Stub::*rpc)(grpc::ClientContext*,
                                                                             const Request&,
                                                                             Response*),
                             const Request& request, const std::string& role,
                             const std::string& break_glass = "") {
    const auto claims = identity::ClaimsOf("some-" + role, role, {"north"});
    context_ = std::make_unique<grpc::ClientContext>();
    context_->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
    context_->AddMetadata("authorization", "Bearer " + issuer_.Sign(claims));
    if (!break_glass.empty()) context_->AddMetadata(identity::kBreakGlassKey, break_glass);
    ended_ = false;
    caller_ = std::thread([this, rpc, request] {
      Response response;
      status_ = (stub_.get()->*rpc)(context_.get(), request, &response);
      ended_ = true;
    });
    return audit_.Await();
  }
  // The code of the answer, which comes only now.
  grpc::StatusCode Finish() {
    EXPECT_FALSE(ended_);
    audit_.Store();
    caller_.join();
    return status_.error_code();
  }

  TestDatabase database_;
  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  identity::TestIssuer issuer_{"key-1"};
  identity::Gate gate_{{identity::VerifierOf(issuer_.KeySet(), registry_), {}}, registry_};
  HeldAudit audit_;
  AlertRing ring_{16};
  WorkerPool workers_{database_.url(), 1, 16};
  Consistency consistency_{Config()};
  Calls calls_{gate_,
               audit_,
               consistency_,
               ring_,
               {[] { return true; }, [](const auto&, const auto&) { return std::nullopt; }},
               workers_,
               metrics_};
  FakeService service_{calls_};
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::ClinicianService::Stub> stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::thread caller_;
  grpc::Status status_;
  std::atomic<bool> ended_ = false;
};

TEST_F(CallsTest, AReadIsAnsweredOnceItsEntryIsStored) {
  v1::GetPatientRequest request;
  request.set_patient_id("ann");
  const auto entry = Start(&v1::ClinicianService::Stub::GetPatient, request, "clinician");
  EXPECT_EQ(entry.subject, "some-clinician");
  EXPECT_EQ(entry.role, "clinician");
  EXPECT_EQ(entry.rpc, "withdrawal.clinician.v1.ClinicianService/GetPatient");
  EXPECT_EQ(entry.action, Action::kRead);
  EXPECT_THAT(entry.patient_ids, ElementsAre("ann"));
  EXPECT_EQ(entry.outcome, "OK");
  EXPECT_FALSE(entry.break_glass);
  EXPECT_NE(entry.peer, "");
  EXPECT_EQ(Finish(), grpc::StatusCode::OK);
}

TEST_F(CallsTest, AListNamesWhomItShowed) {
  const auto entry = Start(&v1::ClinicianService::Stub::ListPatients, {}, "supervisor");
  EXPECT_THAT(entry.patient_ids, ElementsAre("ann", "bea"));
  EXPECT_EQ(Finish(), grpc::StatusCode::OK);
}

TEST_F(CallsTest, AWriteSaysWhyAndHowItEnded) {
  v1::PausePatientRequest request;
  request.set_patient_id("ann");
  request.set_reason("in hospital overnight");
  const auto entry = Start(&v1::ClinicianService::Stub::PausePatient, request, "clinician");
  EXPECT_EQ(entry.action, Action::kWrite);
  EXPECT_EQ(entry.reason, "in hospital overnight");
  EXPECT_EQ(entry.outcome, "ABORTED");
  EXPECT_EQ(Finish(), grpc::StatusCode::ABORTED);
}

TEST_F(CallsTest, WhatIsRefusedIsAuditedToo) {
  v1::GetPatientRequest request;
  request.set_patient_id("bob");
  const auto foreign = Start(&v1::ClinicianService::Stub::GetPatient, request, "clinician");
  EXPECT_THAT(foreign.patient_ids, ElementsAre("bob"));
  EXPECT_EQ(foreign.outcome, "PERMISSION_DENIED");
  EXPECT_EQ(Finish(), grpc::StatusCode::PERMISSION_DENIED);
  const auto role = Start(&v1::ClinicianService::Stub::GetPatient, request, "privacy-officer");
  EXPECT_EQ(role.role, "privacy-officer");
  EXPECT_EQ(role.outcome, "PERMISSION_DENIED");
  EXPECT_EQ(Finish(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(CallsTest, BreakGlassIsAuditedWithItsReason) {
  v1::GetPatientRequest request;
  request.set_patient_id("bob");
  const auto entry = Start(&v1::ClinicianService::Stub::GetPatient, request, "clinician",
                           "found unconscious in the hall");
  EXPECT_TRUE(entry.break_glass);
  EXPECT_EQ(entry.reason, "found unconscious in the hall");
  EXPECT_EQ(entry.outcome, "OK");
  EXPECT_EQ(Finish(), grpc::StatusCode::OK);
}

TEST_F(CallsTest, WhoIsNobodyIsNotAudited) {
  grpc::ClientContext context;
  v1::PatientSummary response;
  EXPECT_EQ(stub_->GetPatient(&context, {}, &response).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_TRUE(audit_.empty());
}

}  // namespace
}  // namespace withdrawal::clinician
