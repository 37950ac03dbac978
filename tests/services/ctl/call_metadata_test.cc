#include "services/ctl/call_metadata.h"

#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "grpcpp/support/client_interceptor.h"
#include "gtest/gtest.h"
#include "libs/rpc/server.h"
#include "services/ctl/clients.h"

namespace withdrawal::ctl {
namespace {

// Remembers what each call brought.
class Listener final : public ipb::IngestService::CallbackService {
 public:
  grpc::ServerUnaryReactor* SubmitCheckIn(grpc::CallbackServerContext* context,
                                          const ipb::SubmitCheckInRequest*,
                                          ipb::SubmitCheckInResponse*) override {
    {
      absl::MutexLock lock(&mutex_);
      heard_.clear();
      for (const auto& [key, value] : context->client_metadata()) {
        heard_[std::string(key.data(), key.size())] = std::string(value.data(), value.size());
      }
    }
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  std::map<std::string, std::string> heard() {
    absl::MutexLock lock(&mutex_);
    return heard_;
  }

 private:
  absl::Mutex mutex_;
  std::map<std::string, std::string> heard_;
};

class CallMetadataTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto server = rpc::Server::Start({.address = "127.0.0.1:0"}, {&listener_}, registry_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    stub_ = ipb::IngestService::NewStub(grpc::experimental::CreateCustomChannelWithInterceptors(
        absl::StrCat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials(), {},
        AddCallMetadata()));
  }
  ~CallMetadataTest() override {
    SetCallMetadata({});
    std::remove(path_.c_str());
  }
  std::map<std::string, std::string> Call() {
    EXPECT_TRUE(Succeeds([&](grpc::ClientContext& context) {
      ipb::SubmitCheckInResponse response;
      return stub_->SubmitCheckIn(&context, {}, &response);
    }));
    return listener_.heard();
  }

  const std::string path_ = absl::StrCat(::testing::TempDir(), "/token-", getpid());
  prometheus::Registry registry_;
  Listener listener_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<ipb::IngestService::Stub> stub_;
};

TEST_F(CallMetadataTest, TheTokenOfTheFileIsReadAgainForEachCall) {
  SetCallMetadata({path_, ""});
  std::ofstream(path_) << "first\n";
  EXPECT_EQ(Call()["authorization"], "Bearer first");
  std::ofstream(path_) << "second";
  EXPECT_EQ(Call()["authorization"], "Bearer second");
  EXPECT_EQ(Call().count("withdrawal-break-glass-reason"), 0u);
}

TEST_F(CallMetadataTest, WithoutAFileThereIsNoToken) {
  EXPECT_EQ(Call().count("authorization"), 0u);
}

TEST_F(CallMetadataTest, TheReasonOfBreakGlassGoesWithTheCall) {
  SetCallMetadata({"", "found unconscious in the hall"});
  EXPECT_EQ(Call()["withdrawal-break-glass-reason"], "found unconscious in the hall");
}

}  // namespace
}  // namespace withdrawal::ctl
