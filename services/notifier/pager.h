// How a page leaves the system. One thread uses a Pager.
#pragma once

#include <memory>
#include <string>

#include "services/notifier/core/page.h"

namespace withdrawal::notifier {

enum class Delivery {
  kDelivered,
  kFailed,   // try again: no answer, 408, 425, 429 or 5xx
  kRefused,  // the receiver will never take it: any other answer
};

class Pager {
 public:
  virtual ~Pager() = default;
  virtual Delivery Send(const Page& page) = 0;
};

// Writes a log line "page" per page: for installations without a webhook yet.
class LogPager final : public Pager {
 public:
  Delivery Send(const Page& page) override;
};

// POSTs JSON (PageJson) to the URL, at most 5 s, without following redirects. Headers:
//   Idempotency-Key: the event id, the same on each retry
//   X-Signature: sha256=<hex of HMAC-SHA256(secret, body)>, when there is a secret
// Needs curl_global_init before.
std::unique_ptr<Pager> MakeWebhookPager(const std::string& url, const std::string& secret);

// {"event_id","alert_id","patient_id","priority","rung","target","text","occurred_at"}
std::string PageJson(const Page& page);

// "sha256=..." as in X-Signature.
std::string Signature(const std::string& secret, const std::string& body);

}  // namespace withdrawal::notifier
