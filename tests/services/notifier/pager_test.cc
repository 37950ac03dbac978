#include "services/notifier/pager.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/services/notifier/web_receiver.h"

namespace withdrawal::notifier {
namespace {

using ::testing::HasSubstr;

Page ExamplePage() {
  Page page;
  page.event_id = "a1/3";
  page.alert_id = "a1";
  page.patient_id = "p1";
  page.priority = Priority::kEmergency;
  page.rung = 1;
  page.target = "secondary";
  page.text = "Emergency.";
  page.occurred_at = absl::FromUnixMillis(1'800'000'000'250);
  return page;
}

TEST(Pager, SignatureIsHmacSha256) {
  // RFC 4231, test case 2.
  EXPECT_EQ(Signature("Jefe", "what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Pager, BodyHoldsWhatTheReceiverNeeds) {
  const auto body = nlohmann::json::parse(PageJson(ExamplePage()));
  EXPECT_EQ(body["event_id"], "a1/3");
  EXPECT_EQ(body["patient_id"], "p1");
  EXPECT_EQ(body["priority"], "EMERGENCY");
  EXPECT_EQ(body["rung"], 1);
  EXPECT_EQ(body["target"], "secondary");
  EXPECT_EQ(body["occurred_at"], "2027-01-15T08:00:00.250Z");
}

TEST(Pager, PostCarriesIdempotencyKeyAndSignature) {
  WebReceiver receiver({200});
  auto pager = MakeWebhookPager(receiver.url(), "key");
  EXPECT_EQ(pager->Send(ExamplePage()), Delivery::kDelivered);
  ASSERT_EQ(receiver.requests().size(), 1u);
  const std::string request = receiver.requests()[0];
  EXPECT_THAT(request, HasSubstr("POST /pages"));
  EXPECT_THAT(request, HasSubstr("Idempotency-Key: a1/3\r\n"));
  EXPECT_THAT(request, HasSubstr("X-Signature: " + Signature("key", PageJson(ExamplePage()))));
  EXPECT_THAT(request, HasSubstr(PageJson(ExamplePage())));
}

TEST(Pager, AnswersSayWhetherToTryAgain) {
  const std::vector<std::pair<int, Delivery>> expected = {
      {204, Delivery::kDelivered}, {500, Delivery::kFailed},  {503, Delivery::kFailed},
      {429, Delivery::kFailed},    {400, Delivery::kRefused}, {410, Delivery::kRefused},
      {302, Delivery::kRefused}};
  for (const auto& [status, delivery] : expected) {
    WebReceiver receiver({status});
    EXPECT_EQ(MakeWebhookPager(receiver.url(), "")->Send(ExamplePage()), delivery) << status;
  }
}

TEST(Pager, NobodyListeningIsAFailureToTryAgain) {
  std::string url;
  { url = WebReceiver({200}).url(); }
  EXPECT_EQ(MakeWebhookPager(url, "")->Send(ExamplePage()), Delivery::kFailed);
}

}  // namespace
}  // namespace withdrawal::notifier
