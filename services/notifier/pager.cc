#include "services/notifier/pager.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/runtime/log.h"
#include "nlohmann/json.hpp"

namespace withdrawal::notifier {
namespace {

constexpr long kTimeoutMilliseconds = 5000;

size_t Discard(char*, size_t size, size_t count, void*) { return size * count; }

bool Retriable(long http_status) {
  return http_status == 408 || http_status == 425 || http_status == 429 || http_status >= 500;
}

class WebhookPager final : public Pager {
 public:
  WebhookPager(const std::string& url, std::string secret)
      : secret_(std::move(secret)), curl_(curl_easy_init(), curl_easy_cleanup) {
    curl_easy_setopt(curl_.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl_.get(), CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl_.get(), CURLOPT_TIMEOUT_MS, kTimeoutMilliseconds);
    curl_easy_setopt(curl_.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl_.get(), CURLOPT_WRITEFUNCTION, Discard);
  }

  Delivery Send(const Page& page) override {
    const std::string body = PageJson(page);
    curl_slist* list = curl_slist_append(nullptr, "Content-Type: application/json");
    list = curl_slist_append(list, absl::StrCat("Idempotency-Key: ", page.event_id).c_str());
    if (!secret_.empty()) {
      list = curl_slist_append(list, ("X-Signature: " + Signature(secret_, body)).c_str());
    }
    const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(list,
                                                                              curl_slist_free_all);
    curl_easy_setopt(curl_.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDS, body.c_str());
    curl_easy_setopt(curl_.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(body.size()));
    const CURLcode code = curl_easy_perform(curl_.get());
    long http_status = 0;
    curl_easy_getinfo(curl_.get(), CURLINFO_RESPONSE_CODE, &http_status);
    if (code == CURLE_OK && http_status >= 200 && http_status < 300) return Delivery::kDelivered;
    runtime::Log(spdlog::level::warn, "webhook did not take the page",
                 {{"event_id", page.event_id},
                  {"http_status", absl::StrCat(http_status)},
                  {"curl", curl_easy_strerror(code)}});
    return code != CURLE_OK || Retriable(http_status) ? Delivery::kFailed : Delivery::kRefused;
  }

 private:
  const std::string secret_;
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
};

}  // namespace

Delivery LogPager::Send(const Page& page) {
  runtime::Log(spdlog::level::warn, "page",
               {{"event_id", page.event_id},
                {"alert_id", page.alert_id},
                {"patient_id", page.patient_id},
                {"priority", PriorityName(page.priority)},
                {"rung", absl::StrCat(page.rung)},
                {"target", page.target}});
  return Delivery::kDelivered;
}

std::unique_ptr<Pager> MakeWebhookPager(const std::string& url, const std::string& secret) {
  return std::make_unique<WebhookPager>(url, secret);
}

std::string PageJson(const Page& page) {
  const nlohmann::json body = {
      {"event_id", page.event_id},
      {"alert_id", page.alert_id},
      {"patient_id", page.patient_id},
      {"priority", PriorityName(page.priority)},
      {"rung", page.rung},
      {"target", page.target},
      {"text", page.text},
      {"occurred_at",
       absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", page.occurred_at, absl::UTCTimeZone())}};
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string Signature(const std::string& secret, const std::string& body) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac, &length);
  return "sha256=" +
         absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(mac), length));
}

}  // namespace withdrawal::notifier
