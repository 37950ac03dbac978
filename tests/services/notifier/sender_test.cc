#include "services/notifier/sender.h"

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/notifier/example_letter.h"
#include "tests/services/notifier/mail_receiver.h"
#include "tests/services/notifier/web_receiver.h"

namespace withdrawal::notifier {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const Channel kMail{ChannelKind::kSmtp, "n1@example.org"};

Sender::Done Await(Sender& sender) {
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (absl::Now() < deadline) {
    const auto done = sender.Work();
    if (!done.empty()) return done.front();
    absl::SleepFor(absl::Milliseconds(2));
  }
  ADD_FAILURE() << "nothing ended";
  return {};
}

Sender::Done SendOnce(const SendSettings& settings, const Channel& channel) {
  const auto sender = MakeCurlSender(settings);
  EXPECT_TRUE(sender->Free(channel));
  sender->Start(7, ExampleLetter(), channel);
  EXPECT_EQ(sender->in_flight(), 1u);
  const Sender::Done done = Await(*sender);
  EXPECT_EQ(done.ticket, 7);
  EXPECT_EQ(sender->in_flight(), 0u);
  return done;
}

TEST(Sender, PostCarriesIdempotencyKeyAndSignature) {
  WebReceiver receiver({200});
  SendSettings settings;
  settings.webhook_url = receiver.url();
  settings.webhook_secret = "key";
  EXPECT_EQ(SendOnce(settings, Channel{}).delivery, Delivery::kDelivered);
  ASSERT_EQ(receiver.requests().size(), 1u);
  const std::string request = receiver.requests()[0];
  const std::string body = PageJson(ExampleLetter());
  EXPECT_THAT(request, HasSubstr("POST /pages"));
  EXPECT_THAT(request, HasSubstr("Idempotency-Key: a1/3/n1\r\n"));
  EXPECT_THAT(request, HasSubstr("X-Signature: " + Signature("key", body)));
  EXPECT_THAT(request, HasSubstr(body));
}

TEST(Sender, AnswersSayWhetherToTryAgain) {
  const std::vector<std::pair<int, Delivery>> expected = {
      {204, Delivery::kDelivered}, {500, Delivery::kFailed},  {503, Delivery::kFailed},
      {429, Delivery::kFailed},    {400, Delivery::kRefused}, {410, Delivery::kRefused},
      {302, Delivery::kRefused}};
  for (const auto& [status, delivery] : expected) {
    WebReceiver receiver({status});
    const Sender::Done done = SendOnce({}, {ChannelKind::kWebhook, receiver.url()});
    EXPECT_EQ(done.delivery, delivery) << status;
    EXPECT_EQ(done.trouble, status == 204 ? "" : absl::StrCat("answered ", status));
  }
}

TEST(Sender, NobodyListeningIsAFailureToTryAgainAndTheTroubleNamesNoAddress) {
  std::string url;
  { url = WebReceiver({200}).url(); }
  const Sender::Done done = SendOnce({}, {ChannelKind::kWebhook, url});
  EXPECT_EQ(done.delivery, Delivery::kFailed);
  EXPECT_THAT(done.trouble, Not(IsEmpty()));
  EXPECT_THAT(done.trouble, Not(HasSubstr("127.0.0.1")));
}

TEST(Sender, AReceiverThatHangsHoldsUpNoOther) {
  const int hangs = socket(AF_INET, SOCK_STREAM, 0);  // takes connections and says nothing
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  bind(hangs, reinterpret_cast<sockaddr*>(&address), length);
  listen(hangs, 64);
  getsockname(hangs, reinterpret_cast<sockaddr*>(&address), &length);
  const Channel dead{ChannelKind::kWebhook,
                     absl::StrCat("http://127.0.0.1:", ntohs(address.sin_port), "/x")};
  WebReceiver receiver({200});
  const Channel alive{ChannelKind::kWebhook, receiver.url()};
  const auto sender = MakeCurlSender({});
  int64_t ticket = 0;
  while (sender->Free(dead)) sender->Start(++ticket, ExampleLetter(), dead);
  EXPECT_EQ(ticket, 8);
  ASSERT_TRUE(sender->Free(alive));
  sender->Start(100, ExampleLetter(), alive);
  EXPECT_EQ(Await(*sender).ticket, 100);
  const Sender::Done failed = Await(*sender);
  EXPECT_EQ(failed.delivery, Delivery::kFailed);
  EXPECT_THAT(failed.trouble, HasSubstr("timeout"));
  close(hangs);
}

SendSettings MailBy(const std::string& url, bool starttls) {
  SendSettings settings;
  settings.smtp_url = url;
  settings.smtp_from = "pages@clinic.example.org";
  settings.smtp_starttls = starttls;
  return settings;
}

TEST(Sender, AMailArrivesWithItsHeaders) {
  MailReceiver receiver("250 ok");
  EXPECT_EQ(SendOnce(MailBy(receiver.url(), false), kMail).delivery, Delivery::kDelivered);
  const std::string said = receiver.said();
  EXPECT_THAT(said, HasSubstr("MAIL FROM:<pages@clinic.example.org>"));
  EXPECT_THAT(said, HasSubstr("RCPT TO:<n1@example.org>"));
  EXPECT_THAT(said, HasSubstr("Message-ID: <" + PublicId("a1/3/n1")));
  EXPECT_THAT(said, HasSubstr("\r\n\r\nEmergency.\r\n"));
}

TEST(Sender, AMailboxThatDoesNotExistIsRefusedAndABusyOneTriedAgain) {
  MailReceiver unknown("550 no such mailbox");
  EXPECT_EQ(SendOnce(MailBy(unknown.url(), false), kMail).delivery, Delivery::kRefused);
  MailReceiver busy("451 later");
  const Sender::Done done = SendOnce(MailBy(busy.url(), false), kMail);
  EXPECT_EQ(done.delivery, Delivery::kFailed);
  EXPECT_EQ(done.trouble, "answered 451");
}

TEST(Sender, NoMailGoesInTheClearWhereStartTlsIsAskedFor) {
  MailReceiver receiver("250 ok");
  EXPECT_EQ(SendOnce(MailBy(receiver.url(), true), kMail).delivery, Delivery::kFailed);
  EXPECT_THAT(receiver.said(), Not(HasSubstr("Emergency")));
}

TEST(Sender, WithoutAWayToSendPagesAreLogged) {
  LogSender sender;
  sender.Start(1, ExampleLetter(), Channel{});
  EXPECT_EQ(Await(sender).delivery, Delivery::kDelivered);
}

}  // namespace
}  // namespace withdrawal::notifier
