// Keys from a URL, fetched from a small HTTP server within the test.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "libs/identity/key_source.h"
#include "libs/metrics/metrics.h"
#include "tests/libs/identity/test_issuer.h"

namespace withdrawal::identity {
namespace {

// Answers every request with the same status line and body, one connection at a time.
class HttpServer {
 public:
  HttpServer() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(socket_, 8), 0);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { Run(); });
  }
  ~HttpServer() {
    shutdown(socket_, SHUT_RDWR);
    thread_.join();
    close(socket_);
  }

  void Set(const std::string& status, const std::string& body) {
    absl::MutexLock lock(&mutex_);
    answer_ = absl::StrCat("HTTP/1.1 ", status, "\r\nContent-Length: ", body.size(),
                           "\r\nConnection: close\r\n\r\n", body);
  }
  std::string url() const { return absl::StrCat("http://127.0.0.1:", port_, "/keys"); }

 private:
  void Run() {
    while (true) {
      const int client = accept(socket_, nullptr, nullptr);
      if (client < 0) return;
      char request[4096];
      EXPECT_GT(read(client, request, sizeof request), 0);
      std::string answer;
      {
        absl::MutexLock lock(&mutex_);
        answer = answer_;
      }
      EXPECT_EQ(write(client, answer.data(), answer.size()), static_cast<ssize_t>(answer.size()));
      close(client);
    }
  }

  const int socket_;
  int port_ = 0;
  absl::Mutex mutex_;
  std::string answer_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

TEST(KeyUrl, IsFetchedAtTheStart) {
  HttpServer server;
  server.Set("200 OK", TestIssuer("one").KeySet());
  prometheus::Registry registry;
  const auto source = KeySource::Open(server.url(), "", registry);
  ASSERT_TRUE(source.ok()) << source.status();
  while ((*source)->keys()->generation == 0) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_EQ((*source)->keys()->keys.front().kid, "one");
}

TEST(KeyUrl, AProviderThatDoesNotAnswerStopsNoStartAndIsCounted) {
  HttpServer server;
  server.Set("503 Service Unavailable", TestIssuer("one").KeySet());
  prometheus::Registry registry;
  const auto source = KeySource::Open(server.url(), "", registry);
  ASSERT_TRUE(source.ok()) << source.status();
  const auto failed = [&] {
    return metrics::ScrapeText(registry).find("withdrawal_identity_key_failures_total 1") !=
           std::string::npos;
  };
  while (!failed()) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE((*source)->keys()->keys.empty());
}

}  // namespace
}  // namespace withdrawal::identity
