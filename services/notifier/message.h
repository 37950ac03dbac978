// What goes over the wire for one letter on one channel.
#pragma once

#include <string>
#include <vector>

#include "services/notifier/core/on_call.h"

namespace withdrawal::notifier {

// How the installation sends. An empty URL: not that way.
struct SendSettings {
  std::string webhook_url;  // of letters that name none
  std::string webhook_secret;
  std::string sms_url;
  std::string sms_content_type = "application/json";
  std::string sms_body = R"({"to":"{to}","text":"{text}"})";
  std::string sms_headers;  // one a line: "Authorization: Bearer ..."
  std::string smtp_url;     // smtp://host:587 or smtps://host:465
  std::string smtp_from;
  std::string smtp_user;
  std::string smtp_password;
  bool smtp_starttls = true;  // with smtp://: no mail without it
};

struct Request {
  std::string url;
  std::vector<std::string> headers;  // of HTTP
  std::string body;
  bool mail = false;
  std::string mail_to;
};

Request RequestFor(const SendSettings& settings, const Letter& letter, const Channel& channel);

// Of a webhook. For clinicians {"page_id","event_id","alert_id","patient_id","priority","rung",
// "target","recipient","text","occurred_at"}; for the person and support contacts nothing of the
// alert: {"page_id","patient_id","target","recipient","text","occurred_at"}.
std::string PageJson(const Letter& letter);

// "sha256=..." as in X-Signature.
std::string Signature(const std::string& secret, const std::string& body);

// `text` as it stands within a JSON string, or within a form.
std::string EscapedForJson(const std::string& text);
std::string EscapedForForm(const std::string& text);

// The page as parties outside may know it: a hash, for ids contain those of people.
std::string PublicId(const std::string& page_id);

// InvalidArgument: a template without {to} and {text}, a body type that cannot be escaped for, a
// header without a colon, a mail server without a sender.
std::string ProblemWith(const SendSettings& settings);

}  // namespace withdrawal::notifier
