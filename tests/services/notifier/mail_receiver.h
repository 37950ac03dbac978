// A mail server on a free port: speaks as much SMTP as one mail needs and keeps what it got.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

namespace withdrawal::notifier {

class MailReceiver {
 public:
  // `answer_to_recipient`: of RCPT, "250 ok".
  explicit MailReceiver(std::string answer_to_recipient)
      : answer_to_recipient_(std::move(answer_to_recipient)) {
    listener_ = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
    listen(listener_, 16);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    url_ = absl::StrCat("smtp://127.0.0.1:", ntohs(address.sin_port));
    thread_ = std::thread([this] { Serve(); });
  }
  ~MailReceiver() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }

  const std::string& url() const { return url_; }
  // All that clients said, mails included.
  std::string said() {
    absl::MutexLock lock(&mutex_);
    return said_;
  }

 private:
  void Serve() {
    for (int peer; (peer = accept(listener_, nullptr, nullptr)) >= 0; close(peer)) {
      Say(peer, "220 test");
      std::string line;
      bool in_mail = false;
      for (char c; read(peer, &c, 1) == 1;) {
        line += c;
        if (c != '\n') continue;
        {
          absl::MutexLock lock(&mutex_);
          said_ += line;
        }
        if (in_mail) {
          if (line == ".\r\n") Say(peer, "250 taken");
          in_mail = line != ".\r\n";
        } else if (absl::StartsWith(line, "DATA")) {
          in_mail = true;
          Say(peer, "354 go on");
        } else {
          Say(peer, absl::StartsWith(line, "RCPT") ? answer_to_recipient_ : "250 ok");
        }
        line.clear();
      }
    }
  }

  static void Say(int peer, const std::string& line) {
    const std::string text = line + "\r\n";
    (void)!write(peer, text.data(), text.size());
  }

  const std::string answer_to_recipient_;
  int listener_ = -1;
  std::string url_;
  absl::Mutex mutex_;
  std::string said_;
  std::thread thread_;
};

}  // namespace withdrawal::notifier
