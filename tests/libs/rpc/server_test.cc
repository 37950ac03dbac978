#include "libs/rpc/server.h"

#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "grpcpp/generic/generic_stub.h"
#include "gtest/gtest.h"
#include "libs/metrics/metrics.h"
#include "withdrawal/ingest/v1/ingest.grpc.pb.h"

namespace withdrawal::rpc {
namespace {

using ingest::v1::IngestService;
using ::testing::HasSubstr;

// Answers every unary call with its check_in_id, "hold" only when the call is cancelled.
class EchoService final : public IngestService::CallbackService {
 public:
  grpc::ServerUnaryReactor* SubmitCheckIn(grpc::CallbackServerContext* context,
                                          const ingest::v1::SubmitCheckInRequest* request,
                                          ingest::v1::SubmitCheckInResponse* response) override {
    class Holding final : public grpc::ServerUnaryReactor {
      void OnCancel() override { Finish(grpc::Status::CANCELLED); }
      void OnDone() override { delete this; }
    };
    if (request->check_in().check_in_id() == "hold") return new Holding;
    response->set_check_in_id(request->check_in().check_in_id());
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ServerConfig config;
    config.address = "127.0.0.1:0";
    auto server = Server::Start(config, {&service_}, registry_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    channel_ = grpc::CreateChannel(absl::StrCat("127.0.0.1:", server_->port()),
                                   grpc::InsecureChannelCredentials());
  }

  grpc::Status Submit(const std::string& check_in_id) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    ingest::v1::SubmitCheckInRequest request;
    request.mutable_check_in()->set_check_in_id(check_in_id);
    ingest::v1::SubmitCheckInResponse response;
    return IngestService::NewStub(channel_)->SubmitCheckIn(&context, request, &response);
  }

  // A call of any method with an empty message; the raw answer.
  std::string Call(const std::string& method, grpc::Status* status) {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    grpc::CompletionQueue queue;
    const grpc::ByteBuffer request(nullptr, 0);
    grpc::ByteBuffer response;
    auto call = stub.PrepareUnaryCall(&context, method, request, &queue);
    call->StartCall();
    call->Finish(&response, status, this);
    void* tag = nullptr;
    bool ok = false;
    queue.Next(&tag, &ok);
    std::vector<grpc::Slice> slices;
    response.Dump(&slices);
    std::string bytes;
    for (const auto& slice : slices) bytes.append(slice.begin(), slice.end());
    return bytes;
  }

  prometheus::Registry registry_;
  EchoService service_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(ServerTest, CountsCallsByMethodAndCode) {
  EXPECT_TRUE(Submit("a").ok());
  EXPECT_TRUE(Submit("b").ok());
  EXPECT_THAT(metrics::ScrapeText(registry_),
              HasSubstr("withdrawal_rpc_handled_total{code=\"OK\",method=\"withdrawal.ingest.v1."
                        "IngestService/SubmitCheckIn\"} 2"));
}

TEST_F(ServerTest, InventedMethodsAddNoSeries) {
  grpc::Status status;
  Call("/no.such.Service/WithSome\"Text", &status);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(metrics::ScrapeText(registry_).find("WithSome"), std::string::npos);
}

TEST_F(ServerTest, MessageOverTheLimitIsRefused) {
  EXPECT_EQ(Submit(std::string(70'000, 'x')).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(ServerTest, HealthFollowsSetServing) {
  grpc::Status status;
  EXPECT_EQ(Call("/grpc.health.v1.Health/Check", &status), "\x08\x02");  // NOT_SERVING
  server_->SetServing(true);
  EXPECT_EQ(Call("/grpc.health.v1.Health/Check", &status), "\x08\x01");  // SERVING
  EXPECT_TRUE(status.ok());
}

// A service that the policy knows nothing of.
class StrangeService final : public grpc::Service {
 public:
  StrangeService() {
    AddMethod(new grpc::internal::RpcServiceMethod("/strange.v1.Strange/Do",
                                                   grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
  }
};

TEST_F(ServerTest, DoesNotStartWithAnRpcThatThePolicyHasNoRowFor) {
  StrangeService strange;
  ServerConfig config;
  config.address = "127.0.0.1:0";
  const auto server = Server::Start(config, {&service_, &strange}, registry_);
  ASSERT_EQ(server.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(server.status().message()), HasSubstr("strange.v1.Strange"));
}

TEST_F(ServerTest, SecondServerOnThePortIsRefused) {
  ServerConfig config;
  config.address = absl::StrCat("127.0.0.1:", server_->port());
  EXPECT_EQ(Server::Start(config, {}, registry_).status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(ServerTest, ShutdownCancelsACallThatOutlastsTheGrace) {
  ASSERT_TRUE(Submit("connects").ok());
  grpc::Status held;
  std::thread caller([&] { held = Submit("hold"); });
  server_->Shutdown(absl::Milliseconds(300));
  caller.join();
  EXPECT_FALSE(held.ok());
}

}  // namespace
}  // namespace withdrawal::rpc
