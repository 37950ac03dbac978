// A receiver of webhooks on a free port: answers each POST with the next status of a list (the last
// one for ever) and keeps what it got.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

namespace withdrawal::notifier {

class WebReceiver {
 public:
  explicit WebReceiver(std::vector<int> statuses) : statuses_(std::move(statuses)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
    listen(listener_, 16);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    url_ = absl::StrCat("http://127.0.0.1:", ntohs(address.sin_port), "/pages");
    thread_ = std::thread([this] { Serve(); });
  }
  ~WebReceiver() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

  const std::string& url() const { return url_; }
  std::vector<std::string> requests() {
    absl::MutexLock lock(&mutex_);
    return requests_;
  }

 private:
  void Serve() {
    for (int peer; (peer = accept(listener_, nullptr, nullptr)) >= 0; close(peer)) {
      const std::string request = ReadRequest(peer);
      absl::MutexLock lock(&mutex_);
      const size_t index = std::min(requests_.size(), statuses_.size() - 1);
      requests_.push_back(request);
      const std::string answer = absl::StrCat(
          "HTTP/1.1 ", statuses_[index], " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      (void)!write(peer, answer.data(), answer.size());
    }
  }

  static std::string ReadRequest(int peer) {
    std::string request;
    char buffer[4096];
    while (true) {
      const ssize_t size = read(peer, buffer, sizeof buffer);
      if (size <= 0) return request;
      request.append(buffer, static_cast<size_t>(size));
      const size_t head_end = request.find("\r\n\r\n");
      const size_t at = request.find("Content-Length: ");
      if (head_end == std::string::npos || at == std::string::npos) continue;
      const size_t body = std::stoul(request.substr(at + 16));
      if (request.size() >= head_end + 4 + body) return request;
    }
  }

  const std::vector<int> statuses_;
  int listener_ = -1;
  std::string url_;
  absl::Mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace withdrawal::notifier
