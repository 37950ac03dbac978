// How letters leave the system. One thread uses a Sender; it never waits.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "services/notifier/core/outbox.h"
#include "services/notifier/message.h"

namespace withdrawal::notifier {

class Sender {
 public:
  struct Done {
    int64_t ticket = 0;
    Delivery delivery = Delivery::kFailed;
    std::string trouble;  // "answered 503", "could not connect to server"; no addresses
  };

  virtual ~Sender() = default;
  // Whether this channel can take one more now.
  virtual bool Free(const Channel& channel) const = 0;
  virtual void Start(int64_t ticket, const Letter& letter, const Channel& channel) = 0;
  // Goes on with what was started; what has ended since.
  virtual std::vector<Done> Work() = 0;
  virtual size_t in_flight() const = 0;
};

// Writes a log line "page" per letter: for installations without a way to send yet.
class LogSender final : public Sender {
 public:
  bool Free(const Channel&) const override { return true; }
  void Start(int64_t ticket, const Letter& letter, const Channel& channel) override;
  std::vector<Done> Work() override { return std::exchange(done_, {}); }
  size_t in_flight() const override { return done_.size(); }

 private:
  std::vector<Done> done_;
};

// By HTTP and SMTP, at most 5 s a try and 8 at once to one receiver, so that a dead one holds up
// nobody else's. No redirects.
//   408, 425, 429, 5xx, no answer      to be tried again
//   any other answer of HTTP           refused
//   550, 551, 553, 554 of SMTP         refused; all else is tried again
// Needs curl_global_init before.
std::unique_ptr<Sender> MakeCurlSender(const SendSettings& settings);

}  // namespace withdrawal::notifier
