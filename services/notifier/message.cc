#include "services/notifier/message.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "libs/hash/sha256.h"
#include "nlohmann/json.hpp"

namespace withdrawal::notifier {
namespace {

constexpr char kForm[] = "application/x-www-form-urlencoded";

std::string Dumped(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::string> Lines(const std::string& text) {
  return absl::StrSplit(text, '\n', absl::SkipWhitespace());
}

bool IsForm(const SendSettings& settings) {
  return absl::StartsWith(settings.sms_content_type, kForm);
}

Request WebhookRequest(const SendSettings& settings, const Letter& letter, const Channel& channel) {
  Request request;
  request.url = channel.to.empty() ? settings.webhook_url : channel.to;
  request.body = PageJson(letter);
  request.headers = {"Content-Type: application/json",
                     absl::StrCat("Idempotency-Key: ", letter.page_id)};
  if (!settings.webhook_secret.empty()) {
    request.headers.push_back("X-Signature: " + Signature(settings.webhook_secret, request.body));
  }
  return request;
}

Request SmsRequest(const SendSettings& settings, const Letter& letter, const Channel& channel) {
  const auto escaped = IsForm(settings) ? EscapedForForm : EscapedForJson;
  const std::string id = PublicId(letter.page_id);
  Request request;
  request.url = settings.sms_url;
  request.body = absl::StrReplaceAll(
      settings.sms_body,
      {{"{to}", escaped(channel.to)}, {"{text}", escaped(letter.page.text)}, {"{id}", id}});
  request.headers = {absl::StrCat("Content-Type: ", settings.sms_content_type),
                     absl::StrCat("Idempotency-Key: ", id)};
  for (const std::string& line : Lines(settings.sms_headers)) request.headers.push_back(line);
  return request;
}

Request MailRequest(const SendSettings& settings, const Letter& letter, const Channel& channel) {
  const std::string host = settings.smtp_from.substr(settings.smtp_from.find('@') + 1);
  const bool clinicians = letter.page.audience == Audience::kClinicians;
  Request request;
  request.mail = true;
  request.url = settings.smtp_url;
  request.mail_to = channel.to;
  request.body = absl::StrCat(
      "Date: ", absl::FormatTime(absl::RFC1123_full, letter.page.occurred_at, absl::UTCTimeZone()),
      "\r\nFrom: <", settings.smtp_from, ">\r\nTo: <", channel.to, ">\r\nMessage-ID: <",
      PublicId(letter.page_id), "@", host, ">\r\nSubject: ",
      clinicians ? absl::StrCat("Page: ", PriorityName(letter.page.priority)) : "A message for you",
      "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n", letter.page.text,
      "\r\n");
  return request;
}

}  // namespace

Request RequestFor(const SendSettings& settings, const Letter& letter, const Channel& channel) {
  switch (channel.kind) {
    case ChannelKind::kWebhook:
      return WebhookRequest(settings, letter, channel);
    case ChannelKind::kSms:
      return SmsRequest(settings, letter, channel);
    case ChannelKind::kSmtp:
      return MailRequest(settings, letter, channel);
  }
  return {};
}

std::string PageJson(const Letter& letter) {
  const Page& page = letter.page;
  nlohmann::json body = {{"page_id", letter.page_id},
                         {"patient_id", page.patient_id},
                         {"target", page.target},
                         {"recipient", letter.recipient},
                         {"text", page.text},
                         {"occurred_at", absl::FormatTime("%Y-%m-%dT%H:%M:%E3SZ", page.occurred_at,
                                                          absl::UTCTimeZone())}};
  if (page.audience == Audience::kClinicians) {
    body["event_id"] = page.event_id;
    body["alert_id"] = page.alert_id;
    body["priority"] = PriorityName(page.priority);
    body["rung"] = page.rung;
  }
  return Dumped(body);
}

std::string Signature(const std::string& secret, const std::string& body) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(body.data()), body.size(), mac, &length);
  return "sha256=" +
         absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(mac), length));
}

std::string EscapedForJson(const std::string& text) {
  const std::string quoted = Dumped(text);
  return quoted.substr(1, quoted.size() - 2);
}

std::string EscapedForForm(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || absl::StrContains("-._~", std::string(1, c))) {
      escaped += c;
    } else {
      absl::StrAppend(&escaped, "%", absl::Hex(byte, absl::kZeroPad2));
    }
  }
  return escaped;
}

std::string PublicId(const std::string& page_id) {
  return hash::Hex(hash::Sha256(page_id)).substr(0, 32);
}

std::string ProblemWith(const SendSettings& settings) {
  const auto web = [](const std::string& url) {
    return url.empty() || absl::StartsWith(url, "http://") || absl::StartsWith(url, "https://");
  };
  if (!web(settings.webhook_url)) return "webhook-url: must begin with https:// or http://";
  if (!web(settings.sms_url)) return "sms-url: must begin with https:// or http://";
  if (!settings.sms_url.empty()) {
    if (!IsForm(settings) && !absl::StartsWith(settings.sms_content_type, "application/json")) {
      return absl::StrCat("sms-content-type: must be application/json or ", kForm);
    }
    for (const char* place : {"{to}", "{text}"}) {
      if (!absl::StrContains(settings.sms_body, place)) {
        return absl::StrCat("sms-body: has no ", place);
      }
    }
  }
  for (const std::string& line : Lines(settings.sms_headers)) {
    if (!absl::StrContains(line, ':')) return "sms-headers: a line is no header";
  }
  if (settings.smtp_url.empty()) return "";
  const bool mail = absl::StartsWith(settings.smtp_url, "smtp://") ||
                    absl::StartsWith(settings.smtp_url, "smtps://");
  if (!mail) return "smtp-url: must begin with smtps:// or smtp://";
  return absl::StrContains(settings.smtp_from, '@') ? "" : "smtp-from: must be a mail address";
}

}  // namespace withdrawal::notifier
