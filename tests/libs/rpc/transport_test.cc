#include "libs/rpc/transport.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "libs/rpc/server.h"
#include "prometheus/registry.h"
#include "withdrawal/ingest/v1/ingest.grpc.pb.h"

namespace withdrawal::rpc {
namespace {

using ingest::v1::IngestService;
using ::testing::AllOf;
using ::testing::HasSubstr;

class AnswersAll final : public IngestService::CallbackService {
  grpc::ServerUnaryReactor* SubmitCheckIn(grpc::CallbackServerContext* context,
                                          const ingest::v1::SubmitCheckInRequest*,
                                          ingest::v1::SubmitCheckInResponse*) override {
    auto* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
};

// Certificates of two authorities, made anew for each test by the openssl command.
class TransportTest : public ::testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/withdrawal-transport.XXXXXX";
    folder_ = mkdtemp(pattern);
    for (const std::string ca : {"ours", "other"}) {
      Run(
          absl::StrCat("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
                       " -days 2 -subj /CN=",
                       ca, " -keyout ", ca, ".key -out ", ca, ".pem"));
    }
    Issue("server", "ours");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return folder_ + "/" + name; }

  void Run(const std::string& command) {
    ASSERT_EQ(std::system(absl::StrCat("cd ", folder_, " && ", command, " 2>/dev/null").c_str()), 0)
        << command;
  }

  // NAME.pem and NAME.key of `ca`, for localhost.
  void Issue(const std::string& name, const std::string& ca) {
    Run(absl::StrCat(
        "openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=", name,
        " -keyout ", name, ".key -out ", name, ".csr"));
    Run(absl::StrCat("printf 'subjectAltName=DNS:localhost' > ", name,
                     ".ext && openssl x509 -req -in ", name, ".csr -CA ", ca, ".pem -CAkey ", ca,
                     ".key -CAcreateserial -days 2 -extfile ", name, ".ext -out ", name, ".pem"));
  }

  ServerTransport Files(const std::string& name) const {
    return {.certificate = Path(name + ".pem"),
            .key = Path(name + ".key"),
            .client_ca = "",
            .read_again_every = absl::Seconds(1)};
  }

  void Serve(const ServerTransport& transport) {
    ServerConfig config;
    config.address = "localhost:0";
    config.transport = transport;
    auto server = Server::Start(config, {&service_}, registry_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  // One call on a connection of its own.
  grpc::Status Call(const ClientTransport& transport) const {
    const auto credentials = MakeCredentials(transport);
    if (!credentials.ok())
      return {grpc::StatusCode::INVALID_ARGUMENT, credentials.status().ToString()};
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    const auto channel = grpc::CreateCustomChannel(absl::StrCat("localhost:", server_->port()),
                                                   *credentials, arguments);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
    ingest::v1::SubmitCheckInResponse response;
    return IngestService::NewStub(channel)->SubmitCheckIn(&context, {}, &response);
  }
  bool Reaches(const ClientTransport& transport) const { return Call(transport).ok(); }

  std::string folder_;
  prometheus::Registry registry_;
  AnswersAll service_;
  std::unique_ptr<Server> server_;
};

TEST_F(TransportTest, WithoutFilesItIsPlaintext) {
  Serve({});
  EXPECT_TRUE(Reaches({}));
  EXPECT_FALSE(Reaches({.ca = Path("ours.pem"), .certificate = "", .key = ""}));
}

TEST_F(TransportTest, ATlsServerIsReachedByThoseWhoTrustItsAuthorityAlone) {
  Serve(Files("server"));
  EXPECT_TRUE(Reaches({.ca = Path("ours.pem"), .certificate = "", .key = ""}));
  EXPECT_FALSE(Reaches({.ca = Path("other.pem"), .certificate = "", .key = ""}));
  EXPECT_FALSE(Reaches({}));
}

TEST_F(TransportTest, AMutualTlsServerLetsInCertificatesOfItsAuthorityAlone) {
  Issue("client", "ours");
  Issue("stranger", "other");
  ServerTransport transport = Files("server");
  transport.client_ca = Path("ours.pem");
  Serve(transport);
  const std::string ca = Path("ours.pem");
  EXPECT_TRUE(Reaches({ca, Path("client.pem"), Path("client.key")}));
  EXPECT_FALSE(Reaches({ca, Path("stranger.pem"), Path("stranger.key")}));
  EXPECT_FALSE(Reaches({ca, "", ""}));
}

TEST_F(TransportTest, ARotatedCertificateIsShownWithoutARestart) {
  Issue("next", "other");
  for (const std::string name : {"server", "next"}) {
    Run(absl::StrCat("mkdir ", name, ".d && cp ", name, ".pem ", name, ".d/tls.crt && cp ", name,
                     ".key ", name, ".d/tls.key"));
  }
  Run("ln -s server.d current");
  Serve({.certificate = Path("current/tls.crt"),
         .key = Path("current/tls.key"),
         .client_ca = "",
         .read_again_every = absl::Seconds(1)});
  const ClientTransport trusts_ours{.ca = Path("ours.pem"), .certificate = "", .key = ""};
  const ClientTransport trusts_other{.ca = Path("other.pem"), .certificate = "", .key = ""};
  ASSERT_TRUE(Reaches(trusts_ours));
  ASSERT_FALSE(Reaches(trusts_other));
  Run("ln -s next.d later && mv -T later current");
  const absl::Time give_up = absl::Now() + absl::Seconds(30);
  while (!Reaches(trusts_other) && absl::Now() < give_up) absl::SleepFor(absl::Milliseconds(100));
  EXPECT_TRUE(Reaches(trusts_other));
  EXPECT_FALSE(Reaches(trusts_ours));
}

TEST_F(TransportTest, FilesThatDoNotFitAreNamed) {
  Issue("another", "ours");
  const auto error = [](const ServerTransport& transport) {
    const auto credentials = MakeCredentials(transport);
    return credentials.ok() ? "" : std::string(credentials.status().message());
  };
  ServerTransport transport = Files("server");
  transport.key = Path("another.key");
  EXPECT_THAT(error(transport), AllOf(HasSubstr("another.key"), HasSubstr("is not the key of")));
  transport.key = Path("nowhere.key");
  EXPECT_THAT(error(transport), HasSubstr("nowhere.key: cannot be read"));
  transport.key = "";
  EXPECT_THAT(error(transport), HasSubstr("needs a certificate and its key"));
  transport = Files("server");
  transport.certificate = Path("server.key");
  EXPECT_THAT(error(transport), HasSubstr("holds no certificate"));
  transport = Files("server");
  transport.client_ca = Path("server.csr");
  EXPECT_THAT(error(transport), HasSubstr("server.csr: holds no certificate"));
  Run("openssl ec -in server.key -aes128 -passout pass:secret -out locked.key");
  transport = Files("server");
  transport.key = Path("locked.key");
  EXPECT_THAT(error(transport), HasSubstr("no unencrypted private key"));
  EXPECT_THAT(MakeCredentials(ClientTransport{"", Path("server.pem"), Path("server.key")})
                  .status()
                  .message(),
              HasSubstr("the CA of the servers"));
}

TEST_F(TransportTest, TheEndOfACertificateIsTold) {
  const auto end = EndOfCertificate(Path("server.pem"));
  ASSERT_TRUE(end.ok()) << end.status();
  EXPECT_GT(*end, absl::Now() + absl::Hours(47));
  EXPECT_LT(*end, absl::Now() + absl::Hours(49));
}

TEST(Transport, LoopbackIsToldFromOtherNetworks) {
  for (const char* address : {"127.0.0.1:50051", "127.1.2.3:1", "localhost:0", "[::1]:50051"}) {
    EXPECT_TRUE(IsLoopback(address)) << address;
  }
  for (const char* address : {"0.0.0.0:50051", "[::]:50051", "10.0.0.1:1", "example:1"}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

}  // namespace
}  // namespace withdrawal::rpc
