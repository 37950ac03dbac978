// The whole of ingest but Kafka: a real server on a free port over a FakeLog.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "gtest/gtest.h"
#include "libs/rpc/server.h"
#include "libs/rpc/status.h"
#include "prometheus/registry.h"
#include "services/ingest/intake.h"
#include "services/ingest/service.h"
#include "tests/services/ingest/examples.h"
#include "tests/services/ingest/fake_log.h"

namespace withdrawal::ingest {

// One unary call on a thread of its own.
struct Call {
  grpc::ClientContext context;
  v1::SubmitCheckInResponse response;
  grpc::Status status;
  std::atomic<bool> ended = false;
  std::thread thread;

  const grpc::Status& Await() {
    if (thread.joinable()) thread.join();
    return status;
  }
  ~Call() {
    context.TryCancel();  // no test waits for an answer nobody gives
    Await();
  }
};

inline std::string ReasonOf(const google::rpc::Status& status) {
  google::rpc::ErrorInfo info;
  for (const auto& any : status.details()) {
    if (any.UnpackTo(&info)) return info.reason();
  }
  return "";
}
inline std::string ReasonOf(const grpc::Status& status) { return ReasonOf(rpc::ToProto(status)); }

class IngestServer : public ::testing::Test {
 protected:
  void SetUp() override { Start({}); }
  void TearDown() override {
    while (log_.pending() > 0) log_.AnswerOne(absl::UnavailableError("test ends"));
    server_->Shutdown(absl::ZeroDuration());
  }

  // Who callers are: nobody asks.
  virtual identity::Callers NewCallers() { return {std::make_unique<identity::NoIdentity>(), {}}; }
  virtual identity::AuditSink& audit() { return no_audit_; }

  void Start(IntakeConfig config, int per_stream_max = 256) {
    if (server_ != nullptr) server_->Shutdown(absl::ZeroDuration());
    intake_ = std::make_unique<Intake>(config, BuiltInRules(), log_, metrics_, Now);
    gate_ = std::make_unique<identity::Gate>(NewCallers(), registry_);
    senders_ = std::make_unique<Senders>(*gate_, audit(), enrolments_);
    service_ = std::make_unique<Service>(*intake_, *senders_, metrics_, per_stream_max);
    rpc::ServerConfig server_config;
    server_config.address = "127.0.0.1:0";
    server_config.message_bytes_max = config.message_bytes_max;
    auto server = rpc::Server::Start(server_config, {service_.get()}, registry_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = v1::IngestService::NewStub(grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials()));
  }

  std::unique_ptr<Call> Submit(const events::v1::CheckIn& check_in,
                               const std::string& traceparent = "") {
    auto call = std::make_unique<Call>();
    call->context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    if (!traceparent.empty()) call->context.AddMetadata("traceparent", traceparent);
    v1::SubmitCheckInRequest request;
    *request.mutable_check_in() = check_in;
    call->thread = std::thread([this, request, call = call.get()] {
      call->status = stub_->SubmitCheckIn(&call->context, request, &call->response);
      call->ended = true;
    });
    return call;
  }

  // Until `count` more check-ins are within the intake: appended or waiting for an append.
  void AwaitInFlight(double count) {
    while (metrics_.in_flight.Value() < count) std::this_thread::yield();
  }

  prometheus::Registry registry_;
  Metrics metrics_{registry_};
  FakeLog log_;
  std::unique_ptr<Intake> intake_;
  Enrolments enrolments_;
  identity::NoAudit no_audit_;
  std::unique_ptr<identity::Gate> gate_;
  std::unique_ptr<Senders> senders_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::IngestService::Stub> stub_;
};

}  // namespace withdrawal::ingest
