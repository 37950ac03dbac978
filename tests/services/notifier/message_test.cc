#include "services/notifier/message.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/services/notifier/example_letter.h"

namespace withdrawal::notifier {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Channel kText{ChannelKind::kSms, "+441632960001"};
const Channel kMail{ChannelKind::kSmtp, "n1@example.org"};

SendSettings Gateways() {
  SendSettings settings;
  settings.webhook_url = "https://hook.example.org/pages";
  settings.webhook_secret = "key";
  settings.sms_url = "https://sms.example.org/send";
  settings.sms_headers = "Authorization: Bearer abc\nX-Account: 7\n";
  settings.smtp_url = "smtp://mail.example.org:587";
  settings.smtp_from = "pages@clinic.example.org";
  return settings;
}

TEST(Message, SignatureIsHmacSha256) {
  // RFC 4231, test case 2.
  EXPECT_EQ(Signature("Jefe", "what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Message, AWebhookHoldsWhatTheReceiverNeeds) {
  const Request request = RequestFor(Gateways(), ExampleLetter(), Channel{});
  EXPECT_EQ(request.url, "https://hook.example.org/pages");
  EXPECT_THAT(request.headers, Contains("Idempotency-Key: a1/3/n1"));
  EXPECT_THAT(request.headers, Contains("X-Signature: " + Signature("key", request.body)));
  const auto body = nlohmann::json::parse(request.body);
  EXPECT_EQ(body["page_id"], "a1/3/n1");
  EXPECT_EQ(body["event_id"], "a1/3");
  EXPECT_EQ(body["patient_id"], "p1");
  EXPECT_EQ(body["priority"], "EMERGENCY");
  EXPECT_EQ(body["rung"], 1);
  EXPECT_EQ(body["target"], "secondary");
  EXPECT_EQ(body["recipient"], "n1");
  EXPECT_EQ(body["occurred_at"], "2027-01-15T08:00:00.250Z");
  const Channel own{ChannelKind::kWebhook, "https://push.example.org/n1"};
  EXPECT_EQ(RequestFor(Gateways(), ExampleLetter(), own).url, own.to);
}

// PR-04: only what the consent covers.
TEST(Message, AWebhookForASupportContactSaysNothingOfTheAlert) {
  Letter letter = ExampleLetter();
  letter.page.audience = Audience::kSupportContact;
  const auto body = nlohmann::json::parse(RequestFor(Gateways(), letter, Channel{}).body);
  EXPECT_EQ(body.size(), 6u);
  for (const char* field : {"alert_id", "event_id", "priority", "rung"}) {
    EXPECT_FALSE(body.contains(field)) << field;
  }
}

TEST(Message, ATextMessageFillsTheTemplateWhateverTheTextIs) {
  SendSettings settings = Gateways();
  settings.sms_body = R"({"number":"{to}","message":"{text}","ref":"{id}"})";
  Letter letter = ExampleLetter();
  letter.page.text = "say \"yes\" \\ no\n{to} é";
  Request request = RequestFor(settings, letter, kText);
  EXPECT_EQ(request.url, settings.sms_url);
  auto body = nlohmann::json::parse(request.body);
  EXPECT_EQ(body["number"], "+441632960001");
  EXPECT_EQ(body["message"], letter.page.text);
  EXPECT_EQ(body["ref"], PublicId("a1/3/n1"));
  EXPECT_THAT(request.headers, Contains("Authorization: Bearer abc"));
  EXPECT_THAT(request.headers, Contains("X-Account: 7"));
  EXPECT_THAT(request.headers, Contains("Content-Type: application/json"));

  settings.sms_content_type = "application/x-www-form-urlencoded";
  settings.sms_body = "To={to}&Body={text}";
  letter.page.text = "a&b=c +é%";
  request = RequestFor(settings, letter, kText);
  EXPECT_EQ(request.body, "To=%2b441632960001&Body=a%26b%3dc%20%2b%c3%a9%25");
}

// PR-16: what leaves the clinic names nobody.
TEST(Message, TextMessagesAndMailsBearNoIdsOfThePersonOrTheAlert) {
  Letter letter = ExampleLetter();
  letter.page.alert_id = "ann:RF-01:1";
  letter.page.patient_id = "ann";
  letter.page_id = "ann:RF-01:1/3/n1";
  for (const Channel& channel : {kText, kMail}) {
    const Request request = RequestFor(Gateways(), letter, channel);
    for (const std::string& text : {request.body, testing::PrintToString(request.headers)}) {
      EXPECT_THAT(text, Not(HasSubstr("ann"))) << text;
      EXPECT_THAT(text, Not(HasSubstr("RF-01"))) << text;
    }
  }
}

TEST(Message, AMailHasTheSameIdEachTime) {
  const Request request = RequestFor(Gateways(), ExampleLetter(), kMail);
  EXPECT_TRUE(request.mail);
  EXPECT_EQ(request.mail_to, "n1@example.org");
  EXPECT_EQ(request.body,
            "Date: Fri, 15 Jan 2027 08:00:00 +0000\r\n"
            "From: <pages@clinic.example.org>\r\n"
            "To: <n1@example.org>\r\n"
            "Message-ID: <" +
                PublicId("a1/3/n1") +
                "@clinic.example.org>\r\n"
                "Subject: Page: EMERGENCY\r\n"
                "MIME-Version: 1.0\r\n"
                "Content-Type: text/plain; charset=utf-8\r\n\r\n"
                "Emergency.\r\n");
  Letter other = ExampleLetter();
  other.page_id = "a1/4/n1";
  EXPECT_THAT(RequestFor(Gateways(), other, kMail).body,
              Not(HasSubstr(PublicId(ExampleLetter().page_id))));
}

TEST(Message, SettingsThatCannotWorkAreNamed) {
  EXPECT_THAT(ProblemWith(SendSettings{}), IsEmpty());
  EXPECT_THAT(ProblemWith(Gateways()), IsEmpty());
  const auto with = [](auto change) {
    SendSettings settings = Gateways();
    change(settings);
    return ProblemWith(settings);
  };
  EXPECT_THAT(with([](auto& s) { s.webhook_url = "ftp://x"; }), HasSubstr("webhook-url"));
  EXPECT_THAT(with([](auto& s) { s.sms_body = R"({"to":"{to}"})"; }),
              HasSubstr("sms-body: has no {text}"));
  EXPECT_THAT(with([](auto& s) { s.sms_content_type = "text/xml"; }),
              HasSubstr("sms-content-type"));
  EXPECT_THAT(with([](auto& s) { s.sms_headers = "Bearer abc"; }), HasSubstr("sms-headers"));
  EXPECT_THAT(with([](auto& s) { s.smtp_url = "mail.example.org"; }), HasSubstr("smtp-url"));
  EXPECT_THAT(with([](auto& s) { s.smtp_from = ""; }), HasSubstr("smtp-from"));
}

}  // namespace
}  // namespace withdrawal::notifier
